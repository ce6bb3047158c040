internal import Architectures
public import Networks
public import Units

/// A quick estimate that ranks designs: every layer takes the longest of its arithmetic and its
/// compulsory transfers, each at full speed.
///
/// Source: Williams et al., "Roofline", CACM 2009, applied layer by layer.
public struct RooflineEstimate: Sendable {
  /// Cycles of all layers, in floating point like everything that no check has bounded yet.
  public let cycles: Double
  /// Arithmetic and compulsory DRAM traffic at the design's prices.
  public let energy: Picojoules
  /// Compulsory bytes from and to DRAM.
  public let dramBytes: Double

  /// What layers take at least.
  struct Floor: LayerTotal {
    var cycles = 0.0
    var bytes = 0.0
    var macs = 0.0

    /// Nothing is counted in integers.
    var bound: Double { 0 }

    mutating func add(_ layer: Floor) {
      cycles += layer.cycles
      bytes += layer.bytes
      macs += layer.macs
    }
  }
}

extension Evaluator {
  /// Estimates one inference of `network` with nothing on chip.
  ///
  /// - Parameters:
  ///   - network: The layers.
  ///   - batch: Images at once.
  /// - Returns: What it takes at least.
  public func estimate(_ network: Network, batch: Int) -> RooflineEstimate {
    let spec = design.architecture.spec
    // The slowest link on the way between DRAM and the buffer.
    let rates = Operand.allCases.map { operand in
      spec.memory.links(of: operand).reduce(.unlimited) { min($0, $1) }
        .perCycle(at: spec.frequency)
    }
    var sum = LayerSum(RooflineEstimate.Floor())
    let plan = plan(of: network, batch: batch)
    for (place, stage) in plan.maps.stages.enumerated() {
      let moves = plan.moves(of: place)
      switch stage.work {
      case .array(let layer): sum.add(floor(of: layer, moves, rates, batch: batch))
      case .vector(let vector): sum.add(floor(of: vector, moves, rates, batch: batch))
      case .none: break
      }
    }
    return RooflineEstimate(
      cycles: sum.total.cycles,
      energy: design.energy.estimate(macs: sum.total.macs, dramBytes: sum.total.bytes),
      dramBytes: sum.total.bytes)
  }

  /// What work of the vector unit takes at least.
  private func floor(
    of work: VectorWork, _ moves: MapMoves?, _ rates: [BytesPerCycle], batch: Int
  ) -> RooflineEstimate.Floor {
    let spec = design.architecture.spec
    guard let unit = spec.vectorUnit else { return RooflineEstimate.Floor() }
    let pieces = Double(work.pieces) * Double(batch)
    let elements = [
      moves.map { Double($0.input.outside) } ?? pieces * Double(work.reads.reduce(0, +)),
      moves?.written ?? pieces * Double(work.writes),
    ]
    let links = model.memory.transfers
    let codes = [links.inputCode(of: work.zeros), links.outputCode(of: work.zeros)]
    let moved = zip([spec.precision.input, spec.precision.output], zip(elements, codes)).map {
      (Double($0.count) * $1.0 * ($1.1?.share ?? 1) / 8).rounded(.up)
    }
    let transfer = zip([rates[0], rates[2]], moved).map { rate, bytes in
      rate.bytes == 0 ? 0 : (bytes * Double(rate.cycles) / Double(rate.bytes)).rounded(.up)
    }
    let cycles = (pieces * Double(work.operations) / Double(unit.operations)).rounded(.up)
    return RooflineEstimate.Floor(
      cycles: max(cycles, transfer.max() ?? 0)
        + Double((unit.overhead ?? spec.layerOverhead).count), bytes: moved.reduce(0, +), macs: 0)
  }

  /// What a layer takes at least; `rates` are those of input, weights and output.
  private func floor(
    of whole: Layer, _ moves: MapMoves?, _ rates: [BytesPerCycle], batch images: Int
  ) -> RooflineEstimate.Floor {
    let spec = design.architecture.spec
    let (layer, batch) = LayerCostModel.lowered(whole, images)
    let nest = LoopNest(group: layer, batch: batch, wholeDepthwise: true)
    let map = model.memory.transfers.coding(
      nest.fetched(spec.memory.transfers.input.gather), layer.zeros)
    let elements = [
      Double(map.inputRows(from: 0, count: map.pixels)) * Double(map.readColumns)
        * Double(layer.channels) * (moves?.leastShare ?? 1)
        * (map.inputCode?.share ?? 1)
        + Double(moves.map { $0.terms.outside + $0.factors.outside } ?? 0)
        * (map.besideCode?.share ?? 1),
      moves.map { $0.kernels.inside > 0 } ?? false
        ? 0 : Double(layer.gathered.map { $0.bits * layer.groups } ?? layer.weights),
      (moves?.written ?? Double(layer.outputPixels) * Double(layer.kernels) * Double(batch))
        * (map.outputCode?.share ?? 1),
    ]
    let kernels =
      layer.gathered.map { _ in 1 } ?? layer.storage?.bitsPerElement
      ?? Double((layer.kernelRole == .weight ? spec.precision.weight : spec.precision.input).count)
    // Maps that cores hand to one another may not come from DRAM at all.
    let widths =
      model.hasPipeline
      ? [0, kernels, 0]
      : [Double(spec.precision.input.count), kernels, Double(spec.precision.output.count)]
    let moved = zip(widths, elements).map { ($0 * $1 / 8).rounded(.up) }
    let products = Double(whole.macs) * Double(images)
    let work = (products / Double(design.lanes)).rounded(.up)
    let transfer = zip(rates, moved).map { rate, bytes in
      rate.bytes == 0 ? 0 : (bytes * Double(rate.cycles) / Double(rate.bytes)).rounded(.up)
    }
    return RooflineEstimate.Floor(
      cycles: max(work, transfer.max() ?? 0) + Double(model.overhead.cycles(of: layer).count),
      bytes: moved.reduce(0, +), macs: products)
  }
}

extension MapMoves {
  /// The share of the elements that the array takes which come from DRAM, at least.
  fileprivate var leastShare: Double {
    min(1, Double(input.outside) / Double(max(taken, 1)))
  }

  /// Elements that are written to DRAM.
  fileprivate var written: Double { Double(result.outside) + Double(vectors.outside) }
}
