internal import Inputs
internal import Networks

/// The blocks of a mobile network, by the names that Once-for-All's latency tables give them.
///
/// The names say everything that the layers know of a block. That leaves out its activation, which
/// follows from the rest in these tables.
struct MobileBlocks {
  /// Names in order of execution.
  private(set) var names: [String] = []
  private var before: Layer?

  /// Kinds of block by the layer that ends them.
  private static let kinds = [
    "first": "Conv", "project": "expanded_conv", "final_expand": "Conv_1",
    "feature_mix": "Conv_2", "classifier": "Logits",
  ]

  /// Divides `layers` into blocks; throws when some are left over.
  init(_ layers: [Layer]) throws(InputError) {
    var block: [Layer] = []
    for layer in layers {
      block.append(layer)
      guard let part = layer.name.split(separator: ".").last, let kind = Self.kinds[String(part)]
      else { continue }
      append(block, ending: layer, as: kind)
      block = []
    }
    if let first = block.first {
      throw InputError("no block of a mobile network starts with `\(first.name)`", file: nil)
    }
  }

  private mutating func append(_ block: [Layer], ending last: Layer, as kind: String) {
    let first = block.first ?? last
    let input = Self.map(first.inputRows, first.inputColumns, first.channels)
    // A map only shrinks between blocks where it is pooled.
    if let before, before.outputRows != first.inputRows {
      let map = Self.map(before.outputRows, before.outputColumns, before.kernels)
      names.append(Self.name("AvgPool2D", from: map, to: input))
    }
    let output =
      last.operation == .fullyConnected
      ? "\(last.kernels)" : Self.map(last.outputRows, last.outputColumns, last.kernels)
    let depthwise = block.first { $0.operation == .depthwiseConvolution }
    names.append(
      Self.name(
        kind, from: input, to: output,
        inside: depthwise.map { layer in
          [
            layer.kernels, layer.kernelRows, layer.rows.stride,
            layer.rows.stride == 1 && first.channels == last.kernels ? 1 : 0,
            block.contains { $0.name.contains(".se.") } ? 1 : 0,
          ]
        } ?? []))
    before = last
  }

  private static func map(_ rows: Int, _ columns: Int, _ channels: Int) -> String {
    "\(rows)x\(columns)x\(channels)"
  }

  /// What `inside` holds, in this order.
  static let properties = ["expand", "kernel", "stride", "idskip", "se"]

  /// The name of a block; `inside` is empty for one without a depthwise layer.
  static func name(
    _ kind: String, from input: String, to output: String, inside: [Int] = []
  ) -> String {
    (["\(kind)-input:\(input)", "output:\(output)"]
      + zip(properties, inside).map { "\($0):\($1)" }).joined(separator: "-")
  }
}
