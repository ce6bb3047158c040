/// Quantized weights of one layer as bit masks.
///
/// Each filter has a mask of its positive and one of its negative weights, bit i of word i / 64 for
/// column i, in the column order (channel, row, column).
public struct QuantizedTensor: Hashable, Sendable {
  /// The dimensions.
  public let shape: FilterShape
  /// The alphabet.
  public let scheme: QuantizationScheme
  /// The first column of each sign region and, last, N.
  ///
  /// Only an alphabet that is signed by region has more than one.
  public let regionBounds: [Int]
  /// The 64-bit words of one filter's mask.
  public let wordsPerFilter: Int
  /// The masks of the positive weights, filter after filter.
  public internal(set) var positive: [UInt64]
  /// The masks of the negative weights, filter after filter.
  public internal(set) var negative: [UInt64]
  /// The sign, 1 or -1, of each region of each filter; all 1 where regions have no sign.
  public internal(set) var signs: [Int8]
  /// The scale of each filter.
  public internal(set) var scales: [Float]
  /// The level of each weight, filter after filter; empty where the masks tell it.
  private(set) var levels: [Int8] = []

  /// A tensor of zeros with scales of 1.
  init(zeros shape: FilterShape, scheme: QuantizationScheme, regionBounds: [Int]) {
    self.shape = shape
    self.scheme = scheme
    self.regionBounds = regionBounds
    wordsPerFilter = (shape.filterSize + 63) / 64
    positive = Array(repeating: 0, count: wordsPerFilter * shape.kernels)
    negative = positive
    signs = Array(repeating: 1, count: shape.kernels * (regionBounds.count - 1))
    scales = Array(repeating: 1, count: shape.kernels)
  }

  /// The non-zero weights.
  ///
  /// The papers call these effectual (PLUM, arXiv 2312.01581).
  public var effectual: Int {
    (0..<shape.kernels).reduce(0) { $0 + effectual(filter: $1) }
  }

  /// The non-zero weights over all weights.
  ///
  /// Sparsity is 1 minus this (PLUM, arXiv 2312.01581).
  public var density: Double { Double(effectual) / Double(shape.count) }

  /// The non-zero weights of one filter.
  public func effectual(filter: Int) -> Int {
    var count = 0
    for word in filter * wordsPerFilter..<(filter + 1) * wordsPerFilter {
      count += (positive[word] | negative[word]).nonzeroBitCount
    }
    return count
  }

  /// The weight at a column of a filter, without its scale: a level of the alphabet.
  ///
  /// Both are numbered from 0.
  public func value(filter: Int, column: Int) -> Int8 {
    if !levels.isEmpty { return levels[filter * shape.filterSize + column] }
    let word = filter * wordsPerFilter + column >> 6
    let bit = UInt64(column & 63)
    let plus = positive[word] >> bit & 1
    let minus = negative[word] >> bit & 1
    return Int8(plus) - Int8(minus)
  }

  /// The weights, without their scales, in the order filter, channel, row, column.
  ///
  /// Each is a level of the alphabet.
  public func values() -> [Int8] {
    if !levels.isEmpty { return levels }
    var result: [Int8] = []
    result.reserveCapacity(shape.count)
    for filter in 0..<shape.kernels {
      for column in 0..<shape.filterSize { result.append(value(filter: filter, column: column)) }
    }
    return result
  }

  /// Takes weights over their scale, in the order filter, channel, row, column, and each filter's
  /// scale: what a quantizer makes.
  ///
  /// Throws `WeightError` for another number of weights than the shape has, a weight that is no level
  /// of the alphabet, or a second sign in a region that has one.
  public init(
    _ values: [Int8], shape: FilterShape, scheme: QuantizationScheme, scales: [Float],
    region: SignRegion = .perFilter
  ) throws(WeightError) {
    guard values.count == shape.count else {
      throw .wrongCount(expected: shape.count, actual: values.count)
    }
    guard scales.count == shape.kernels else {
      throw .setting(name: "scales", message: "expected one for each of \(shape.kernels) filters")
    }
    let bounds = scheme.isSignedByRegion ? try region.bounds(of: shape) : [0, shape.filterSize]
    self.init(zeros: shape, scheme: scheme, regionBounds: bounds)
    self.scales = scales
    for kernel in 0..<shape.kernels {
      for part in 0..<bounds.count - 1 {
        var sign: Int8 = 0
        for column in bounds[part]..<bounds[part + 1] {
          let element = kernel * shape.filterSize + column
          let value = values[element]
          let own = value.signum()
          if sign == 0 { sign = own }
          guard scheme.levels.contains(value), !scheme.isSignedByRegion || own * sign >= 0 else {
            throw .schemeMismatch(
              claimed: scheme, filter: kernel, element: element, value: Float(value))
          }
          if own != 0 { set(column: column, filter: kernel, positive: own > 0) }
        }
        if scheme.isSignedByRegion, sign != 0 {
          signs[kernel * (bounds.count - 1) + part] = sign
        }
      }
    }
    if scheme.patterns == nil { levels = values }
  }

  /// Ternary weights of scale 1, of which `nonZero` gives those of each filter that are not zero, by
  /// column.
  package init(
    _ shape: FilterShape, nonZero: (_ filter: Int) -> [(column: Int, isPositive: Bool)]
  ) {
    self.init(zeros: shape, scheme: .ternary, regionBounds: [0, shape.filterSize])
    for filter in 0..<shape.kernels {
      for (column, isPositive) in nonZero(filter) {
        set(column: column, filter: filter, positive: isPositive)
      }
    }
  }

  /// Sets one weight to 1 or -1.
  mutating func set(column: Int, filter: Int, positive isPositive: Bool) {
    let word = filter * wordsPerFilter + column >> 6
    let bit: UInt64 = 1 << UInt64(column & 63)
    if isPositive { positive[word] |= bit } else { negative[word] |= bit }
  }

  /// Sets each scale to the mean magnitude of the effectual weights, or 1 when there are none.
  mutating func setScales(
    from values: UnsafeBufferPointer<Float>, granularity: ScaleGranularity
  ) {
    var sums: [Double] = []
    for kernel in 0..<shape.kernels {
      var sum = 0.0
      for word in 0..<wordsPerFilter {
        let place = kernel * wordsPerFilter + word
        let first = kernel * shape.filterSize + word * 64
        var bits = positive[place] | negative[place]
        while bits != 0 {
          sum += Double(values[first + bits.trailingZeroBitCount].magnitude)
          bits &= bits &- 1
        }
      }
      sums.append(sum)
    }
    setScales(sums: sums, granularity: granularity)
  }

  /// Sets each scale by the magnitudes of each filter's effectual weights, summed.
  mutating func setScales(sums: [Double], granularity: ScaleGranularity) {
    let counts = (0..<shape.kernels).map { effectual(filter: $0) }
    switch granularity {
    case .unit: return
    case .filter:
      scales = zip(sums, counts).map { $1 > 0 ? Float($0 / Double($1)) : 1 }
    case .layer:
      let count = counts.reduce(0, +)
      let scale = count > 0 ? Float(sums.reduce(0, +) / Double(count)) : 1
      scales = Array(repeating: scale, count: shape.kernels)
    }
  }
}
