internal import Units
internal import WeightAnalysis

/// Rows of a matrix that belong to elements: row k of a group to element k, modulo their number.
///
/// Source: EIE (Han et al., ISCA 2016): interleaved rows, a queue of activations at each element, and
/// zeros before a stored weight counted in a few bits.
struct RowBinding: Hashable, Sendable {
  /// Elements.
  let elements: Int
  /// Activations that an element holds at most, the one in work among them.
  let queue: Int
  /// Bits of the count of zeros before a stored weight.
  let indexBits: Int

  /// How the weights are stored: a value and a count of zeros for each entry, fillers among them.
  ///
  /// Pointers to the columns are not counted. Weights of full precision are all stored.
  func storage(
    of weights: QuantizedTensor?, groups: Int, value: StoredWeights
  ) -> StoredWeights {
    let bits = value.bits + indexBits
    guard let weights else { return StoredWeights(bits: bits, bitsPerKernel: value.bitsPerKernel) }
    let kernels = weights.shape.kernels / groups
    let stored = (0..<groups).reduce(0) { sum, group in
      sum
        + DealtRows(weights, group * kernels..<(group + 1) * kernels, among: self).stored
    }
    return StoredWeights(
      bits: bits, bitsPerKernel: value.bitsPerKernel,
      entries: StoredWeights.Entries(stored: stored, weights: weights.shape.count))
  }
}

/// The input channels of a group that hold anything but zeros.
///
/// Assumed: a layer's share of zeros is that of whole channels, spread evenly over the group, so that
/// every pixel has as many; at least one channel is not zero unless all are.
struct ActiveChannels: Sendable {
  private let channels: Int
  /// How many there are.
  let count: Int

  /// Of `channels` channels a share of `zeros` is zero.
  init(_ channels: Int, zeros: Double) {
    self.channels = channels
    let left = Int((Double(channels) * (1 - zeros)).rounded())
    count = zeros >= 1 ? 0 : max(1, left)
  }

  /// Whether channel `channel` is one of them.
  func contains(_ channel: Int) -> Bool {
    (channel + 1).scaled(by: count, over: channels).quotient
      > channel.scaled(by: count, over: channels).quotient
  }
}
