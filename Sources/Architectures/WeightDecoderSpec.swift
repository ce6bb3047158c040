public import Components
internal import Units

/// A decoder of weights that a codec stores with a codebook, such as `umemaki quantize --scheme codebook`
/// makes: DRAM moves coded bits.
///
/// Weights of other files, and of files that hold no codebooks, pass it as they are.
public struct WeightDecoderSpec: Codable, Hashable, Sendable {
  /// What the weight buffer and the persistent buffer hold.
  public enum Held: String, Codable, CaseIterable, Sendable {
    /// Coded weights: the decoder stands before the array and decodes every weight that is read.
    case coded
    /// Plain weights: the decoder stands on the link from DRAM and decodes every weight that is loaded.
    case plain
  }

  /// What the buffers hold.
  public let holds: Held
  /// Weights that leave the decoder in a cycle; as many as are asked for when left out.
  public let weightsPerCycle: Int?
  /// Energy of a decoded weight; none when left out.
  public let energyPerWeight: EnergyValue?
}

extension WeightDecoderSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "holds",
      "What the weight buffer and the persistent buffer hold: `coded` weights, decoded whenever the array reads "
        + "them; `plain` ones, decoded when they come from DRAM"),
    KeyNote(
      "weights_per_cycle", "Weights that leave the decoder in a cycle",
      default: "as many as are asked for"),
    KeyNote("energy_per_weight", "Energy of a decoded weight", default: "none"),
  ]
}

extension Architecture {
  /// Checks the decoder, and that nothing stands beside it that has no model with it.
  static func checkWeightDecoder(_ spec: ArchitectureSpec, _ reading: SpecReading) {
    guard let decoder = spec.weightDecoder else { return }
    if let rate = decoder.weightsPerCycle {
      reading.expect(
        (1...1 << 20).contains(rate), "weight_decoder.weights_per_cycle",
        "expected 1 to \(1 << 20), found \(rate)")
    }
    if let energy = decoder.energyPerWeight {
      reading.expect(
        EnergyTable.isPriced(energy.amount.value), "weight_decoder.energy_per_weight",
        "expected 0 or 1e-12 to 1e12, found \(energy.amount)")
    }
    reading.expect(
      spec.cores == nil, "weight_decoder",
      "a decoder has no model on several cores, leave out `cores`",
      restsOn: ["cores"])
    reading.expect(
      spec.memory.levels.isEmpty, "weight_decoder",
      "a decoder has no model behind `memory.levels`, leave these out", restsOn: ["memory.levels"])
    reading.expect(
      !["tensor-core-array", "row-stationary-array"].contains(spec.datapath.kind), "weight_decoder",
      "a decoder has no model before a \(spec.datapath.kind)", restsOn: ["datapath"])
  }
}
