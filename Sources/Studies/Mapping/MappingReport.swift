internal import Architectures
internal import Components
internal import CostModel
internal import Documents
internal import Inputs
internal import Networks
public import Reports
internal import Units

extension Inference {
  /// How every layer is cut, how far that is from the best and from what the design allows, and what more of
  /// each buffer would be worth.
  ///
  /// - Parameters:
  ///   - layer: Only this layer, with its loops; all layers where it is nil.
  ///   - folders: Where names are looked up.
  ///   - command: What was typed.
  /// - Returns: A row for every layer.
  /// - Throws: `InputError` about a file, a layer that there is none of, or a layer that has no mapping.
  public func mappingReport(
    layer: String?, folders: SpecFolders, command: String
  ) throws -> Report {
    let done = try run(folders: folders)
    try done.run.design.checkOneCore(
      "bounds and best tiles are those of one core", at: "cores.count")
    let distances = Evaluator(done.run.design).distances(
      of: done.run, weights: done.resolved.tensors)
    var rows: [MappingReport.Row] = []
    for (entry, distance) in zip(done.run.entries, distances) {
      guard let own = entry.layer, let distance, let mapping = entry.cost.mapping else { continue }
      rows.append(
        MappingReport.Row(layer: own, cost: entry.cost, mapping: mapping, distance: distance))
    }
    if let layer {
      guard rows.contains(where: { $0.layer.name == layer }) else {
        let near = nearestName(to: layer, among: rows.map(\.layer.name))
        throw InputError(
          "no layer `\(layer)` on the array" + (near.map { ", did you mean `\($0)`?" } ?? ""),
          file: nil, path: "--layer")
      }
      rows.removeAll { $0.layer.name != layer }
    }
    let provenance = Provenance(filesAt: done.resolved.paths, command: command)
    return MappingReport(
      run: done.run, rows: rows, showsLoops: layer != nil, provenance: provenance
    ).report
  }
}

/// What `mapping` prints.
private struct MappingReport {
  struct Row {
    let layer: Layer
    let cost: LayerCost
    let mapping: Mapping
    let distance: LayerDistance

    var bytes: Int { (cost.dramRead + cost.dramWrite).count }

    func loops(batch: Int) -> [String] {
      LoopNestText(layer, cost, mapping, batch: batch).lines
    }
  }

  let run: NetworkCost
  let rows: [Row]
  let showsLoops: Bool
  let provenance: Provenance

  private func sum(_ value: (Row) -> Int) -> Int { rows.reduce(0) { $0 + value($1) } }
  private func over(_ own: Int, _ least: Int) -> Table.Cell {
    least == 0 ? .none : .ratio(Double(own) / Double(least))
  }
  private func times(_ own: Int, _ least: Int) -> String {
    let ratio = Double(own) / Double(max(least, 1))
    return "\((ratio * 1000).rounded() / 1000) x"
  }

  var report: Report {
    let cycles = sum { $0.cost.total.count }
    let best = sum { $0.distance.best.cycles.count }
    let bound = sum { $0.distance.bound.count }
    let bytes = sum(\.bytes)
    let distinct = sum { $0.distance.leastBytes.count }
    return Report(
      title: "\(run.title), mappings",
      facts: [
        ("mapping rule", "\(run.design.mappingRule): \(type(of: run.design.mapper).summary)"),
        (
          "cycles",
          "\(times(cycles, best)) the fastest mappings', \(times(cycles, bound)) the bound"
        ),
        ("DRAM bytes", "\(times(bytes, distinct)) every operand once"),
      ]
        + (showsLoops
          ? rows.flatMap { row in
            row.loops(batch: run.batch).enumerated().map { ($0 == 0 ? "loops" : "", $1) }
          } : []),
      table: Table(
        columns: [
          .init("layer", "layer"), .init("cycles", "cycles"), .init("of best", "over_best"),
          .init("of bound", "over_bound"), .init("limit", "limit"), .init(nil, "best_cycles"),
          .init(nil, "bound_cycles"), .init("DRAM bytes", "dram_bytes"),
          .init("refetch", "refetch"), .init(nil, "distinct_bytes"),
          .init("pixels", "tile_pixels"), .init("kernels", "tile_kernels"),
          .init("channels", "tile_channels"), .init("order", "order"), .init("keeps", "keeps"),
        ],
        rows: rows.map(cells),
        total: [
          .text("total"), .count(cycles), over(cycles, best), over(cycles, bound), .none,
          .count(best), .count(bound), .count(bytes), over(bytes, distinct), .count(distinct),
          .none,
          .none, .none, .none, .none,
        ]),
      conclusions: growths, warnings: run.allWarnings, document: document.json)
  }

  private func cells(_ row: Row) -> [Table.Cell] {
    let (cost, mapping, distance) = (row.cost, row.mapping, row.distance)
    let kept = (mapping.keepsInput ? ["input"] : []) + (mapping.keepsWeights ? ["weights"] : [])
    return [
      .text(row.layer.name), .count(cost.total.count),
      over(cost.total.count, distance.best.cycles.count),
      over(cost.total.count, distance.bound.count), .text(distance.limit.rawValue),
      .count(distance.best.cycles.count), .count(distance.bound.count), .count(row.bytes),
      over(row.bytes, distance.leastBytes.count), .count(distance.leastBytes.count),
      .count(mapping.tile.pixels), .count(mapping.tile.kernels), .count(mapping.tile.channels),
      .text(mapping.order.rawValue), .text(kept.joined(separator: " ")),
    ]
  }

  /// What a buffer of twice its size would save.
  private var growths: [(String, String)] {
    guard let first = rows.first else { return [] }
    let best = sum { $0.distance.best.cycles.count }
    return first.distance.growths.enumerated().map { index, growth in
      let saved = best - sum { $0.distance.growths[index].cycles.count }
      let perKiB = Double(saved) / max(Double(growth.size.count) / 1024, 1e-9)
      let percent = Double(saved) / Double(max(best, 1)) * 100
      return (
        "\(growth.buffer), \(growth.size) more",
        "\(saved) cycles less with the fastest mappings, \((percent * 100).rounded() / 100) %, "
          + "\((perKiB * 10).rounded() / 10) per KiB"
      )
    }
  }

  private var document: MappingsDocument {
    MappingsDocument(
      architecture: run.design.architecture.spec.name, workload: run.network.name,
      subnet: run.network.subnet, batch: run.batch, mappingRule: run.design.mappingRule,
      layers: rows.map { row in
        MappingsDocument.Layer(
          name: row.layer.name, cycles: row.cost.total.count, dramBytes: row.bytes,
          least: Dictionary(
            row.distance.least.map { ($0.limit.rawValue, $0.cycles.count) }
          ) { first, _ in first },
          boundCycles: row.distance.bound.count,
          distinctBytes: row.distance.leastBytes.count,
          bestCycles: row.distance.best.cycles.count,
          bestBytes: row.distance.best.bytes.count,
          endlessCycles: row.distance.unlimited?.count, limit: row.distance.limit.rawValue,
          doubled: Dictionary(
            row.distance.growths.map { ($0.buffer, $0.cycles.count) }
          ) { first, _ in first },
          loopNest: row.loops(batch: run.batch))
      }, provenance: provenance)
  }
}
