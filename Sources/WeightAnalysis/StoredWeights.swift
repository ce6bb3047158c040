public import Units

/// What weights take where they are stored, packed by an alphabet or at one width: the only place that
/// says so.
public struct StoredWeights: Hashable, Sendable {
  /// Bits of one weight.
  public let bits: Int
  /// Bits beside them for each kernel.
  public let bitsPerKernel: Int

  /// Weights of equal width.
  public init(bits: Int, bitsPerKernel: Int = 0) {
    self.bits = bits
    self.bitsPerKernel = bitsPerKernel
  }

  /// Weights of a quantized tensor, packed, with `regions` sign regions in a kernel: signed-binary 1
  /// bit and a sign per region, binary 1 bit, ternary 2 bits.
  ///
  /// Source: Kuhar et al., PLUM, TMLR 2024.
  public init(packing scheme: QuantizationScheme, regions: Int = 1) {
    self.init(bits: scheme.bits, bitsPerKernel: scheme.bitsPerRegion * regions)
  }

  /// Bits of `weights` weights of `kernels` kernels.
  public func bits(weights: Int, kernels: Int) -> Bits {
    Bits(weights * bits + kernels * bitsPerKernel)
  }

  /// Whole bytes of `weights` weights of `kernels` kernels.
  public func bytes(weights: Int, kernels: Int) -> Bytes {
    Bytes(holding: bits(weights: weights, kernels: kernels))
  }
}
