internal import Architectures
internal import Networks
internal import Units

/// A group of a layer whose weights a decoder gives to the array: a tile takes at least as long as the weights
/// that it reads take to leave the decoder.
///
/// Where that is longer the array waits for its first weights (assumed), so that what happens at its end stays
/// as it is.
final class DecodedLayer: PreparedLayer {
  private let layer: any PreparedLayer
  private let weightsPerCycle: Int
  let traits: LayerTraits

  private init(_ layer: any PreparedLayer, weightsPerCycle: Int) {
    self.layer = layer
    self.weightsPerCycle = weightsPerCycle
    traits = layer.traits
  }

  /// `layer` behind a decoder of so many weights in a cycle; itself where that is nil.
  static func decoding(
    _ weightsPerCycle: Int?, _ layer: any PreparedLayer
  ) -> any PreparedLayer {
    weightsPerCycle.map { DecodedLayer(layer, weightsPerCycle: $0) } ?? layer
  }

  func execute(_ tile: Tile, part: ChannelPart) -> TileExecution {
    var execution = layer.execute(tile, part: part)
    execution.timing.cycles = max(
      execution.timing.cycles, quotient(execution.counts[.weightReads], weightsPerCycle))
    return execution
  }

  func overlap(of tile: Tile, part: ChannelPart, timing: TileTiming) -> TileOverlap {
    layer.overlap(of: tile, part: part, timing: layer.timing(of: tile, part: part))
  }
}

extension LayerCostModel {
  /// How the coded weights of `layer` cross the link where a decoder stands on it; nil for others.
  func weightCode(of layer: Layer) -> LinkCode? {
    guard let decoder, decoder.holds == .plain, let coded = layer.storage?.coded else { return nil }
    let plain = memory.precision.weight
    let coder =
      decoder.weightsPerCycle.map { BytesPerCycle(bytes: $0 * plain.count, cycles: 8) }
      ?? .unlimited
    return LinkCode(coded, plain: plain, coder: coder)
  }

  /// Weights that leave the decoder: those that the array reads, or those that were loaded.
  func decodedWeights(_ layer: Layer, _ result: TimedMapping) -> Int {
    guard let decoder, layer.storage?.coded != nil else { return 0 }
    guard decoder.holds == .plain else { return result.work[.weightReads] }
    return uncoded(result.traffic[.weightRead], of: layer).count / memory.precision.weight.count
  }

  /// Bits of weights that came as `moved` bits over the link, as the weight buffer takes them.
  func uncoded(_ moved: Bits, of layer: Layer) -> Bits {
    guard let code = weightCode(of: layer) else { return moved }
    return Bits(Int((Double(moved.count) / code.share).rounded()))
  }
}
