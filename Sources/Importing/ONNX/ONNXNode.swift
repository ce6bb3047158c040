internal import Foundation
internal import Inputs
internal import SwiftProtobuf

/// One operation of a model.
public struct ONNXNode: Sendable {
  /// Its place in its graph's list, from 0.
  public let index: Int
  /// Where it stands in the file, such as `graph.node[12]`.
  public let path: String
  /// Its name, often empty.
  public let name: String
  /// The operator, such as `Conv`.
  public let operatorName: String
  /// The operator's domain, empty for ONNX's own.
  public let domain: String
  /// The names of its operands, empty for one that is left out.
  public private(set) var inputs: [String]
  /// The names of its results, empty for one that is left out.
  public let outputs: [String]
  private var attributes: [String: ONNXAttribute]

  init(
    _ message: NodeMessage, index: Int, file: String, list: String = "graph"
  ) throws(InputError) {
    self.index = index
    path = "\(list).node[\(index)]"
    name = message.name
    operatorName = message.operatorName
    domain = message.domain == "ai.onnx" ? "" : message.domain
    inputs = message.inputs
    outputs = message.outputs
    var attributes: [String: ONNXAttribute] = [:]
    for (position, attribute) in message.attributes.enumerated() {
      let path = "\(self.path).attribute[\(position)]"
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
    return "\(path) (\(kind)" + (name.isEmpty ? "" : " \(ONNXText.quoted(name))") + ")"
  }

  /// The attribute of that name, nil where there is none.
  public func attribute(_ name: String) -> ONNXAttribute? { attributes[name] }

  /// The node with the attributes of a caller, or of `defaults`, in the places of references.
  func resolved(_ caller: ONNXNode, defaults: [String: ONNXAttribute]) -> ONNXNode {
    var copy = self
    for case (let name, .reference(let wanted)) in attributes {
      copy.attributes[name] = caller.attribute(wanted) ?? defaults[wanted]
    }
    return copy
  }

  /// The node without some of its operands.
  func leaving(out names: Set<String>) -> ONNXNode {
    guard !names.isEmpty else { return self }
    var copy = self
    copy.inputs = inputs.map { names.contains($0) ? "" : $0 }
    return copy
  }

  /// The graphs that it holds, with the attributes' names, in alphabetical order.
  var graphs: [(name: String, graph: ONNXGraph)] {
    attributes.compactMap { name, value in
      if case .graph(let graph) = value { (name, graph) } else { nil }
    }.sorted { $0.name < $1.name }
  }
}

/// The value of an attribute; lists of texts, tensors or graphs are not read.
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
  /// A graph, such as a branch.
  case graph(ONNXGraph)
  /// The attribute of that name of whoever calls the function.
  case reference(String)
  /// Something else.
  case other

  init(_ message: AttributeMessage, file: String, path: String) throws(InputError) {
    guard message.reference.isEmpty else {
      self = .reference(message.reference)
      return
    }
    // `type` is obligatory since IR version 3; older files leave the kind to the field used.
    switch message.type {
    case 1: self = .float(message.float ?? 0)
    case 2: self = .integer(Int(message.integer ?? 0))
    case 3: self = .text(String(decoding: message.text ?? Data(), as: UTF8.self))
    case 4:
      self = .tensor(try ONNXTensor(message.tensor ?? TensorMessage(), file: file, path: path))
    case 5:
      self = .graph(
        try ONNXGraph(message.graph ?? GraphMessage(), file: file, path: "\(path).g"))
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
