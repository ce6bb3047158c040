internal import Components

/// Weights, or settings of their analysis, that make no sense.
///
/// Every case about a weight names the filter and the element.
public enum WeightError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A dimension is not positive.
  case emptyShape(dimension: String, size: Int)
  /// There are more or fewer values than the shape has weights.
  case wrongCount(expected: Int, actual: Int)
  /// A weight is NaN or infinite; `element` counts from the tensor's start.
  case notFinite(element: Int, filter: Int)
  /// A tensor claims one scheme and holds a weight that the scheme does not have.
  case schemeMismatch(claimed: QuantizationScheme, filter: Int, element: Int, value: Float)
  /// A filter has more magnitudes than a quantized one.
  case fullPrecision(filter: Int, element: Int, value: Float)
  /// The weights of an alphabet are not told by their signs.
  case noPatterns(QuantizationScheme)
  /// A tile width outside 1 to 16.
  case tileWidth(Int)
  /// A setting outside its range.
  case setting(name: String, message: String)
  /// An input with more or fewer activations than the computation reads.
  case inputCount(expected: Int, actual: Int)

  /// A sentence for people.
  ///
  /// It says what is wrong and where.
  public var description: String {
    switch self {
    case .emptyShape(let dimension, let size): "\(dimension) is \(size), expected at least 1"
    case .wrongCount(let expected, let actual): "expected \(expected) weights, found \(actual)"
    case .notFinite(let element, let filter):
      "element \(element) (filter \(filter)) is not a finite number"
    case .schemeMismatch(let claimed, let filter, let element, let value):
      "claimed to be \(claimed.name), but element \(element) (filter \(filter)) is \(value)"
    case .fullPrecision(let filter, let element, let value):
      "not quantized: element \(element) (filter \(filter)) is \(value), a second magnitude"
    case .noPatterns(let scheme):
      "\(scheme.name) has no sign patterns, its weights have the levels "
        + scheme.levels.map(String.init).joined(separator: ", ")
    case .tileWidth(let width): "tile width \(width), expected 1 to 16"
    case .setting(let name, let message): "\(name): \(message)"
    case .inputCount(let expected, let actual):
      "expected \(expected) activations, found \(actual)"
    }
  }
}

extension WeightError {
  /// What `body` gives; a setting outside its range becomes an error at its key, by `keys`.
  static func located<Value>(
    _ keys: [String: String], _ body: () throws(WeightError) -> Value
  ) throws(SpecError) -> Value {
    do {
      return try body()
    } catch {
      guard case .setting(let name, let message) = error else { throw SpecError("", "\(error)") }
      throw SpecError(keys[name] ?? name, message)
    }
  }
}
