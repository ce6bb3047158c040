public import Specs
public import Units

/// A quick estimate that ranks designs: every layer takes the longest of its arithmetic and its
/// compulsory transfers, each at full speed.
///
/// Source: Williams et al., "Roofline", CACM 2009, applied layer by layer.
public struct RooflineEstimate: Sendable {
  /// Cycles of all layers.
  public let cycles: Cycles
  /// Arithmetic and compulsory DRAM traffic at the design's prices.
  public let energy: Picojoules
  /// Compulsory bytes from and to DRAM.
  public let dramBytes: Bytes

  /// Estimates one inference of `network` on `design` with nothing cached.
  public init(_ network: Network, on design: Design, batch: Int) {
    let spec = design.architecture.spec
    let transfers = spec.memory.transfers
    let rates = [transfers.input, transfers.weight, transfers.output].map {
      $0.bandwidth.perCycle(at: spec.frequency)
    }
    var (cycles, bytes, macs) = (0, 0, 0)
    for layer in network.layers {
      let bits = [
        spec.precision.input * (layer.inputRows * layer.inputColumns * layer.channels * batch),
        spec.precision.weight * layer.weights,
        spec.precision.output * (layer.outputPixels * layer.kernels * batch),
      ]
      let work = (layer.macs * batch + design.datapath.lanes - 1) / design.datapath.lanes
      let moved = zip(rates, bits).map { $0.cycles(for: $1).count }.max() ?? 0
      cycles += max(work, moved) + spec.overhead(of: layer).count
      bytes += bits.reduce(0) { $0 + Bytes(holding: $1).count }
      macs += layer.macs * batch
    }
    self.cycles = Cycles(cycles)
    dramBytes = Bytes(bytes)
    energy = design.energy.estimate(macs: macs, dramBytes: dramBytes)
  }
}
