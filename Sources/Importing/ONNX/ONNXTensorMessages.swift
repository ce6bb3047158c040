internal import Foundation
internal import SwiftProtobuf

/// `TensorProto`.
struct TensorMessage: ReadMessage {
  var dimensions: [Int64] = []
  var dataType: Int32 = 0
  var floats: [Float] = []
  var integers32: [Int32] = []
  var integers64: [Int64] = []
  var name = ""
  var raw = Data()
  /// Where raw values are that stayed in the file, see `WireCheck`; a count of 0 where none did.
  var rawOffset: Int64 = 0
  var rawCount: Int64 = 0
  var doubles: [Double] = []
  var external: [EntryMessage] = []
  var location: Int32 = 0
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    switch number {
    case 1: try decoder.decodeRepeatedInt64Field(value: &dimensions)
    case 2: try decoder.decodeSingularInt32Field(value: &dataType)
    case 4: try decoder.decodeRepeatedFloatField(value: &floats)
    case 5: try decoder.decodeRepeatedInt32Field(value: &integers32)
    case 7: try decoder.decodeRepeatedInt64Field(value: &integers64)
    case 8: try decoder.decodeSingularStringField(value: &name)
    case 9:
      // Of several the last one holds.
      try decoder.decodeSingularBytesField(value: &raw)
      rawCount = 0
    case 10: try decoder.decodeRepeatedDoubleField(value: &doubles)
    case 13: try decoder.decodeRepeatedMessageField(value: &external)
    case 14: try decoder.decodeSingularInt32Field(value: &location)
    case WireSchema.rawOffset: try decoder.decodeSingularInt64Field(value: &rawOffset)
    case WireSchema.rawCount:
      try decoder.decodeSingularInt64Field(value: &rawCount)
      raw = Data()
    default: break
    }
  }

  /// Whether there are raw values, here or in the file.
  var hasRaw: Bool { !raw.isEmpty || rawCount > 0 }
}

/// `StringStringEntryProto`.
struct EntryMessage: ReadMessage {
  var key = ""
  var value = ""
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    switch number {
    case 1: try decoder.decodeSingularStringField(value: &key)
    case 2: try decoder.decodeSingularStringField(value: &value)
    default: break
    }
  }
}

/// `ValueInfoProto`.
struct ValueInfoMessage: ReadMessage {
  var name = ""
  var type: TypeMessage?
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    switch number {
    case 1: try decoder.decodeSingularStringField(value: &name)
    case 2: try decoder.decodeSingularMessageField(value: &type)
    default: break
    }
  }
}

/// `TypeProto`, tensors only.
struct TypeMessage: ReadMessage {
  var tensor: TensorTypeMessage?
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    if number == 1 { try decoder.decodeSingularMessageField(value: &tensor) }
  }
}

/// `TypeProto.Tensor`.
struct TensorTypeMessage: ReadMessage {
  var shape: ShapeMessage?
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    if number == 2 { try decoder.decodeSingularMessageField(value: &shape) }
  }
}

/// `TensorShapeProto`.
struct ShapeMessage: ReadMessage {
  var dimensions: [DimensionMessage] = []
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    if number == 1 { try decoder.decodeRepeatedMessageField(value: &dimensions) }
  }
}

/// `TensorShapeProto.Dimension`; the later of value and symbol holds.
struct DimensionMessage: ReadMessage {
  var size: Int64?
  var symbol: String?
  var unknownFields = UnknownStorage()

  mutating func decode<D: SwiftProtobuf.Decoder>(_ number: Int, _ decoder: inout D) throws {
    switch number {
    case 1:
      try decoder.decodeSingularInt64Field(value: &size)
      symbol = nil
    case 2:
      try decoder.decodeSingularStringField(value: &symbol)
      size = nil
    default: break
    }
  }
}
