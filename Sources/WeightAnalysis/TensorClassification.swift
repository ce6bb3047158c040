/// What the distinct values of a tensor, filter by filter, say about its scheme.
///
/// {a, -a} is binary, {0, a} or {0, -a} signed-binary and {a, 0, -a} ternary; filters of one value
/// fit more than one (compare the alphabets in PLUM, arXiv 2312.01581).
extension QuantizedTensor {
  /// Takes weights that are already quantized.
  ///
  /// The magnitudes of a filter may differ from its first by `tolerance` times that one. Without a
  /// claim the scheme is the narrowest that every filter fits, signed-binary before binary.
  /// Throws `WeightError` naming the filter and the element that does not fit.
  public init(
    classifying values: [Float], shape: FilterShape, claimed: QuantizationScheme? = nil,
    region: SignRegion = .perFilter, tolerance: Float = 0
  ) throws(WeightError) {
    guard values.count == shape.count else {
      throw .wrongCount(expected: shape.count, actual: values.count)
    }
    let bounds = try region.bounds(of: shape)
    var found = QuantizedTensor(zeros: shape, scheme: .ternary, regionBounds: bounds)
    var (fitsBinary, fitsSignedBinary) = (true, true)
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
        var missing: QuantizationScheme?
        if value == 0 {
          missing = .binary
        } else {
          if magnitude == 0 { magnitude = value.magnitude }
          guard (value.magnitude - magnitude).magnitude <= tolerance * magnitude else {
            throw .fullPrecision(filter: kernel, element: element, value: value)
          }
          let own: Int8 = value > 0 ? 1 : -1
          if sign == 0 {
            sign = own
            found.signs[kernel * (bounds.count - 1) + part] = own
          }
          if own != sign { missing = .signedBinary }
          found.set(column: column, filter: kernel, positive: own > 0)
        }
        guard let missing else { continue }
        guard missing != claimed else {
          throw .schemeMismatch(
            claimed: missing, filter: kernel, element: element, value: value)
        }
        if missing == .binary { fitsBinary = false } else { fitsSignedBinary = false }
      }
      found.scales[kernel] = magnitude == 0 ? 1 : magnitude
    }
    let scheme = claimed ?? (fitsSignedBinary ? .signedBinary : fitsBinary ? .binary : .ternary)
    let isSigned = scheme == .signedBinary
    self.init(
      zeros: shape, scheme: scheme, regionBounds: isSigned ? bounds : [0, shape.filterSize])
    positive = found.positive
    negative = found.negative
    scales = found.scales
    if isSigned { signs = found.signs }
  }
}
