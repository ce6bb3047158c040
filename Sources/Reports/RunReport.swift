internal import Architectures
public import CostModel
internal import Networks
public import Units

/// Statistics of one layer's weight tensor.
public struct WeightSummary: Sendable, Hashable {
  /// Name of the quantization scheme, or the element type.
  public let scheme: String
  /// Non-zero share, 0...1.
  public let density: Double
  /// Dataset in the file.
  public let dataset: String
  /// Elements read.
  public let elements: Int

  /// Makes a summary.
  public init(scheme: String, density: Double, dataset: String, elements: Int) {
    self.scheme = scheme
    self.density = density
    self.dataset = dataset
    self.elements = elements
  }
}

extension Report {
  /// The report of one inference, whose figures are `document`; `bounds` are what each operation takes at
  /// least; `opening` walks the first tiles of a layer again, by its position,
  /// for the pictures of tiles.
  public init(
    _ run: NetworkCost, bounds: [LayerBound?], cached: String, fill: SubgraphFill = .cycles,
    area: (table: String, shares: [Share<SquareMillimetres>])? = nil,
    iteration: [(String, String)] = [],
    opening: (@Sendable (_ layer: Int, _ tiles: Int) -> TileTimeline)? = nil,
    document: @autoclosure @escaping @Sendable () -> JSONValue, provenance: Provenance
  ) {
    let text = RunReport(
      run: run, bounds: bounds, cached: cached, fill: fill, area: area, provenance: provenance)
    self.init(
      title: text.title, facts: iteration + text.facts, table: text.table,
      conclusions: text.conclusions,
      warnings: run.allWarnings, later: Later(document),
      origin: provenance, headline: text.headline,
      pictures: Later {
        RunCharts(
          run: run, energyUnit: text.energyUnit, energy: text.energy, opening: opening
        ).all
      }, trends: RunTrends(run: run).all)
  }
}

/// The parts of a run's report.
struct RunReport {
  let run: NetworkCost
  /// What each operation takes at least.
  let bounds: [LayerBound?]
  let cached: String
  let fill: SubgraphFill
  let area: (table: String, shares: [Share<SquareMillimetres>])?
  let provenance: Provenance

  private var areaTotal: Double? {
    area.map { $0.shares.reduce(0) { $0 + $1.amount.value } }
  }

  private var prices: EnergyTable { run.design.energy.table }
  private var unit: EnergyUnit { prices.spec.unit }
  var energyUnit: String { unit.symbol }
  private var energyKey: String { unit.key }

  func energy(_ value: Picojoules) -> Double { unit.amount(value) }

  private func seconds(_ cycles: Cycles) -> Double {
    run.design.architecture.spec.frequency.seconds(cycles)
  }

  var title: String {
    let subnet = run.network.subnet.map { ", sub-network \($0)" } ?? ""
    return "\(run.network.name)\(subnet) on \(run.design.architecture.spec.name)"
  }

  var facts: [(String, String)] {
    let architecture = run.design.architecture
    let digest = provenance.inputs.first { $0.path.hasSuffix("/\(prices.spec.name).yaml") }?.digest
    return [
      (
        "array",
        "\(NumberText.count(run.design.datapath.lanes)) \(run.design.datapath.lane)s at \(architecture.spec.frequency)"
          + coresText
      ),
      (
        "energy table",
        "\(prices.spec.name)\(digest.map { " (sha256 \($0.prefix(8)))" } ?? ""), DRAM \(prices.dram.name)"
      ),
      ("persistent buffer", persistentText),
    ] + hostFact + ruleFact + areaFact + mapsFact + codeFact + vectorFact + fusedFact + networkFact
      + (unit.isAbsolute ? [] : [("energy unit", unit.explanation)])
      + (run.batch == 1 ? [] : [("batch", "\(run.batch)")])
  }

  private var vectorFact: [(String, String)] {
    guard let unit = run.design.architecture.spec.vectorUnit else { return [] }
    let buffer = NumberText.bytes(unit.buffer.size.count)
    return [("vector unit", "\(unit.operations) operations per cycle, \(buffer) buffer")]
  }

  private var fusedFact: [(String, String)] {
    let fused = run.fused
    guard !fused.isEmpty else { return [] }
    return [
      ("fused and free", fused.map { "\($0.count) \($0.operator)" }.joined(separator: ", "))
    ]
  }

  private var areaFact: [(String, String)] {
    guard let area, let areaTotal else { return [] }
    let text = "\(((areaTotal * 100).rounded() / 100).plain) mm2"
    return [("area", "\(text), table \(area.table)")]
  }

  private var persistentText: String {
    let capacity = run.design.architecture.persistentBytes
    guard capacity > .zero else { return "none" }
    let size = NumberText.bytes(capacity.count)
    return cached == "none"
      ? "\(size), empty"
      : "\(size), holds \(cached)\(fill == .bytes ? " by bytes saved" : ""): \(NumberText.bytes(run.cachedWeightBytes.count)) of "
        + "\(NumberText.bytes(run.weightBytes.count)) weights served from it"
  }

  var table: Table {
    Table(
      columns: [
        .init("layer", "layer"), .init("shape", nil), .init(nil, "operator"), .init(nil, "k"),
        .init(nil, "c"), .init(nil, "kernel"), .init(nil, "map"), .init(nil, "cycles"),
        .init("latency", "latency_s", hasBars: true), .init("energy", energyKey),
        .init(nil, "macs"), .init("util", "utilization"), .init("DRAM", "dram_bytes"),
        .init("bound", "bound"),
      ] + boundColumns + coreColumn,
      rows: run.entries.indices.map { row(run.entries[$0], bounds[$0]) },
      total: [
        .text("total"), .text("\(NumberText.quantity(Double(run.macs), unit: "MAC"))"), .text(""),
        .none, .none, .text(""), .text(""), .count(run.cycles.count),
        .quantity(run.seconds, unit: "s"), .quantity(energy(run.totalEnergy), unit: energyUnit),
        .count(run.macs), .share(run.utilization),
        .quantity(Double((run.dramRead + run.dramWrite).count), unit: "B"),
        .text(dominant.rawValue),
      ] + totalBoundCells + coreCell(nil))
  }

  private func row(_ entry: NetworkCost.Entry, _ bound: LayerBound?) -> [Table.Cell] {
    (entry.layer.map(shapeCells) ?? vectorCells(entry)) + costCells(entry.cost)
      + boundCells(entry.cost, bound) + coreCell(entry.cost)
  }

  private func costCells(_ cost: LayerCost) -> [Table.Cell] {
    [
      .count(cost.total.count), .quantity(seconds(cost.total), unit: "s"),
      .quantity(energy(cost.totalEnergy), unit: energyUnit),
      .count(cost.macs), .share(cost.utilization),
      .quantity(Double((cost.dramRead + cost.dramWrite).count), unit: "B"),
      .text(cost.bound.rawValue),
    ]
  }

  /// What a table says of work on the vector unit, instead of a layer's extents.
  private func vectorCells(_ entry: NetworkCost.Entry) -> [Table.Cell] {
    let work = entry.vectorWork
    let shape = work.map { "\($0.pieces) x \($0.reads.reduce(0, +))->\($0.writes)" }
    return [
      .text(entry.name), .text(shape ?? ""), .text(work?.operator ?? ""), .none, .none, .text(""),
      .text(""),
    ]
  }

  private func shapeCells(_ layer: Layer) -> [Table.Cell] {
    let stride = LayerShapeText.stride(of: layer)
    let kernel = "\(layer.kernelRows)x\(layer.kernelColumns)\(stride)"
    let map = "\(layer.inputRows)x\(layer.inputColumns)"
    return [
      .text(layer.name), .text(LayerShapeText.text(of: layer)), .text(layer.operation.rawValue),
      .count(layer.kernels),
      .count(layer.channels), .text(kernel), .text(map),
    ]
  }

  private var dominant: CycleCause {
    CycleCause.allCases.max { run.cycles($0) < run.cycles($1) } ?? .compute
  }

  var conclusions: [(String, String)] {
    let band = run.design.energy.band(of: run.energy)
    let total = max(run.totalEnergy.value, .leastNormalMagnitude)
    let all = Double(max(run.cycles.count, 1))
    let seen = CycleCause.allCases.filter { run.cycles($0) > .zero }
    let causes = seen.sorted { run.cycles($0) > run.cycles($1) }.map { cause -> String in
      let part = Double(run.cycles(cause).count) / all
      return "\(cause.rawValue) \(NumberText.share(part))"
    }
    let parts = run.energy.filter { $0.amount.value > 0 }.sorted { $0.amount > $1.amount }.prefix(4)
      .map { "\($0.name) \(NumberText.share($0.amount.value / total))" }
    let latency =
      NumberText.quantity(run.seconds, unit: "s") + ", \(NumberText.count(run.cycles.count)) cycles"
    let unit = energyUnit
    let spread =
      NumberText.quantity(energy(band.low), unit: unit) + " to "
      + NumberText.quantity(energy(band.high), unit: unit)
    let spent =
      NumberText.quantity(energy(run.totalEnergy), unit: unit)
      + ", assumed band \(spread)"
    let moved =
      "\(NumberText.bytes(run.dramRead.count)) read, "
      + "\(NumberText.bytes(run.dramWrite.count)) written; "
      + "weights \(NumberText.bytes(run.weightBytes.count))"
    let accuracy = run.network.top1.map { [("top-1", "\($0) (published)")] } ?? []
    return [
      ("latency", latency), ("", causes.joined(separator: ", ")),
    ] + boundText + [
      ("energy", spent), ("", parts.joined(separator: ", ")), ("DRAM", moved), ("use", useText),
    ] + accuracy
  }
}
