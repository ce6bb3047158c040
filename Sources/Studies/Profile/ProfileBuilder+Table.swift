internal import Architectures
internal import CostModel
public import Inputs
internal import Networks
public import Serving
internal import Units

extension ProfileBuilder {
  /// The longest latency that a table holds, in seconds.
  private static let longest = 1e6

  /// Costs every cell; equal layers with equal bytes on chip are computed once.
  ///
  /// Throws when a layer does not fit the design.
  public func table() throws(InputError) -> ProfileTable {
    do {
      return try filled()
    } catch let error as InputError {
      throw error
    } catch let error as Evaluator.Infeasible {
      var reasons = error.reasons.map { InputError($0.description, file: nil) }
      var first = reasons.removeFirst()
      first.others = reasons
      throw first
    } catch {
      throw InputError("\(error)", file: nil)
    }
  }

  private func filled() throws -> ProfileTable {
    var family = family
    let placements = columns.map { family.numbered($0.placement) }
    var cells: [ProfileTable.Cell] = []
    var resident: [Bytes] = []
    var subnets: [ProfileTable.Subnet] = []
    cells.reserveCapacity(family.family.members.count * columns.count * batches.count)
    for (row, member) in family.family.members.enumerated() {
      var stored = Bytes.zero
      for placement in placements {
        var held = Bytes.zero
        for batch in batches {
          let totals = try family.totals(of: row, placement: placement, batch: batch)
          (stored, held) = (totals.weightBytes, Bytes(totals[.residentWeights]))
          cells.append(try cell(totals))
        }
        resident.append(held)
      }
      subnets.append(
        ProfileTable.Subnet(
          name: member.network.subnet ?? member.network.name,
          accuracy: member.network.top1?.value ?? 0, weightBytes: stored))
    }
    return try ProfileTable(
      subnets: subnets,
      subgraphs: zip(columns, placements).map { column, placement in
        ProfileTable.Column(name: column.name, load: load(of: family.storage(of: placement)))
      },
      batches: batches, cells: cells, resident: resident,
      transitions: placements.flatMap { old in
        placements.map { load(of: family.storage(of: $0, over: old)) }
      },
      encodings: SubgraphEncodings(
        layers: layerNames, subnets: family.family.members.map { Subgraph($0.network) },
        subgraphs: columns.map(\.subgraph)),
      energyUnit: design.energy.table.spec.unit,
      loadEnergyPerByte: design.energy.table.dramReadPerBit * 8)
  }

  /// The figures of a cell, within what a table holds.
  private func cell(_ totals: NetworkTotals) throws -> ProfileTable.Cell {
    let seconds = design.architecture.spec.frequency.seconds(Cycles(totals[.cycles]))
    let bytes = Double(totals[.dramRead]) + Double(totals[.dramWrite])
    guard seconds <= Self.longest, bytes <= 0x1p53 else {
      throw InputError(
        "a batch takes \(seconds) s and \(bytes) B, expected at most 1e6 s and 2^53 B", file: nil)
    }
    return ProfileTable.Cell(
      latency: SimulationTime(seconds: seconds), energy: totals.totalEnergy,
      dramBytes: totals.dramBytes)
  }

  /// What it takes to read `bytes` over the weight link.
  private func load(of bytes: Bytes) -> ProfileTable.Load {
    let architecture = design.architecture.spec
    let rate = architecture.memory.transfers.weight.bandwidth.perCycle(at: architecture.frequency)
    return ProfileTable.Load(
      bytes: bytes,
      time: SimulationTime(seconds: architecture.frequency.seconds(rate.cycles(for: bytes.bits))))
  }

  /// The layers of a cell of the table, in order; their bytes add up to the cell's.
  ///
  /// - Parameters:
  ///   - subnet: The row.
  ///   - subgraph: The column.
  ///   - batch: Images at once.
  /// - Returns: What each layer takes.
  /// - Throws: `Evaluator.Infeasible` when a layer does not fit the design.
  func layers(subnet: Int, subgraph: Int, batch: Int) throws -> [TracedLayer] {
    let member = family.family.members[subnet]
    let cost = try family.evaluator.evaluate(
      member.network, weights: member.weights, placement: columns[subgraph].placement,
      batch: batch)
    return cost.entries.map { entry in
      TracedLayer(
        name: entry.name, cycles: entry.cost.total.count, bound: entry.cost.bound.rawValue,
        inputBytes: entry.cost.traffic(.dram, .input).read.count,
        weightBytes: entry.cost.traffic(.dram, .weight).read.count,
        outputBytes: entry.cost.dramWrite.count, cachedBytes: entry.cost.cachedWeights.count)
    }
  }
}
