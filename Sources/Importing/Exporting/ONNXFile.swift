internal import Networks

/// A model of ONNX in the making, without values: weights are made by `ConstantOfShape`, so that a model of
/// any size is a few kilobytes, and runs.
///
/// Source of numbers: `onnx.proto` of onnx/onnx.
struct ONNXFile {
  private static let float = 1
  private static let int64 = 7

  private let name: String
  private var nodes: [[UInt8]] = []
  private var initializers: [[UInt8]] = []
  private var inputs: [[UInt8]] = []
  private var outputs: [[UInt8]] = []
  private var infos: [[UInt8]] = []
  private var names: Set<String> = []
  private var titles: Set<String> = []
  /// The version of the operators.
  private var operatorSet = 13

  init(name: String) { self.name = name }

  /// The file's bytes.
  var bytes: [UInt8] {
    var model = ProtocolBuffer()
    model.add(1, 8)  // ir_version
    model.add(2, "umemaki")  // producer_name
    model.add(7) { graph in
      for node in nodes { graph.add(1, node) }
      graph.add(2, name)
      for tensor in initializers { graph.add(5, tensor) }
      for value in inputs { graph.add(11, value) }
      for value in outputs { graph.add(12, value) }
      for value in infos { graph.add(13, value) }
    }
    model.add(8) { set in
      set.add(1, "")
      set.add(2, operatorSet)
    }
    return model.bytes
  }

  // MARK: Values

  /// A name that no value has yet.
  mutating func free(_ name: String) -> String {
    var (free, number) = (name, 1)
    while !names.insert(free).inserted {
      number += 1
      free = "\(name)_\(number)"
    }
    return free
  }

  /// A value that is given; gives its name.
  mutating func input(_ name: String, _ extents: [Int]) -> String {
    let free = free(name)
    inputs.append(Self.value(free, extents))
    return free
  }

  /// Says that a value is wanted.
  mutating func output(_ name: String, _ extents: [Int]) {
    outputs.append(Self.value(name, extents))
  }

  /// A list of whole numbers; gives its name.
  mutating func integers(_ name: String, _ values: [Int]) -> String {
    let free = free(name)
    var tensor = ProtocolBuffer()
    tensor.add(1, packed: [values.count])
    tensor.add(2, Self.int64)
    tensor.add(7, packed: values)
    tensor.add(8, free)
    initializers.append(tensor.bytes)
    return free
  }

  /// A single number; gives its name.
  mutating func scalar(_ name: String, _ value: Float) -> String {
    let free = free(name)
    var tensor = ProtocolBuffer()
    tensor.add(2, Self.float)
    tensor.add(8, free)
    tensor.add(9, ProtocolBuffer.bytes(of: value))
    initializers.append(tensor.bytes)
    return free
  }

  /// Weights of zeros; gives their name.
  mutating func weights(_ name: String, _ extents: [Int]) -> String {
    let shape = integers("\(name).shape", extents)
    let weight = node("ConstantOfShape", "\(name).weight", [shape])
    infos.append(Self.value(weight, extents))
    return weight
  }

  /// A node of an operator that is there since `version`; gives the name of its result, which is its own.
  mutating func node(
    _ word: String, _ name: String, _ inputs: [String], since version: Int = 13,
    as result: String? = nil, _ attributes: (inout ProtocolBuffer) -> Void = { _ in }
  ) -> String {
    let output = free(result ?? name)
    // Nodes have names of their own, none twice.
    var (title, number) = (name, 1)
    while !titles.insert(title).inserted {
      number += 1
      title = "\(name)_\(number)"
    }
    operatorSet = max(operatorSet, version)
    var node = ProtocolBuffer()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    node.add(3, title)
    node.add(4, word)
    attributes(&node)
    nodes.append(node.bytes)
    return output
  }

  // MARK: Messages

  static func attribute(_ name: String, _ value: Int, _ node: inout ProtocolBuffer) {
    node.add(5) { attribute in
      attribute.add(1, name)
      attribute.add(3, value)
      attribute.add(20, 2)  // INT
    }
  }

  static func attribute(_ name: String, _ value: Float, _ node: inout ProtocolBuffer) {
    node.add(5) { attribute in
      attribute.add(1, name)
      attribute.add(2, value)
      attribute.add(20, 1)  // FLOAT
    }
  }

  static func attribute(_ name: String, _ values: [Int], _ node: inout ProtocolBuffer) {
    node.add(5) { attribute in
      attribute.add(1, name)
      for value in values { attribute.add(8, value) }
      attribute.add(20, 7)  // INTS
    }
  }

  private static func value(_ name: String, _ extents: [Int]) -> [UInt8] {
    var value = ProtocolBuffer()
    value.add(1, name)
    value.add(2) { type in
      type.add(1) { tensor in
        tensor.add(1, float)
        tensor.add(2) { shape in
          for extent in extents { shape.add(1) { $0.add(1, extent) } }
        }
      }
    }
    return value.bytes
  }
}
