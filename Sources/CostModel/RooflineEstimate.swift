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

  /// Estimates one inference of `network` on `design` with nothing cached.
  public init(_ network: Network, on design: Design, batch: Int) {
    let spec = design.architecture.spec
    let transfers = spec.memory.transfers
    let rates = [transfers.input, transfers.weight, transfers.output].map {
      $0.bandwidth.perCycle(at: spec.frequency)
    }
    var (cycles, bytes, macs) = (0.0, 0.0, 0.0)
    for layer in network.layers {
      var map = LoopNest(group: layer, batch: batch, wholeDepthwise: true)
      map.gather = transfers.input.gather
      let images = Double(batch)
      let elements = [
        Double(map.inputRows(from: 0, count: map.pixels)) * Double(map.readColumns)
          * Double(layer.channels),
        Double(layer.weights),
        Double(layer.outputPixels) * Double(layer.kernels) * images,
      ]
      let moved = zip(
        [spec.precision.input, spec.precision.weight, spec.precision.output], elements
      )
      .map { (Double($0.count) * $1 / 8).rounded(.up) }
      let products = Double(layer.macs) * images
      let work = (products / Double(design.datapath.lanes)).rounded(.up)
      let transfer = zip(rates, moved).map { rate, bytes in
        rate.bytes == 0 ? 0 : (bytes * Double(rate.cycles) / Double(rate.bytes)).rounded(.up)
      }
      cycles += max(work, transfer.max() ?? 0) + Double(spec.overhead(of: layer).count)
      bytes += moved.reduce(0, +)
      macs += products
    }
    self.cycles = cycles
    dramBytes = bytes
    energy = design.energy.estimate(macs: macs, dramBytes: bytes)
  }
}
