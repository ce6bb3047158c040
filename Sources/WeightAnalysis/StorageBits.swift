internal import Units

/// Bits that the weights of one layer take, without scales.
///
/// Binary takes 1 bit per weight and ternary 2, or 8 bits for 5 weights; signed-binary takes 1 bit
/// per weight and 1 per sign region, or none where, as in the released code, the filter's index
/// says the sign (sachitkuhar/PLUM).
public struct StorageBits: Hashable, Sendable {
  /// The weights, each at the alphabet's width.
  public let masks: Int
  /// One sign bit for each region, where the alphabet has one.
  public let signs: Int
  /// As many weights in each byte as fit, such as five ternary ones; nil where that saves nothing.
  public let packed: Int?

  /// The masks and signs.
  ///
  /// It is what an analysis that knows no order of the signs must store.
  public var total: Int { masks + signs }

  /// Makes the bits for a scheme.
  ///
  /// `regions` is the number of sign regions in a filter.
  public init(scheme: QuantizationScheme, shape: FilterShape, regions: Int = 1) {
    let stored = StoredWeights(packing: scheme, regions: regions)
    masks = stored.bits(weights: shape.count, kernels: 0).count
    signs = stored.bits(weights: 0, kernels: shape.kernels).count
    packed = scheme.packed.map { (shape.count + $0 - 1) / $0 * 8 }
  }
}

extension QuantizedTensor {
  /// The bits its weights take.
  public var storage: StorageBits {
    StorageBits(scheme: scheme, shape: shape, regions: regions)
  }
}
