internal import Networks

/// Writes a network with its connections as a model of ONNX.
///
/// A map `[channels, rows, columns]` is a value `[1, channels, rows, columns]`, a map `[features, tokens]`
/// one of `[tokens, features]`; where a reader sees the same elements otherwise, nodes between them reshape
/// and transpose. What no operator of ONNX does is left out, and what reads its result reads an input.
struct ONNXGraphWriter {
  private let graph: NetworkGraph
  private var file: ONNXFile
  /// The value of each tensor that is there, in the shape of its extents.
  private var values: [Tensor.ID: String] = [:]
  /// The tensors that something reads.
  private var used: Set<Tensor.ID> = []
  /// Features of each tensor that parts of it have.
  private var taken: [Tensor.ID: Int] = [:]
  /// Operators that were left out, by their words.
  private(set) var others: [(kind: String, count: Int)] = []

  init(_ graph: NetworkGraph, name: String) {
    self.graph = graph
    file = ONNXFile(name: name)
  }

  /// The file's bytes; says what the network is made for.
  mutating func finished() -> [UInt8] {
    let wanted = Set(graph.outputs)
    var said: Set<String> = []
    for tensor in graph.operations.map(\.writes) {
      guard let value = values[tensor], wanted.contains(tensor) || !used.contains(tensor),
        said.insert(value).inserted
      else { continue }
      file.output(value, Self.shape(graph.tensors[tensor].extents))
    }
    return file.bytes
  }

  /// Adds the next operation, or says why it cannot be expressed.
  mutating func add(_ operation: Operation, _ part: inout WorkloadExport.Part) {
    let result: (value: String, extents: [Int])?
    if let layer = operation.layer {
      result = self.layer(layer, operation, &part)
    } else if let other = vector(operation) {
      result = other
    } else {
      result = nil
      if let index = others.firstIndex(where: { $0.kind == operation.kind }) {
        others[index].count += 1
      } else {
        others.append((operation.kind, 1))
      }
    }
    guard let result else { return }
    let extents = graph.tensors[operation.writes].extents
    values[operation.writes] = turned(result.value, result.extents, extents, operation.name)
  }

  // MARK: Values

  /// The shape that a map has in ONNX.
  static func shape(_ extents: [Int]) -> [Int] {
    switch extents.count {
    case 1: [1, extents[0]]
    case 2: [extents[1], extents[0]]
    default: [1] + extents
    }
  }

  /// A tensor's value under extents of as many elements.
  private mutating func read(_ tensor: Tensor.ID, as extents: [Int]) -> String {
    let own = graph.tensors[tensor]
    used.insert(tensor)
    guard own.elements == extents.reduce(1, *) else {
      return file.input(own.name + ".part", Self.shape(extents))
    }
    let value = values[tensor] ?? file.input(own.name, Self.shape(own.extents))
    values[tensor] = value
    return turned(value, own.extents, extents, own.name)
  }

  /// The same elements under other extents.
  private mutating func turned(
    _ value: String, _ own: [Int], _ extents: [Int], _ name: String
  ) -> String {
    guard own != extents else { return value }
    var value = value
    if own.count == 2 { value = swapped(value, name) }
    // Features first, then as the reader has them.
    if extents.count == 2 {
      return swapped(reshaped(value, extents, name), name)
    }
    return reshaped(value, Self.shape(extents), name)
  }

  private mutating func reshaped(_ value: String, _ shape: [Int], _ name: String) -> String {
    let list = file.integers("\(name).extents", shape)
    return file.node("Reshape", "\(name).reshape", [value, list])
  }

  private mutating func swapped(_ value: String, _ name: String) -> String {
    transposed(value, [1, 0], name)
  }

  private mutating func transposed(_ value: String, _ order: [Int], _ name: String) -> String {
    file.node("Transpose", "\(name).transpose", [value]) { node in
      ONNXFile.attribute("perm", order, &node)
    }
  }

  // MARK: Layers

  private mutating func layer(
    _ layer: Layer, _ operation: Operation, _ part: inout WorkloadExport.Part
  ) -> (String, [Int])? {
    guard layer.gathered == nil else {
      part.leave(layer, WorkloadExport.gathered)
      return nil
    }
    guard layer.maps == 1 else {
      part.leave(layer, WorkloadExport.planes(layer))
      return nil
    }
    part.count(layer)
    if layer.kernelRole != .weight { return products(layer, operation) }
    let form = ONNXFile.form(of: layer)
    let isVector = form.operands[0].count == 2
    func extents(_ shape: [Int]) -> [Int] {
      isVector ? (shape[0] == 1 ? [shape[1]] : [shape[1], shape[0]]) : Array(shape.dropFirst())
    }
    let value = read(operation.reads[0], as: extents(form.operands[0]))
    return (file.layer(layer, [value]), extents(form.result))
  }

  /// Heads stand behind one another among the features; ONNX has a matrix for each.
  private mutating func products(_ layer: Layer, _ operation: Operation) -> (String, [Int]) {
    let (name, heads, positions) = (layer.name, layer.groups, layer.inputRows * layer.inputColumns)
    let (depth, outputs) = (layer.channelsPerGroup, layer.kernels / heads)
    func matrices(_ value: String, _ tokens: Int, _ features: Int, _ order: [Int]) -> String {
      transposed(reshaped(value, [tokens, heads, features], name), order, name)
    }
    let streamed = read(operation.reads[0], as: [heads * depth, positions])
    let first = matrices(streamed, positions, depth, [1, 0, 2])
    // Over features it holds as many tokens as it writes scores, over tokens what is weighed by them.
    let held = graph.tensors[operation.reads[1]].extents
    let isOverFeatures = held == [heads * depth, outputs] || held.count == 1 && outputs == 1
    let second =
      isOverFeatures
      ? matrices(
        read(operation.reads[1], as: [heads * depth, outputs]), outputs, depth, [1, 2, 0])
      : matrices(
        read(operation.reads[1], as: [heads * outputs, depth]), depth, outputs, [1, 0, 2])
    let product = file.layer(layer, [first, second])
    let back = transposed(product, [1, 0, 2], name)
    return (
      reshaped(back, [positions, heads * outputs], name), [heads * outputs, positions]
    )
  }

  // MARK: Other work

  /// What has an operator in ONNX; nil for anything else.
  private mutating func vector(_ operation: Operation) -> (String, [Int])? {
    let written = graph.tensors[operation.writes].extents
    let reads = operation.reads.map { graph.tensors[$0].extents }
    let name = operation.name
    func value(_ index: Int, _ extents: [Int]? = nil) -> String {
      read(operation.reads[index], as: extents ?? reads[index])
    }
    if let activation = Self.activations[operation.kind] {
      return (
        file.node(activation.word, name, [value(0)], since: activation.since) { node in
          if operation.kind == HardSigmoid.kind {
            // `max(0, min(1, x / 6 + 1/2))`; ONNX takes 0.2 where nothing is said.
            ONNXFile.attribute("alpha", Float(1) / 6, &node)
          }
        }, written
      )
    }
    switch operation.kind {
    case Flatten.kind, Reshape.kind:
      return reads[0].reduce(1, *) == written.reduce(1, *)
        ? (value(0), reads[0]) : part(operation, reads[0], written)
    case ReLU6.kind:
      let bounds = [file.scalar("\(name).min", 0), file.scalar("\(name).max", 6)]
      return (file.node("Clip", name, [value(0)] + bounds), written)
    case SiLU.kind:
      let own = value(0)
      let gate = file.node("Sigmoid", "\(name).sigmoid", [own])
      return (file.node("Mul", name, [own, gate]), written)
    case Add.kind where reads.allSatisfy({ $0 == written }):
      return (file.node("Sum", name, reads.indices.map { value($0) }), written)
    case Multiply.kind:
      return multiplied(operation, reads, written)
    case Concat.kind where reads.allSatisfy({ $0.dropFirst() == written.dropFirst() }):
      // Channels and features stand behind the batch or the tokens.
      return (
        file.node("Concat", name, reads.indices.map { value($0) }) { node in
          ONNXFile.attribute("axis", 1, &node)
        }, written
      )
    case MaxPool.kind, AveragePool.kind: return pooled(operation, reads[0], written)
    case GlobalAveragePool.kind where reads[0].count >= 3:
      return (file.node("GlobalAveragePool", name, [value(0)]), written)
    case BatchNormalization.kind:
      let shape = [written[0]]
      let numbers = ["scale", "bias", "mean", "variance"].map {
        file.weights("\(name).\($0)", shape)
      }
      return (file.node("BatchNormalization", name, [value(0)] + numbers, since: 15), written)
    case LayerNormalization.kind where written.count <= 2:
      let scale = file.weights(name, [written[0]])
      return (file.node("LayerNormalization", name, [value(0), scale], since: 17), written)
    case RMSNormalization.kind where written.count <= 2:
      let scale = file.weights(name, [written[0]])
      return (file.node("RMSNormalization", name, [value(0), scale], since: 23), written)
    case Softmax.kind where written.count <= 2: return softmax(operation, written)
    default: return nil
    }
  }

  /// Some of the features, behind those that were taken before, or the first tokens.
  private mutating func part(
    _ operation: Operation, _ own: [Int], _ written: [Int]
  ) -> (String, [Int])? {
    guard own.count <= 2, written.count <= 2 else { return nil }
    let tensor = operation.reads[0]
    let (tokens, kept) = (own.dropFirst().first ?? 1, written.dropFirst().first ?? 1)
    let (axis, count, start): (Int, Int, Int)
    if kept == tokens, written[0] < own[0] {
      let before = taken[tensor, default: 0]
      (axis, count) = (1, written[0])
      start = before + count <= own[0] ? before : 0
      taken[tensor] = start + count
    } else if written[0] == own[0], kept < tokens {
      (axis, count, start) = (0, kept, 0)
    } else {
      return nil
    }
    let name = operation.name
    let value = read(tensor, as: own)
    let places = [("starts", start), ("ends", start + count), ("axes", axis)].map {
      file.integers("\(name).\($0)", [$1])
    }
    return (file.node("Slice", name, [value] + places), written)
  }

  private static let activations: [String: (word: String, since: Int)] = [
    ReLU.kind: ("Relu", 14), Sigmoid.kind: ("Sigmoid", 13), HardSigmoid.kind: ("HardSigmoid", 13),
    HardSwish.kind: ("HardSwish", 14), GELU.kind: ("Gelu", 20),
  ]

  /// Element by element, or one number per channel.
  private mutating func multiplied(
    _ operation: Operation, _ reads: [[Int]], _ written: [Int]
  ) -> (String, [Int])? {
    var values: [String] = []
    for (tensor, extents) in zip(operation.reads, reads) {
      if extents == written {
        values.append(read(tensor, as: extents))
      } else if extents.reduce(1, *) == written[0] {
        values.append(read(tensor, as: [written[0]] + written.dropFirst().map { _ in 1 }))
      } else {
        return nil
      }
    }
    return (file.node("Mul", operation.name, values), written)
  }

  private mutating func pooled(
    _ operation: Operation, _ map: [Int], _ written: [Int]
  ) -> (String, [Int])? {
    guard let windows = operation.windows, map.count >= 3, windows.count == map.count - 1,
      windows.allSatisfy(\.isPlain)
    else { return nil }
    let word = operation.kind == MaxPool.kind ? "MaxPool" : "AveragePool"
    let value = read(operation.reads[0], as: map)
    let result = file.node(word, operation.name, [value]) { node in
      ONNXFile.attribute("kernel_shape", windows.map(\.kernel), &node)
      ONNXFile.attribute("strides", windows.map(\.stride), &node)
      ONNXFile.attribute("pads", windows.map(\.before) + windows.map(\.after), &node)
    }
    return (result, written)
  }

  /// One sum for each head of a token.
  private mutating func softmax(_ operation: Operation, _ written: [Int]) -> (String, [Int])? {
    guard let features = operation.vectorWork?.reads.first, features >= 1 else { return nil }
    let own = read(operation.reads[0], as: written)
    guard written[0] != features else {
      return (file.node("Softmax", operation.name, [own]), written)
    }
    let tokens = written.count > 1 ? written[1] : 1
    let apart = reshaped(own, [tokens, written[0] / features, features], operation.name)
    let result = file.node("Softmax", operation.name, [apart])
    return (reshaped(result, Self.shape(written), operation.name), written)
  }
}
