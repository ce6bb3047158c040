/// The distinct R x S slices of a layer.
///
/// Equal slices of one channel meet the same activations and share computation; equal slices of
/// different channels share storage only. (Unique 3x3 sequences as storage: arXiv 2212.00608.)
public struct SliceUniqueness: Hashable, Sendable {
  /// The distinct slices of each input channel, U_c = |{W[k, c, :, :]}_k|.
  ///
  /// It bounds the reuse of computation.
  public let perChannel: [Int]
  /// The distinct slices of the whole layer.
  ///
  /// It bounds the reuse of storage alone.
  public let global: Int
  /// The slices of the layer, K C.
  public let slices: Int

  /// Counts the slices of a tensor.
  ///
  /// With `upToSign` a slice and its negation are one.
  public init(_ tensor: QuantizedTensor, upToSign: Bool = false) {
    let shape = tensor.shape
    let size = shape.sliceSize
    let words = (size + 63) / 64
    // A mask of each sign; magnitudes behind them, a byte each, where an alphabet has several.
    let width = 2 * words + (tensor.levels.isEmpty ? 0 : (size + 7) / 8)
    var all = DistinctKeys(width: width, capacity: shape.kernels * shape.channels)
    var own = DistinctKeys(width: width, capacity: shape.kernels)
    var perChannel: [Int] = []
    perChannel.reserveCapacity(shape.channels)
    var key = Array(repeating: UInt64(0), count: width)
    for channel in 0..<shape.channels {
      own.removeAll()
      for kernel in 0..<shape.kernels {
        let base = kernel * tensor.wordsPerFilter
        for word in 0..<words {
          let column = channel * size + word * 64
          let width = min(64, size - word * 64)
          key[word] = Self.bits(tensor.positive, base, column, width)
          key[words + word] = Self.bits(tensor.negative, base, column, width)
        }
        if width > 2 * words {
          Self.setMagnitudes(of: tensor, kernel, channel, in: &key, from: 2 * words)
        }
        if upToSign { Self.canonicalize(&key, words) }
        if own.insert(key) { all.insert(key) }
      }
      perChannel.append(own.count)
    }
    self.perChannel = perChannel
    global = all.count
    slices = shape.kernels * shape.channels
  }

  /// K C / Σ_c U_c, how often a slice occurs within its channel.
  ///
  /// It is at least 1.
  public var computeReuse: Double { Double(slices) / Double(perChannel.reduce(0, +)) }

  /// K C over the distinct slices of the layer.
  ///
  /// It is at least `computeReuse`.
  public var storageReuse: Double { Double(slices) / Double(global) }

  /// Puts the larger of the positive and the negative mask first.
  private static func canonicalize(_ key: inout [UInt64], _ words: Int) {
    for word in 0..<words where key[word] != key[words + word] {
      guard key[word] < key[words + word] else { return }
      for other in 0..<words { key.swapAt(other, words + other) }
      return
    }
  }

  /// Writes the magnitudes of a slice into the words of `key` from `first` on.
  private static func setMagnitudes(
    of tensor: QuantizedTensor, _ kernel: Int, _ channel: Int, in key: inout [UInt64],
    from first: Int
  ) {
    let size = tensor.shape.sliceSize
    for word in first..<key.count { key[word] = 0 }
    for column in 0..<size {
      let value = tensor.value(filter: kernel, column: channel * size + column)
      key[first + column / 8] |= UInt64(value.magnitude) << UInt64(column % 8 * 8)
    }
  }

  /// Up to 64 bits of a filter's mask, which begins at the word `base`.
  private static func bits(_ masks: [UInt64], _ base: Int, _ column: Int, _ width: Int) -> UInt64 {
    let word = base + column >> 6
    let shift = column & 63
    var bits = masks[word] >> UInt64(shift)
    if shift + width > 64 { bits |= masks[word + 1] << UInt64(64 - shift) }
    return bits & (.max >> UInt64(64 - width))
  }
}
