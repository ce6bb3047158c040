internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import Units

/// The convolutions of AlexNet on the Eyeriss chip.
enum EyerissAlexNet: ValidationReference {
  static let name = "eyeriss-alexnet"
  static let source = "Chen et al., JSSC 52(1), 2017, Tables III and V: the chip, measured, batch 4"

  /// The layer whose published mapping disagrees with its published buffer traffic.
  private static let inconsistent = "conv3"

  /// Layers whose results are pooled before they are read again: their zeros are not published, and
  /// those of the workload are calibrated on their traffic.
  private static let calibrated = ["conv1", "conv2", "conv5"]

  /// One layer, published and modelled.
  private struct Entry {
    let row: ReferenceRow
    let cost: LayerCost
    let layout: RowStationaryLayout
  }

  /// Latency, elements, traffic, energy and mapping of the five layers.
  ///
  /// Processing 4.3 %: the mean error of MAESTRO on the same five figures. Total 6 %: what the chip
  /// does beside processing is not published. Buffer 0.3 %: half of the last digit of the smallest
  /// figure. DRAM 2 % and 4 %: the same of 3.0 and 2.1 MB, and of 1.3 MB. Energy 4 % and 6 %: a fit of
  /// one power to five layers, and the errors of the times on top of it.
  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let design = try files.design("eyeriss-v1")
    let entries = try entries(of: design, files)
    let word = Double(design.architecture.spec.precision.accumulator.count) / 8
    func milliseconds(_ cycles: Cycles) -> Double {
      design.architecture.spec.frequency.seconds(cycles) * 1e3
    }
    func pairs(_ column: String, _ found: (LayerCost) -> Double) throws -> [Agreement.Pair] {
      try entries.map { .init(try $0.row.real(column), found($0.cost)) }
    }
    return [
      Agreement(
        "processing latency", .mean(0.043),
        try pairs("processing_ms") { milliseconds($0.cycles[.compute]) }),
      Agreement(
        "total latency", .mean(0.06), try pairs("total_ms") { milliseconds($0.total) }),
      Agreement(
        "active elements", .exact,
        try entries.map {
          .init(try $0.row.real("active_elements"), Double($0.layout.activeElements))
        }),
      Agreement(
        "buffer traffic", .each(0.003),
        try pairs("buffer_mb") { cost in
          let words = cost.work[.inputReads] + cost.work[.outputReads] + cost.work[.outputWrites]
          return Double(words) * word / 1e6
        }),
      Agreement(
        "DRAM traffic, conv3 and conv4", .each(0.02),
        try dram(entries) { !calibrated.contains($0) }),
      Agreement(
        "DRAM traffic, zeros of results calibrated", .each(0.04),
        try dram(entries) { calibrated.contains($0) }),
      Agreement(
        "energy of the chip at published times, idle power calibrated", .mean(0.04),
        try entries.map { entry in
          try energy(entry, of: design, milliseconds: entry.row.real("total_ms"))
        }),
      Agreement(
        "energy of the chip", .mean(0.06),
        try entries.map { entry in
          try energy(entry, of: design, milliseconds: milliseconds(entry.cost.total))
        }),
      Agreement(
        "mapping, four layers", .exact,
        try entries.filter { try $0.row.text("layer") != inconsistent }.flatMap(letters)),
      Agreement(
        "mapping, conv3", .gap("its published buffer traffic is that of another mapping"),
        try entries.filter { try $0.row.text("layer") == inconsistent }.flatMap(letters)),
    ]
  }

  /// DRAM traffic of the layers whose name `isIncluded`, in megabytes.
  private static func dram(
    _ entries: [Entry], where isIncluded: (String) -> Bool
  ) throws -> [Agreement.Pair] {
    try entries.filter { isIncluded(try $0.row.text("layer")) }.map {
      .init(
        try $0.row.real("dram_mb"), Double(($0.cost.dramRead + $0.cost.dramWrite).count) / 1e6)
    }
  }

  /// Energy without DRAM in microjoules, what runs for a time charged for `milliseconds`.
  private static func energy(
    _ entry: Entry, of design: Design, milliseconds: Double
  ) throws -> Agreement.Pair {
    let power = design.architecture.spec.idlePower?.value ?? 0
    let work = entry.cost.energy.filter { ![.dramRead, .dramWrite, .idle].contains($0.component) }
    // Milliwatts times milliseconds are microjoules.
    return .init(
      try entry.row.real("power_mw") * entry.row.real("total_ms"),
      work.reduce(0) { $0 + $1.amount.value / 1e6 } + power * milliseconds)
  }

  private static func entries(of design: Design, _ files: ReferenceFiles) throws -> [Entry] {
    let model = LayerCostModel(design)
    let network = try files.workload("alexnet").network(subnet: nil)
    return try files.rows("ValidationTests/References/eyeriss-alexnet/reference.csv").map { row in
      let name = try row.text("layer")
      guard let layer = network.layers.first(where: { $0.name == name }),
        let cost = model.cost(of: layer, batch: 4).cost, let layout = cost.mapping?.rowStationary
      else { throw InputError("eyeriss-v1 does not run `\(name)` of alexnet", file: nil) }
      return Entry(row: row, cost: cost, layout: layout)
    }
  }

  /// The mapping parameters by their letters.
  private static func letters(_ entry: Entry) throws -> [Agreement.Pair] {
    let layout = entry.layout
    return try [
      ("n", layout.images), ("m", layout.kernels), ("e", layout.rows),
      ("p", layout.kernelsPerElement), ("q", layout.channelsPerElement),
      ("r", layout.channelSets), ("t", layout.kernelSets),
    ].map { Agreement.Pair(try entry.row.real($0.0), Double($0.1)) }
  }
}
