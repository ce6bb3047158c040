public import Units
public import WeightAnalysis

/// Bits that stored weights take.
public struct WeightFormat: Hashable, Sendable {
  /// Bits of one weight.
  public let bits: Int
  /// Bits beside them for each kernel.
  public let bitsPerKernel: Int

  /// Bits of `weights` weights of `kernels` kernels.
  public func bits(weights: Int, kernels: Int) -> Bits {
    Bits(weights * bits + kernels * bitsPerKernel)
  }

  /// Weights of a quantized tensor, packed: signed-binary 1 bit and a sign per filter, binary 1 bit,
  /// ternary 2 bits.
  ///
  /// Source: Kuhar et al., PLUM, TMLR 2024.
  public init(packing scheme: QuantizationScheme) {
    switch scheme {
    case .signedBinary: self.init(bits: 1, bitsPerKernel: 1)
    case .binary: self.init(bits: 1, bitsPerKernel: 0)
    case .ternary: self.init(bits: 2, bitsPerKernel: 0)
    }
  }

  /// Weights of equal width.
  public init(bits: Int, bitsPerKernel: Int = 0) {
    self.bits = bits
    self.bitsPerKernel = bitsPerKernel
  }
}
