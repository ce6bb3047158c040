internal import Foundation
internal import Inputs
internal import SwiftProtobuf

/// One operation of a model.
public struct ONNXNode: Sendable {
  /// Its place in the file's list, from 0.
  public let index: Int
  /// Its name, often empty.
  public let name: String
  /// The operator, such as `Conv`.
  public let operatorName: String
  /// The operator's domain, empty for ONNX's own.
  public let domain: String
  /// The names of its operands, empty for one that is left out.
  public let inputs: [String]
  /// The names of its results, empty for one that is left out.
  public let outputs: [String]
  private let attributes: [String: ONNXAttribute]

  init(_ message: NodeMessage, index: Int, file: String) throws(InputError) {
    self.index = index
    name = message.name
    operatorName = message.operatorName
    domain = message.domain == "ai.onnx" ? "" : message.domain
    inputs = message.inputs
    outputs = message.outputs
    var attributes: [String: ONNXAttribute] = [:]
    for (position, attribute) in message.attributes.enumerated() {
      let path = "graph.node[\(index)].attribute[\(position)]"
      guard attributes[attribute.name] == nil else {
        throw InputError(
          "a second attribute \(ONNXText.quoted(attribute.name))", file: file, path: path)
      }
      attributes[attribute.name] = try ONNXAttribute(attribute, file: file, path: path)
    }
    self.attributes = attributes
  }

  /// The node in messages, such as `graph.node[12] (Conv "conv1")`.
  public var place: String {
    let kind =
      operatorName.isEmpty ? "no operator" : ONNXText.quoted(operatorName).dropFirst().dropLast()
    return "graph.node[\(index)] (\(kind)" + (name.isEmpty ? "" : " \(ONNXText.quoted(name))") + ")"
  }

  /// The attribute of that name, nil where there is none.
  public func attribute(_ name: String) -> ONNXAttribute? { attributes[name] }
}

/// The value of an attribute; sub-graphs and lists of texts or tensors are not read.
public enum ONNXAttribute: Sendable {
  /// A whole number.
  case integer(Int)
  /// Whole numbers.
  case integers([Int])
  /// A number.
  case float(Float)
  /// Numbers.
  case floats([Float])
  /// A text.
  case text(String)
  /// A tensor.
  case tensor(ONNXTensor)
  /// Something else.
  case other

  init(_ message: AttributeMessage, file: String, path: String) throws(InputError) {
    // `type` is obligatory since IR version 3; older files leave the kind to the field used.
    switch message.type {
    case 1: self = .float(message.float ?? 0)
    case 2: self = .integer(Int(message.integer ?? 0))
    case 3: self = .text(String(decoding: message.text ?? Data(), as: UTF8.self))
    case 4:
      self = .tensor(try ONNXTensor(message.tensor ?? TensorMessage(), file: file, path: path))
    case 6: self = .floats(message.floats)
    case 7: self = .integers(message.integers.map { Int($0) })
    case 0:
      if let integer = message.integer {
        self = .integer(Int(integer))
      } else if let float = message.float {
        self = .float(float)
      } else if let text = message.text {
        self = .text(String(decoding: text, as: UTF8.self))
      } else if let tensor = message.tensor {
        self = .tensor(try ONNXTensor(tensor, file: file, path: path))
      } else if !message.floats.isEmpty {
        self = .floats(message.floats)
      } else {
        self = .integers(message.integers.map { Int($0) })
      }
    default: self = .other
    }
  }
}
