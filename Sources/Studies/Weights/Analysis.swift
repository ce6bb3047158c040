public import Components
internal import Documents
public import Inputs
public import Reports
public import WeightAnalysis

/// Density, repetition and exact operation counts of every tensor of a weight file.
public struct Analysis: Sendable {
  /// One tensor.
  private struct Entry {
    let tensor: TensorDescription
    let layout: WeightLayout
    let shape: TensorShape
    let quantized: QuantizedTensor?
    let counts: OperationCounts?
    let coded: CodedTensor?
    let elements: Int
  }

  private let entries: [Entry]
  private let path: String
  private let skipped: [String]

  /// Counts the tensors of `path` on up to `jobs` threads; each takes the width of `widths` with the
  /// fewest additions.
  ///
  /// Tensors whose alphabet, one of `quantizers`, has no sign patterns have a density and a size, but
  /// no counts.
  public init(
    _ path: String, widths: [Int], layout: WeightLayout?, jobs: Int = 1,
    quantizers: Registry<any Quantizer> = Quantizers.registry
  ) throws {
    let file = try WeightFile(path: path)
    try file.checkFilters()
    var read: [(tensor: TensorDescription, place: WeightPlace)] = []
    var quantized: [QuantizedTensor?] = []
    var coded: [CodedTensor?] = []
    for tensor in file.weights {
      let place = try WeightPlace(of: tensor, in: file, layout: layout, isDepthwise: false)
      let values = TensorValues(file: file, tensor: tensor, place: place)
      quantized.append(try values.quantized(among: quantizers.schemes))
      coded.append(try values.coded())
      read.append((tensor, place))
    }
    let tensors = quantized
    let counts = try parallelMap(count: tensors.count, jobs: jobs) { index in
      try tensors[index].flatMap { tensor -> OperationCounts? in
        guard tensor.scheme.patterns != nil else { return nil }
        // The search leaves subsets out; a single width needs no search.
        let best =
          widths.count == 1 ? widths[0] : try tensor.bestTileWidth(among: widths)?.tileWidth
        return try best.map { try OperationCounts(tensor, tileWidth: $0) }
      }
    }
    entries = read.indices.map { index in
      let (found, counted) = (read[index], (tensors[index], counts[index]))
      let shape = found.place.extents
      return Entry(
        tensor: found.tensor, layout: found.place.layout, shape: shape, quantized: counted.0,
        counts: counted.1, coded: coded[index],
        elements: shape.kernels * shape.channels * shape.rows * shape.columns)
    }
    self.path = path
    skipped =
      entries.compactMap { entry in
        entry.quantized.flatMap { tensor in
          tensor.scheme.patterns == nil
            ? "\(entry.tensor.dataset): no operations counted: "
              + "\(WeightError.noPatterns(tensor.scheme))" : nil
        }
      }
      + file.optimizerState.map { "\($0): an optimizer's state, not a weight" }
      + file.unsupported.map { "\($0.dataset): \($0.reason)" }
  }

  /// The report of the file.
  public func report(command: String) -> Report {
    Report(
      title:
        "\(path), \(entries.count { $0.quantized != nil }) quantized tensors of \(entries.count)",
      facts: [
        ("counts", "additions per output pixel, strict two-input additions"),
        ("reuse", "sums of patterns shared by all filters of a tile, drop-highest trie"),
      ], table: table, conclusions: conclusions, warnings: skipped,
      document: AnalysisDocument(
        tensors: entries.map(document), totals: totals,
        provenance: Provenance(filesAt: [path], command: command)
      ).json, headline: headline,
      charts: AnalysisCharts(
        items: entries.compactMap { entry in
          guard let tensor = entry.quantized, let counts = entry.counts else { return nil }
          return .init(name: entry.tensor.dataset, tensor: tensor, counts: counts)
        }
      ).all)
  }

  private var headline: [Report.Headline] {
    let all = counted
    guard !all.isEmpty else { return [] }
    let elements = all.reduce(0) { $0 + $1.tensor.shape.count }
    let effectual = all.reduce(0) { $0 + $1.tensor.effectual }
    let bits = all.reduce(0) { $0 + $1.tensor.storage.total }
    func gain(_ value: (OperationCounts) -> Int) -> String {
      let dense = all.reduce(0) { $0 + $1.counts.dense }
      return "x " + NumberText.ratio(Self.ratio(dense, all.reduce(0) { $0 + value($1.counts) }))
    }
    return [
      .init(
        "density", NumberText.share(Double(effectual) / Double(elements)),
        note: "of \(NumberText.count(elements)) weights"),
      .init("sparsity", gain(\.sparse), note: "fewer additions without the zeros"),
      .init("repetition", gain(\.repetition), note: "fewer additions with shared patterns"),
      .init("both", gain(\.trieHighest), note: "fewer additions with a trie of the patterns"),
      .init("packed", NumberText.bytes((bits + 7) / 8), note: "masks and signs"),
    ]
  }

  private var table: Table {
    Table(
      columns: [
        .init("tensor", "dataset"), .init("shape", "shape"), .init("scheme", "scheme"),
        .init("density", "density"), .init("T", "tile_width"), .init(nil, "effectual"),
        .init(nil, "elements"), .init(nil, "unique_patterns"), .init(nil, "repetition"),
        .init(nil, "storage_bits"), .init("dense", "dense"), .init("sparse", "sparse"),
        .init("rep", "repetition_additions"), .init(nil, "direct"), .init("trie", "trie_highest"),
        .init(nil, "trie_lowest"), .init(nil, "subset"), .init(nil, "lookup_table"),
        .init("dense/trie", "reduction"), .init("synergy", "synergy"),
      ],
      rows: entries.map(row), total: nil)
  }

  private func row(_ entry: Entry) -> [Table.Cell] {
    let shape = entry.shape
    let text = "\(shape.kernels)x\(shape.channels)x\(shape.rows)x\(shape.columns)"
    if let coded = entry.coded {
      let zeros = coded.values().count { $0 == 0 }
      return [
        .text(entry.tensor.dataset), .text(text), .text(CodebookCodec.name),
        .share(Double(entry.elements - zeros) / Double(entry.elements)), .none,
        .count(entry.elements - zeros), .count(entry.elements), .none, .none, .count(coded.bits),
      ] + Array(repeating: .none, count: 10)
    }
    guard let tensor = entry.quantized else {
      return [.text(entry.tensor.dataset), .text(text), .text(entry.tensor.elementType.rawValue)]
        + Array(repeating: .none, count: 17)
    }
    guard let counts = entry.counts else {
      return [
        .text(entry.tensor.dataset), .text(text), .text(tensor.scheme.name),
        .share(tensor.density), .none, .count(tensor.effectual), .count(entry.elements), .none,
        .none, .count(tensor.storage.total),
      ] + Array(repeating: .none, count: 10)
    }
    return [
      .text(entry.tensor.dataset), .text(text), .text(tensor.scheme.name),
      .share(tensor.density), .count(counts.tileWidth), .count(tensor.effectual),
      .count(entry.elements), .count(counts.uniquePatterns), .ratio(Self.repetition(counts)),
      .count(tensor.storage.total), .count(counts.dense), .count(counts.sparse),
      .count(counts.repetition), .count(counts.direct), .count(counts.trieHighest),
      .count(counts.trieLowest), .count(counts.subset ?? 0), .count(counts.lookupTable),
      .ratio(Self.ratio(counts.dense, counts.trieHighest)), .ratio(Self.synergy(counts)),
    ]
  }

  /// Non-zero patterns per distinct one.
  private static func repetition(_ counts: OperationCounts) -> Double {
    ratio(counts.nonZeroPatterns, counts.uniquePatterns)
  }

  /// What both together gain over the product of what each gains alone.
  private static func synergy(_ counts: OperationCounts) -> Double {
    ratio(counts.dense, counts.trieHighest)
      / (ratio(counts.dense, counts.sparse) * ratio(counts.dense, counts.repetition))
  }

  private static func ratio(_ above: Int, _ below: Int) -> Double {
    above == 0 || below == 0 ? 1 : Double(above) / Double(below)
  }

  private var counted: [(tensor: QuantizedTensor, counts: OperationCounts)] {
    entries.compactMap { entry in
      entry.quantized.flatMap { tensor in entry.counts.map { (tensor, $0) } }
    }
  }

  private var conclusions: [(String, String)] {
    let all = counted
    guard !all.isEmpty else { return [("", "no tensor is quantized; see `umemaki quantize`")] }
    let elements = all.reduce(0) { $0 + $1.tensor.shape.count }
    let effectual = all.reduce(0) { $0 + $1.tensor.effectual }
    let dense = all.reduce(0) { $0 + $1.counts.dense }
    let sparse = all.reduce(0) { $0 + $1.counts.sparse }
    let trie = all.reduce(0) { $0 + $1.counts.trieHighest }
    let bits = all.reduce(0) { $0 + $1.tensor.storage.total }
    return [
      (
        "weights",
        "\(NumberText.count(elements)), \(NumberText.share(Double(effectual) / Double(elements))) "
          + "non-zero, \(NumberText.bytes((bits + 7) / 8)) packed"
      ),
      (
        "additions",
        "dense / sparse \(NumberText.ratio(Self.ratio(dense, sparse))), dense / trie "
          + "\(NumberText.ratio(Self.ratio(dense, trie))), each tensor once"
      ),
    ]
  }

  private var totals: AnalysisDocument.Totals {
    let all = counted
    func sum(_ value: (OperationCounts) -> Int) -> Int { all.reduce(0) { $0 + value($1.counts) } }
    return AnalysisDocument.Totals(
      elements: all.reduce(0) { $0 + $1.tensor.shape.count },
      effectual: all.reduce(0) { $0 + $1.tensor.effectual },
      storageBits: all.reduce(0) { $0 + $1.tensor.storage.total }, dense: sum(\.dense),
      sparse: sum(\.sparse), repetition: sum(\.repetition), direct: sum(\.direct),
      trieHighest: sum(\.trieHighest), trieLowest: sum(\.trieLowest))
  }

  private func document(_ entry: Entry) -> AnalysisDocument.Tensor {
    let shape = entry.shape
    if let coded = entry.coded {
      let effectual = entry.elements - coded.values().count { $0 == 0 }
      return AnalysisDocument.Tensor(
        dataset: entry.tensor.dataset,
        shape: [shape.kernels, shape.channels, shape.rows, shape.columns],
        layout: entry.layout.rawValue, elementType: entry.tensor.elementType.rawValue,
        elements: entry.elements, operations: nil, scheme: CodebookCodec.name,
        density: Double(effectual) / Double(entry.elements), effectual: effectual,
        storageBits: coded.bits)
    }
    let (tensor, counts) = (entry.quantized, entry.quantized.flatMap { _ in entry.counts })
    return AnalysisDocument.Tensor(
      dataset: entry.tensor.dataset,
      shape: [shape.kernels, shape.channels, shape.rows, shape.columns],
      layout: entry.layout.rawValue, elementType: entry.tensor.elementType.rawValue,
      elements: entry.elements, operations: counts.map(operations), scheme: tensor?.scheme.name,
      density: tensor?.density, effectual: tensor?.effectual,
      storageBits: tensor?.storage.total, tileWidth: counts?.tileWidth,
      uniquePatterns: counts?.uniquePatterns, repetition: counts.map(Self.repetition),
      synergy: counts.map(Self.synergy))
  }

  /// The counts that apply to the tensor's scheme.
  private func operations(_ counts: OperationCounts) -> AdditionCounts {
    AdditionCounts(
      dense: counts.dense, sparse: counts.sparse, repetition: counts.repetition,
      direct: counts.direct, trieHighest: counts.trieHighest, trieLowest: counts.trieLowest,
      subset: counts.subset, lookupTable: counts.lookupTable,
      mirroredRepetition: counts.mirroredRepetition, mirroredDirect: counts.mirroredDirect,
      offsetAdditions: counts.offsetAdditions)
  }
}
