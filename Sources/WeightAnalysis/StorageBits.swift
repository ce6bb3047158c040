/// Bits that the weights of one layer take, without scales.
///
/// Binary takes 1 bit per weight and ternary 2, or 8 bits for 5 weights; signed-binary takes 1 bit
/// per weight and 1 per sign region, or none where, as in the released code, the filter's index
/// says the sign (sachitkuhar/PLUM).
public struct StorageBits: Hashable, Sendable {
  /// One mask bit, or two for ternary, for each weight.
  public let masks: Int
  /// One sign bit for each region, for signed-binary alone.
  public let signs: Int
  /// Five ternary weights in each byte, for ternary alone.
  public let packedTrits: Int?

  /// The masks and signs.
  ///
  /// It is what an analysis that knows no order of the signs must store.
  public var total: Int { masks + signs }

  /// Makes the bits for a scheme.
  ///
  /// `regions` is the number of sign regions in a filter.
  public init(scheme: QuantizationScheme, shape: FilterShape, regions: Int = 1) {
    masks = scheme == .ternary ? 2 * shape.count : shape.count
    signs = scheme == .signedBinary ? shape.kernels * regions : 0
    packedTrits = scheme == .ternary ? (shape.count + 4) / 5 * 8 : nil
  }
}

extension QuantizedTensor {
  /// The bits its weights take.
  public var storage: StorageBits {
    StorageBits(scheme: scheme, shape: shape, regions: regionBounds.count - 1)
  }
}
