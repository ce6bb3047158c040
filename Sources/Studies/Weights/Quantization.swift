public import Inputs
internal import Reports
public import WeightAnalysis

/// Quantizes the tensors of a weight file.
public struct Quantization: Sendable {
  /// What makes the values.
  public enum Rule: Sendable {
    /// A quantizer, which gives each weight a level of an alphabet.
    case levels(any Quantizer)
    /// A codec, which gives each weight an entry of a codebook.
    case codebook(CodebookCodec)
  }

  /// What happened to one dataset.
  public struct Outcome: Sendable {
    /// The dataset.
    public let dataset: String
    /// The scheme, or why the tensor stays at full precision.
    public let result: String
    /// Share of non-zero weights after the quantization, nil where there was none.
    public let density: Double?
    /// Bits of a weight and the error, of a codec.
    public var coding: (bitsPerWeight: Double, error: CodingError)?
  }

  private let rule: Rule
  private let layout: WeightLayout?
  private let depthwise: Set<String>
  private let keeps: @Sendable (TensorDescription, TensorShape) -> String?

  /// Quantizes by `rule`; `keeps` says why a tensor stays at full precision, nil if it does
  /// not.
  ///
  /// `depthwise` are names of datasets that are known to be kernels of depthwise convolutions.
  public init(
    _ rule: Rule, layout: WeightLayout?,
    depthwise: Set<String> = [],
    keeps: @escaping @Sendable (TensorDescription, TensorShape) -> String?
  ) {
    self.rule = rule
    self.layout = layout
    self.depthwise = depthwise
    self.keeps = keeps
  }

  /// Reads `input` and writes `output`, int8 values with `scheme`, `scale` and `threshold`.
  public func run(_ input: String, to output: String) throws -> [Outcome] {
    let file = try WeightFile(path: input)
    try file.checkFilters()
    guard !file.weights.isEmpty else {
      throw InputError("no tensor of rank 2 or 4 to quantize; \(file.holdings)", file: input)
    }
    let writer = try WeightFileWriter.create(output)
    var outcomes: [Outcome] = []
    for tensor in file.weights {
      let place = try WeightPlace(
        of: tensor, in: file, layout: layout,
        isDepthwise: depthwise.contains(tensor.dataset)
          || depthwise.contains(WeightNames.stem(tensor.dataset)))
      let values = TensorValues(file: file, tensor: tensor, place: place)
      let floats = try values.all()
      if let reason = keeps(tensor, place.extents) {
        try write(floats, tensor, place.extents, writer)
        outcomes.append(Outcome(dataset: tensor.dataset, result: reason, density: nil))
        continue
      }
      do {
        outcomes.append(try write(floats, values.shape(), tensor, place.extents, writer))
      } catch let error as WeightError {
        throw InputError("\(error)", file: input, path: tensor.dataset)
      }
    }
    if file.isSynthetic { try writer.setAttribute("synthetic", .text("true")) }
    try writer.finish()
    return outcomes
      + file.optimizerState.map {
        Outcome(
          dataset: $0, result: "not copied: an optimizer's state, not a weight", density: nil)
      }
      + file.others.map {
        Outcome(dataset: $0, result: "not copied: rank 0 or 1", density: nil)
      }
      + file.unsupported.map {
        Outcome(dataset: $0.dataset, result: "not copied: \($0.reason)", density: nil)
      }
  }

  private func dimensions(_ tensor: TensorDescription, _ slice: TensorShape) -> [Int] {
    tensor.dimensions.count == 2
      ? [slice.kernels, slice.channels]
      : [slice.kernels, slice.channels, slice.rows, slice.columns]
  }

  private func write(
    _ values: [Float], _ tensor: TensorDescription, _ slice: TensorShape,
    _ writer: WeightFileWriter
  ) throws {
    let size = slice.channels * slice.rows * slice.columns
    try writer.writeFloat32(
      tensor.dataset, dimensions: dimensions(tensor, slice), kernelsPerBlock: 64
    ) { kernels in
      Array(values[kernels.lowerBound * size..<kernels.upperBound * size])
    }
    try writer.setAttribute("layout", .text("OIHW"), dataset: tensor.dataset)
  }

  /// Quantizes a tensor and writes it.
  private func write(
    _ floats: [Float], _ shape: FilterShape, _ tensor: TensorDescription, _ extents: TensorShape,
    _ writer: WeightFileWriter
  ) throws -> Outcome {
    switch rule {
    case .levels(let quantizer):
      let quantized = try quantizer.quantize(floats, shape: shape)
      try write(quantized, tensor, extents, writer, threshold: quantizer.threshold)
      return Outcome(
        dataset: tensor.dataset, result: quantized.scheme.name, density: quantized.density)
    case .codebook(let codec):
      let coded = try codec.encode(floats, shape: shape)
      let values = coded.values()
      let error = CodingError(floats, coded: values)
      try write(values, tensor, extents, writer)
      try write(coded, error, tensor.dataset, writer)
      let zeros = values.count { $0 == 0 }
      return Outcome(
        dataset: tensor.dataset, result: CodebookCodec.name,
        density: Double(values.count - zeros) / Double(values.count),
        coding: (Double(coded.bits) / Double(values.count), error))
    }
  }

  /// Writes what is known of a coded tensor beside its values.
  private func write(
    _ coded: CodedTensor, _ error: CodingError, _ name: String, _ writer: WeightFileWriter
  ) throws {
    var attributes: [(String, WeightAttribute)] = [
      ("scheme", .text(CodebookCodec.name)), ("scope", .text(coded.scope.rawValue)),
      ("has_pruned", .number(coded.hasPruned ? 1 : 0)), ("pruned", .number(Double(coded.pruned))),
      ("entries", .number(Double(coded.entries))),
      ("escapes", .number(Double(coded.escapes.count))),
      ("coded_bits", .number(Double(coded.bits))), ("index_bits", .number(Double(coded.indexBits))),
      ("mean_square_error", .number(error.meanSquare)),
    ]
    if let smallest = coded.smallestEscape {
      attributes.append(("escapes_from", .number(Double(smallest))))
    }
    if let decibels = error.signalToNoise { attributes.append(("sqnr_db", .number(decibels))) }
    for (key, value) in attributes { try writer.setAttribute(key, value, dataset: name) }
  }

  private func write(
    _ tensor: QuantizedTensor, _ description: TensorDescription, _ slice: TensorShape,
    _ writer: WeightFileWriter, threshold: Float?
  ) throws {
    let size = tensor.shape.filterSize
    let values = tensor.values()
    let name = description.dataset
    try writer.writeInt8(
      name, dimensions: dimensions(description, slice), kernelsPerBlock: 64
    ) { kernels in
      Array(values[kernels.lowerBound * size..<kernels.upperBound * size])
    }
    try writer.setAttribute("layout", .text("OIHW"), dataset: name)
    try writer.setAttribute("scheme", .text(tensor.scheme.name), dataset: name)
    try writer.setAttribute("scale", .numbers(tensor.scales.map(Double.init)), dataset: name)
    if let threshold {
      try writer.setAttribute("threshold", .number(Double(threshold)), dataset: name)
    }
  }
}
