public import Components
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
    for tensor in file.weights {
      let place = try WeightPlace(of: tensor, in: file, layout: layout, isDepthwise: false)
      quantized.append(
        try TensorValues(file: file, tensor: tensor, place: place)
          .quantized(among: quantizers.schemes))
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
    entries = zip(read, zip(tensors, counts)).map { found, counted in
      let shape = found.place.extents
      return Entry(
        tensor: found.tensor, layout: found.place.layout, shape: shape, quantized: counted.0,
        counts: counted.1, elements: shape.kernels * shape.channels * shape.rows * shape.columns)
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
      document: .object([
        "schema": .string("umemaki.analysis/1"), "tensors": .array(entries.map(document)),
        "totals": totals,
        "provenance": Provenance(
          version: umemakiVersion, inputs: [Provenance.Input(fileAt: path)], command: command
        ).document,
      ]), headline: headline,
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

  private var totals: JSONValue {
    let all = counted
    func sum(_ value: (OperationCounts) -> Int) -> JSONValue {
      .integer(all.reduce(0) { $0 + value($1.counts) })
    }
    return .object([
      "elements": .integer(all.reduce(0) { $0 + $1.tensor.shape.count }),
      "effectual": .integer(all.reduce(0) { $0 + $1.tensor.effectual }),
      "storage_bits": .integer(all.reduce(0) { $0 + $1.tensor.storage.total }),
      "dense": sum(\.dense), "sparse": sum(\.sparse), "repetition": sum(\.repetition),
      "direct": sum(\.direct), "trie_highest": sum(\.trieHighest),
      "trie_lowest": sum(\.trieLowest),
    ])
  }

  private func document(_ entry: Entry) -> JSONValue {
    let shape = entry.shape
    var members: [String: JSONValue] = [
      "dataset": .string(entry.tensor.dataset),
      "shape": .array(
        [shape.kernels, shape.channels, shape.rows, shape.columns].map { .integer($0) }),
      "layout": .string(entry.layout.rawValue),
      "element_type": .string(entry.tensor.elementType.rawValue),
      "elements": .integer(entry.elements),
    ]
    members["operations"] = .null
    guard let tensor = entry.quantized else {
      members["scheme"] = .null
      return .object(members)
    }
    members.merge([
      "scheme": .string(tensor.scheme.name), "density": .number(tensor.density),
      "effectual": .integer(tensor.effectual), "storage_bits": .integer(tensor.storage.total),
    ]) { _, new in new }
    guard let counts = entry.counts else { return .object(members) }
    members.merge([
      "tile_width": .integer(counts.tileWidth),
      "unique_patterns": .integer(counts.uniquePatterns),
      "repetition": .number(Self.repetition(counts)),
      "synergy": .number(Self.synergy(counts)),
      "operations": .object(operations(counts)),
    ]) { _, new in new }
    return .object(members)
  }

  /// The counts that apply to the tensor's scheme.
  private func operations(_ counts: OperationCounts) -> [String: JSONValue] {
    let all: [(String, Int?)] = [
      ("dense", counts.dense), ("sparse", counts.sparse), ("repetition", counts.repetition),
      ("direct", counts.direct), ("trie_highest", counts.trieHighest),
      ("trie_lowest", counts.trieLowest), ("subset", counts.subset),
      ("lookup_table", counts.lookupTable), ("mirrored_repetition", counts.mirroredRepetition),
      ("mirrored_direct", counts.mirroredDirect), ("offset_additions", counts.offsetAdditions),
    ]
    return Dictionary(
      all.compactMap { name, value in value.map { (name, .integer($0)) } }
    ) { first, _ in first }
  }
}
