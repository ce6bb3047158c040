internal import Architectures

/// A group of a layer on an array that sustains a share of its peak: everything it does takes longer in
/// proportion.
///
/// The groups of calibrated attention enter the array while those before them drain (assumed); what of
/// that is seen is in its start.
final class SustainedLayer: PreparedLayer {
  private let layer: any PreparedLayer
  /// Above 0 and below 1.
  private let share: Double
  let traits: LayerTraits

  private init(_ layer: any PreparedLayer, share: Double, drains: Bool) {
    self.layer = layer
    self.share = share
    var traits = layer.traits
    traits.preload = traits.preload.map {
      Preload($0.operand, cycles: Self.longer($0.cycles, share))
    }
    traits.drain = drains ? Self.longer(traits.drain, share) : 0
    self.traits = traits
  }

  /// `layer` at `share` of the array's peak; `isAttention` where a calibration speaks of that.
  static func sustaining(
    _ share: Double, _ layer: any PreparedLayer, isAttention: Bool
  ) -> any PreparedLayer {
    guard share < 1 || isAttention && layer.traits.drain > 0 else { return layer }
    if let cores = layer as? TensorCoreLayer { return cores.sustaining(share) }
    return SustainedLayer(layer, share: share, drains: !isAttention)
  }

  private static func longer(_ cycles: Int, _ share: Double) -> Int {
    Int((Double(cycles) / share).rounded(.up))
  }

  private func longer(_ cycles: Int) -> Int { Self.longer(cycles, share) }

  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
    var execution = layer.execute(tile, part: part)
    execution.timing.cycles = longer(execution.timing.cycles)
    execution.timing.lastFold = longer(execution.timing.lastFold)
    let release = execution.timing.release
    execution.timing.release = InputRelease(
      cycles: longer(release.cycles), steps: release.steps, perStep: longer(release.perStep))
    return execution
  }

  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
    // The array's own offsets are those of its own cycles.
    var own = timing
    own.cycles = Int((Double(timing.cycles) * share).rounded(.down))
    own.lastFold = Int((Double(timing.lastFold) * share).rounded(.down))
    let inner = layer.overlap(of: tile, part: part, timing: own)
    var overlap = TileOverlap(
      afterLastInput: min(timing.cycles, longer(inner.needs[0].after)),
      afterFirstResult: longer(inner.afterFirstResult), lastShare: inner.lastShare,
      afterLastRound: longer(inner.afterLastRound))
    for index in 1..<max(1, inner.needCount) {
      overlap.need(
        share: inner.needs[index].share,
        after: min(timing.cycles, longer(inner.needs[index].after)))
    }
    return overlap
  }
}
