public import Units

/// What weights take where they are stored, packed by an alphabet or at one width, all of them or by
/// entries: the only place that says so.
public struct StoredWeights: Hashable, Sendable {
  /// How many entries are stored for how many weights.
  public struct Entries: Hashable, Sendable {
    /// Entries that are stored, at most as many as there are weights.
    public let stored: Int
    /// All weights, at least one.
    public let weights: Int

    /// Makes a share.
    public init(stored: Int, weights: Int) {
      self.stored = stored
      self.weights = weights
    }
  }

  /// Bits of one stored weight.
  public let bits: Int
  /// Bits beside them for each kernel.
  public let bitsPerKernel: Int
  /// What is stored where that is not every weight; a part of the weights then has its even share.
  public let entries: Entries?
  /// Whether a codec made them: entries are then bits of the whole tensor, and every weight has an even
  /// share of them.
  public let isCoded: Bool

  /// Weights of equal width.
  public init(bits: Int, bitsPerKernel: Int = 0, entries: Entries? = nil) {
    self.bits = bits
    self.bitsPerKernel = bitsPerKernel
    self.entries = entries
    isCoded = false
  }

  /// `weights` weights that a codec stores in `coded` bits, each part of them in its even share.
  public init(coded: Int, weights: Int) {
    bits = 1
    bitsPerKernel = 0
    entries = Entries(stored: coded, weights: weights)
    isCoded = true
  }

  /// Bits of a weight on average, scales left out.
  public var bitsPerWeight: Double {
    entries.map { Double(bits) * Double($0.stored) / Double($0.weights) } ?? Double(bits)
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
    Bits(stored(weights) * bits + kernels * bitsPerKernel)
  }

  /// Bits of so many stored weights.
  ///
  /// Of coded weights none is left out, and each has its share.
  public func bits(stored count: Int) -> Bits {
    Bits((isCoded ? stored(count) : count) * bits)
  }

  /// Entries of `weights` weights, their even share rounded up.
  private func stored(_ weights: Int) -> Int {
    guard let entries else { return weights }
    let (quotient, remainder) = weights.scaled(by: entries.stored, over: entries.weights)
    return quotient + (remainder > 0 ? 1 : 0)
  }

  /// Whole bytes of `weights` weights of `kernels` kernels.
  public func bytes(weights: Int, kernels: Int) -> Bytes {
    Bytes(holding: bits(weights: weights, kernels: kernels))
  }
}
