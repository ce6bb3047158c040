/// What codecs of several settings make of one tensor: bits against error.
public struct CodecTrial: Hashable, Sendable {
  /// The codec.
  public let codec: CodebookCodec
  /// Bits that all weights take.
  public let bits: Int
  /// How far they are off.
  public let error: CodingError
  /// Weights.
  public let weights: Int

  /// Codes weights and compares.
  public init(
    _ codec: CodebookCodec, _ values: [Float], shape: FilterShape
  ) throws(WeightError) {
    let coded = try codec.encode(values, shape: shape)
    self.codec = codec
    bits = coded.bits
    error = CodingError(values, coded: coded.values())
    weights = values.count
  }

  /// The same codec on several tensors as one: bits and squares are added.
  public init(_ codec: CodebookCodec, bits: Int, error: CodingError, weights: Int) {
    self.codec = codec
    self.bits = bits
    self.error = error
    self.weights = weights
  }

  /// Which trials none other betters: none has fewer bits at no more error, or less error at no more bits.
  public static func frontier(_ trials: [CodecTrial]) -> [Bool] {
    trials.map { own in
      !trials.contains { other in
        other.bits <= own.bits && other.error.meanSquare <= own.error.meanSquare
          && (other.bits < own.bits || other.error.meanSquare < own.error.meanSquare)
      }
    }
  }
}
