/// What the distinct values of a tensor, filter by filter, say about its scheme.
///
/// {a, -a} is binary, {0, a} or {0, -a} signed-binary and {a, 0, -a} ternary; filters of one value
/// fit more than one (compare the alphabets in PLUM, arXiv 2312.01581).
extension QuantizedTensor {
  /// Takes weights that are already quantized.
  ///
  /// The magnitudes of a filter may differ from a level times its scale by `tolerance` times that.
  /// Without a claim the scheme is the first of `schemes` that every filter fits; those of the
  /// registry stand in the order signed-binary, binary, ternary, the narrowest first.
  /// Throws `WeightError` naming the filter and the element that does not fit.
  public init(
    classifying values: [Float], shape: FilterShape, claimed: QuantizationScheme? = nil,
    among schemes: [QuantizationScheme] = Quantizers.registry.schemes,
    region: SignRegion = .perFilter, tolerance: Float = 0
  ) throws(WeightError) {
    guard values.count == shape.count else {
      throw .wrongCount(expected: shape.count, actual: values.count)
    }
    if let claimed, claimed.patterns == nil {
      try self.init(leveling: values, shape: shape, claimed, region, tolerance)
      return
    }
    do throws(WeightError) {
      try self.init(
        signing: values, shape: shape, claimed: claimed, among: schemes, region, tolerance)
    } catch {
      guard claimed == nil, case .fullPrecision = error else { throw error }
      for scheme in schemes where scheme.patterns == nil {
        guard
          let tensor = try? QuantizedTensor(
            leveling: values, shape: shape, scheme, region, tolerance)
        else { continue }
        self = tensor
        return
      }
      throw error
    }
  }

  /// Takes weights of one magnitude in each filter.
  private init(
    signing values: [Float], shape: FilterShape, claimed: QuantizationScheme?,
    among schemes: [QuantizationScheme], _ region: SignRegion, _ tolerance: Float
  ) throws(WeightError) {
    let bounds = try region.bounds(of: shape)
    var found = QuantizedTensor(zeros: shape, scheme: .ternary, regionBounds: bounds)
    // Which signs there are, negative, none and positive, and whether a region has both.
    var seen = (negative: false, zero: false, positive: false)
    var isMixed = false
    for kernel in 0..<shape.kernels {
      var magnitude: Float = 0
      var part = 0
      var sign: Int8 = 0
      for column in 0..<shape.filterSize {
        if column == bounds[part + 1] {
          part += 1
          sign = 0
        }
        let element = kernel * shape.filterSize + column
        let value = values[element]
        guard value.isFinite else { throw .notFinite(element: element, filter: kernel) }
        var own: Int8 = 0
        if value == 0 {
          seen.zero = true
        } else {
          if magnitude == 0 { magnitude = value.magnitude }
          guard (value.magnitude - magnitude).magnitude <= tolerance * magnitude else {
            throw .fullPrecision(filter: kernel, element: element, value: value)
          }
          own = value > 0 ? 1 : -1
          if own > 0 { seen.positive = true } else { seen.negative = true }
          if sign == 0 {
            sign = own
            found.signs[kernel * (bounds.count - 1) + part] = own
          }
          found.set(column: column, filter: kernel, positive: own > 0)
        }
        let isSecond = own != 0 && own != sign
        if isSecond { isMixed = true }
        if let claimed,
          !claimed.levels.contains(own) || (claimed.isSignedByRegion && isSecond)
        {
          throw .schemeMismatch(
            claimed: claimed, filter: kernel, element: element, value: value)
        }
      }
      found.scales[kernel] = magnitude == 0 ? 1 : magnitude
    }
    let fitting = schemes.first { scheme in
      scheme.patterns != nil && !(scheme.isSignedByRegion && isMixed)
        && (!seen.zero || scheme.levels.contains(0))
        && (!seen.positive || scheme.levels.contains(1))
        && (!seen.negative || scheme.levels.contains(-1))
    }
    let scheme = claimed ?? fitting ?? .ternary
    self.init(
      zeros: shape, scheme: scheme,
      regionBounds: scheme.isSignedByRegion ? bounds : [0, shape.filterSize])
    positive = found.positive
    negative = found.negative
    scales = found.scales
    if scheme.isSignedByRegion { signs = found.signs }
  }

  /// Takes weights of several magnitudes in each filter.
  ///
  /// A filter whose weights are levels themselves has the scale 1; of any other the largest magnitude
  /// is the largest level at which all its weights fit.
  private init(
    leveling values: [Float], shape: FilterShape, _ scheme: QuantizationScheme,
    _ region: SignRegion, _ tolerance: Float
  ) throws(WeightError) {
    var found: [Int8] = []
    found.reserveCapacity(values.count)
    var scales: [Float] = []
    let magnitudes = Set(scheme.levels.map(\.magnitude)).subtracting([0]).sorted(by: >)
    for kernel in 0..<shape.kernels {
      let first = kernel * shape.filterSize
      let filter = values[first..<first + shape.filterSize]
      if let offset = filter.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(element: offset, filter: kernel)
      }
      let largest = filter.lazy.map(\.magnitude).max() ?? 0
      let candidates = [1] + (largest == 0 ? [] : magnitudes.map { largest / Float($0) })
      let fits = candidates.lazy.map { scale in
        (scale, filter.map { scheme.level(of: $0, scale: scale, tolerance) })
      }
      guard let (scale, levels) = fits.first(where: { !$0.1.contains(nil) }) else {
        let scale = candidates[min(1, candidates.count - 1)]
        let element =
          filter.firstIndex { scheme.level(of: $0, scale: scale, tolerance) == nil } ?? first
        throw .schemeMismatch(
          claimed: scheme, filter: kernel, element: element, value: values[element])
      }
      found += levels.compactMap { $0 }
      scales.append(scale)
    }
    try self.init(found, shape: shape, scheme: scheme, scales: scales, region: region)
  }
}

extension QuantizationScheme {
  /// The level that `value` is at a scale; nil where it is none.
  fileprivate func level(of value: Float, scale: Float, _ tolerance: Float) -> Int8? {
    levels.first { level in
      let exact = Float(level) * scale
      return (value - exact).magnitude <= tolerance * exact.magnitude
    }
  }
}
