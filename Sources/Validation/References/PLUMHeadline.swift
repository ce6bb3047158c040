internal import CostModel
internal import Networks
internal import Studies
internal import WeightAnalysis

/// What PLUM's abstract and its reviews report, beside counts for synthetic weights.
enum PLUMHeadline: ValidationReference {
  static let name = "plum-headline"
  static let source =
    "PLUM (TMLR 2024), abstract and ICLR 2024 reviews: 26 % faster than binary, 1.75 x ternary on a "
    + "CPU, 2 x energy, 2.8 x density; here synthetic ResNet-18 weights"

  /// 10 %: trained weights and the authors' engine are not public; the figures are consistent with
  /// the published ones, they do not reproduce them: weights are synthetic, and additions are compared
  /// with times on a CPU.
  ///
  /// Ternary 1 %: counted by the engine that binary is counted by, repetition with a pattern and its
  /// negation computed once and zeros added like any weight; other seeds move the quotient by 0.3 %.
  /// Beside it stands ternary on an engine that leaves out zeros, as signed-binary's does.
  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let counts = try counts(files)
    let signed = Double(counts.signedBinary)
    return [
      Agreement(
        "non-zero weights, binary over signed-binary", .each(0.1),
        [Agreement.Pair(2.8, Double(counts.weights) / Double(counts.effectual))]),
      Agreement(
        "additions, binary over signed-binary", .each(0.1),
        [Agreement.Pair(1.26, Double(counts.binary) / signed)]),
      Agreement(
        "additions, ternary over signed-binary, ternary on binary's engine", .each(0.01),
        [Agreement.Pair(1.75, Double(counts.repeatedTernary) / signed)]),
      Agreement(
        "additions, ternary over signed-binary, both with zeros skipped",
        found: Double(counts.ternary) / signed,
        "the fair comparison; the difference to the row above comes from the engine"),
      Agreement(
        "energy on SIGMA, dense over density 0.36", .each(0.1),
        [Agreement.Pair(2, try STONNESigma.energySaved(files))]),
    ]
  }

  /// Sums over the quantized layers.
  private struct Counts {
    var weights = 0
    var effectual = 0
    var binary = 0
    /// Zeros skipped.
    var ternary = 0
    /// Zeros added.
    var repeatedTernary = 0
    var signedBinary = 0
  }

  /// Additions per inference, each layer at its best tile width from 3 to 6.
  private static func counts(_ files: ReferenceFiles) throws -> Counts {
    let synthetic = SyntheticWeights(.laplace, seed: 1)
    let network = try files.workload("resnet18").network(subnet: nil)
    var sum = Counts()
    var known: [Int: Counts] = [:]
    for (index, layer) in network.layers.enumerated()
    where layer.kernelRows == 3 {
      let shape = network.shapes[index]
      let counts = try known[shape] ?? one(layer, index, synthetic)
      known[shape] = counts
      sum.weights += counts.weights
      sum.effectual += counts.effectual
      sum.binary += counts.binary * layer.outputPixels
      sum.ternary += counts.ternary * layer.outputPixels
      sum.repeatedTernary += counts.repeatedTernary * layer.outputPixels
      sum.signedBinary += counts.signedBinary * layer.outputPixels
    }
    return sum
  }

  /// One layer, additions per output pixel.
  private static func one(
    _ layer: Layer, _ index: Int, _ synthetic: SyntheticWeights
  ) throws -> Counts {
    let shape = try FilterShape(
      kernels: layer.kernels, channels: layer.channels, rows: layer.kernelRows,
      columns: layer.kernelColumns)
    let values = synthetic.values(of: layer, index: index, kernels: 0..<layer.kernels)
    func additions(_ tensor: QuantizedTensor, _ mode: ReuseMode) throws -> Int {
      try tensor.bestTileWidth(for: mode, among: 3...6)?.additions(mode) ?? 0
    }
    let signed = try SignedBinary().quantize(values, shape: shape)
    let ternary = try TernaryQuantizer().quantize(values, shape: shape)
    return Counts(
      weights: shape.count,
      effectual: Int((signed.density * Double(shape.count)).rounded()),
      binary: try additions(
        BinaryQuantizer().quantize(values, shape: shape), .mirroredRepetition),
      ternary: try additions(ternary, .mirroredDirect),
      repeatedTernary: try additions(ternary, .mirroredRepetition),
      signedBinary: try additions(signed, .direct))
  }
}
