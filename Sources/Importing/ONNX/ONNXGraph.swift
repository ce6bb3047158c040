internal import Inputs

/// A graph of a model: its own, a branch, or the body of a loop.
public struct ONNXGraph: Sendable {
  /// The nodes, in the order of the file.
  public let nodes: [ONNXNode]
  /// The constants.
  public let initializers: [ONNXTensor]
  /// The inputs, constants that are listed among them included.
  public let inputs: [ONNXValue]
  /// What the file says about the shapes of further values.
  public let values: [ONNXValue]
  /// The results.
  public let outputs: [ONNXValue]

  init(_ graph: GraphMessage, file: String, path: String) throws(InputError) {
    guard graph.sparseInitializers.isEmpty else {
      throw InputError(
        "sparse constants are not read, export dense ones", file: file,
        path: "\(path).sparse_initializer[0]")
    }
    var tensors: [ONNXTensor] = []
    for (index, tensor) in graph.initializers.enumerated() {
      tensors.append(try ONNXTensor(tensor, file: file, path: "\(path).initializer[\(index)]"))
    }
    initializers = tensors
    inputs = try Self.values(graph.inputs, file, "\(path).input")
    values = try Self.values(graph.values, file, "\(path).value_info")
    outputs = try Self.values(graph.outputs, file, "\(path).output")
    var nodes: [ONNXNode] = []
    for (index, node) in graph.nodes.enumerated() {
      nodes.append(try ONNXNode(node, index: index, file: file, list: path))
    }
    self.nodes = nodes
  }

  private static func values(
    _ messages: [ValueInfoMessage], _ file: String, _ list: String
  ) throws(InputError) -> [ONNXValue] {
    var result: [ONNXValue] = []
    for (index, message) in messages.enumerated() {
      result.append(try ONNXValue(message, file: file, path: "\(list)[\(index)]"))
    }
    return result
  }

  /// Nodes that may be work for the array, those of graphs within included.
  var products: Int {
    nodes.reduce(0) { sum, node in
      sum + (OperatorRules.isProduct(node.operatorName) ? 1 : 0)
        + node.graphs.reduce(0) { $0 + $1.graph.products }
    }
  }
}

/// A function of a model, which nodes call like an operator.
struct ONNXFunction: Sendable {
  /// The names of its operands.
  let inputs: [String]
  /// The names of its results.
  let outputs: [String]
  /// Its nodes, in the order of the file.
  let nodes: [ONNXNode]
  /// Values of attributes that a caller leaves out.
  let defaults: [String: ONNXAttribute]

  init(_ message: FunctionMessage, file: String, path: String) throws(InputError) {
    inputs = message.inputs
    outputs = message.outputs
    var nodes: [ONNXNode] = []
    for (index, node) in message.nodes.enumerated() {
      nodes.append(try ONNXNode(node, index: index, file: file, list: path))
    }
    self.nodes = nodes
    var defaults: [String: ONNXAttribute] = [:]
    for (index, attribute) in message.defaults.enumerated() {
      defaults[attribute.name] = try ONNXAttribute(
        attribute, file: file, path: "\(path).attribute_proto[\(index)]")
    }
    self.defaults = defaults
  }
}
