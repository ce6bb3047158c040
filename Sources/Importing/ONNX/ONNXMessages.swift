internal import Foundation
internal import SwiftProtobuf

/// A message that is only ever decoded: it compares and writes nothing.
protocol ReadMessage: SwiftProtobuf.Message {
  /// Decodes the field `number`, or leaves one that is not needed.
  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws
}

extension ReadMessage {
  static var protoMessageName: String { "onnx.\(Self.self)" }
  mutating func decodeMessage<D: SwiftProtobuf.Decoder>(decoder: inout D) throws {
    while let number = try decoder.nextFieldNumber() { try decode(number, &decoder) }
  }
  func traverse<V: Visitor>(visitor: inout V) throws {}
  func isEqualTo(message: any SwiftProtobuf.Message) -> Bool { false }
}

/// `ModelProto`.
struct ModelMessage: ReadMessage {
  var producerName = ""
  var producerVersion = ""
  var graph: GraphMessage?
  var operatorSets: [OperatorSetMessage] = []
  var functions: [FunctionMessage] = []
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    switch number {
    case 2: try decoder.decodeSingularStringField(value: &producerName)
    case 3: try decoder.decodeSingularStringField(value: &producerVersion)
    case 7: try decoder.decodeSingularMessageField(value: &graph)
    case 8: try decoder.decodeRepeatedMessageField(value: &operatorSets)
    case 25: try decoder.decodeRepeatedMessageField(value: &functions)
    default: break
    }
  }
}

/// `FunctionProto`.
struct FunctionMessage: ReadMessage {
  var name = ""
  var inputs: [String] = []
  var outputs: [String] = []
  var nodes: [NodeMessage] = []
  var domain = ""
  var defaults: [AttributeMessage] = []
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    switch number {
    case 1: try decoder.decodeSingularStringField(value: &name)
    case 4: try decoder.decodeRepeatedStringField(value: &inputs)
    case 5: try decoder.decodeRepeatedStringField(value: &outputs)
    case 7: try decoder.decodeRepeatedMessageField(value: &nodes)
    case 10: try decoder.decodeSingularStringField(value: &domain)
    case 11: try decoder.decodeRepeatedMessageField(value: &defaults)
    default: break
    }
  }
}

/// `OperatorSetIdProto`.
struct OperatorSetMessage: ReadMessage {
  var domain = ""
  var version: Int64 = 0
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    switch number {
    case 1: try decoder.decodeSingularStringField(value: &domain)
    case 2: try decoder.decodeSingularInt64Field(value: &version)
    default: break
    }
  }
}

/// `GraphProto`.
struct GraphMessage: ReadMessage {
  var nodes: [NodeMessage] = []
  var initializers: [TensorMessage] = []
  var inputs: [ValueInfoMessage] = []
  var values: [ValueInfoMessage] = []
  var outputs: [ValueInfoMessage] = []
  var sparseInitializers: [Data] = []
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    switch number {
    case 1: try decoder.decodeRepeatedMessageField(value: &nodes)
    case 5: try decoder.decodeRepeatedMessageField(value: &initializers)
    case 11: try decoder.decodeRepeatedMessageField(value: &inputs)
    case 12: try decoder.decodeRepeatedMessageField(value: &outputs)
    case 13: try decoder.decodeRepeatedMessageField(value: &values)
    case 15: try decoder.decodeRepeatedBytesField(value: &sparseInitializers)
    default: break
    }
  }
}

/// `NodeProto`.
struct NodeMessage: ReadMessage {
  var inputs: [String] = []
  var outputs: [String] = []
  var name = ""
  var operatorName = ""
  var attributes: [AttributeMessage] = []
  var domain = ""
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    switch number {
    case 1: try decoder.decodeRepeatedStringField(value: &inputs)
    case 2: try decoder.decodeRepeatedStringField(value: &outputs)
    case 3: try decoder.decodeSingularStringField(value: &name)
    case 4: try decoder.decodeSingularStringField(value: &operatorName)
    case 5: try decoder.decodeRepeatedMessageField(value: &attributes)
    case 7: try decoder.decodeSingularStringField(value: &domain)
    default: break
    }
  }
}

/// `AttributeProto` without lists of texts, tensors or graphs.
struct AttributeMessage: ReadMessage {
  var name = ""
  var float: Float?
  var integer: Int64?
  var text: Data?
  var tensor: TensorMessage?
  var graph: GraphMessage?
  var reference = ""
  var floats: [Float] = []
  var integers: [Int64] = []
  var type: Int32 = 0
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    switch number {
    case 1: try decoder.decodeSingularStringField(value: &name)
    case 2: try decoder.decodeSingularFloatField(value: &float)
    case 3: try decoder.decodeSingularInt64Field(value: &integer)
    case 4: try decoder.decodeSingularBytesField(value: &text)
    case 5: try decoder.decodeSingularMessageField(value: &tensor)
    case 6: try decoder.decodeSingularMessageField(value: &graph)
    case 7: try decoder.decodeRepeatedFloatField(value: &floats)
    case 8: try decoder.decodeRepeatedInt64Field(value: &integers)
    case 20: try decoder.decodeSingularInt32Field(value: &type)
    case 21: try decoder.decodeSingularStringField(value: &reference)
    default: break
    }
  }
}
