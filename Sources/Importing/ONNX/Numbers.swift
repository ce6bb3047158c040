/// The elements of a short tensor whose values are known before anything runs.
enum Numbers: Hashable, Sendable {
  /// Whole numbers; truths are 0 and 1.
  case whole([Int])
  /// Other numbers.
  case real([Double])

  /// How many there are.
  var count: Int {
    switch self {
    case .whole(let values): values.count
    case .real(let values): values.count
    }
  }

  /// The numbers as reals.
  var reals: [Double] {
    switch self {
    case .whole(let values): values.map(Double.init)
    case .real(let values): values
    }
  }

  /// The elements at some places.
  func picked(_ places: [Int]) -> Numbers {
    switch self {
    case .whole(let values): .whole(places.map { values[$0] })
    case .real(let values): .real(places.map { values[$0] })
    }
  }

  /// These and others behind them; nil for numbers of another kind.
  func joined(_ other: Numbers) -> Numbers? {
    switch (self, other) {
    case (.whole(let a), .whole(let b)): .whole(a + b)
    case (.real(let a), .real(let b)): .real(a + b)
    default: nil
    }
  }

  /// Whole numbers of these, towards zero; nil where one does not fit.
  var truncated: Numbers? {
    guard case .real(let values) = self else { return self }
    guard values.allSatisfy({ $0.isFinite && abs($0) < 0x1p62 }) else { return nil }
    return .whole(values.map { Int($0) })
  }
}

/// Arithmetic on known numbers, element by element.
enum Arithmetic {
  /// Operators with one operand.
  static let unary: Set<String> = [
    "Neg", "Abs", "Floor", "Ceil", "Round", "Sqrt", "Not", "Sign", "Exp", "Log", "Reciprocal",
  ]
  /// Operators with two operands or more, taken from the left.
  static let binary: Set<String> = [
    "Add", "Sub", "Mul", "Div", "Mod", "Pow", "Max", "Min", "Equal", "Less", "LessOrEqual",
    "Greater", "GreaterOrEqual", "And", "Or", "Xor", "Sum",
  ]

  /// The result of one operand; nil where it is not a number of the same kind.
  static func result(_ name: String, _ values: Numbers) -> Numbers? {
    switch values {
    case .whole(let list):
      var result: [Int] = []
      for value in list {
        switch name {
        case "Not": result.append(value == 0 ? 1 : 0)
        case "Abs" where value != .min: result.append(abs(value))
        case "Neg" where value != .min: result.append(-value)
        case "Sign": result.append(value.signum())
        case "Floor", "Ceil", "Round": result.append(value)
        default: return nil
        }
      }
      return .whole(result)
    case .real(let list):
      let operation: ((Double) -> Double)? =
        switch name {
        case "Neg": { -$0 }
        case "Abs": { abs($0) }
        case "Floor": { $0.rounded(.down) }
        case "Ceil": { $0.rounded(.up) }
        case "Round": { $0.rounded(.toNearestOrEven) }
        case "Sqrt": { $0.squareRoot() }
        case "Reciprocal": { 1 / $0 }
        case "Sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
        default: nil
        }
      return operation.map { .real(list.map($0)) }
    }
  }

  /// The result of two operands whose elements are matched already.
  static func result(_ name: String, _ a: Numbers, _ b: Numbers) -> Numbers? {
    if case .whole(let x) = a, case .whole(let y) = b { return whole(name, x, y) }
    return real(name, a.reals, b.reals)
  }

  /// Nil where a result does not fit or divides by zero.
  private static func whole(_ name: String, _ a: [Int], _ b: [Int]) -> Numbers? {
    var result: [Int] = []
    for (x, y) in zip(a, b) {
      let (value, overflow): (Int, Bool)
      switch name {
      case "Add", "Sum": (value, overflow) = x.addingReportingOverflow(y)
      case "Sub": (value, overflow) = x.subtractingReportingOverflow(y)
      case "Mul": (value, overflow) = x.multipliedReportingOverflow(by: y)
      case "Div": (value, overflow) = x.dividedReportingOverflow(by: y)
      case "Mod": (value, overflow) = floorModulus(x, y)
      case "Max": (value, overflow) = (max(x, y), false)
      case "Min": (value, overflow) = (min(x, y), false)
      default:
        guard let truth = truth(name, x, y) else { return nil }
        (value, overflow) = (truth ? 1 : 0, false)
      }
      if overflow { return nil }
      result.append(value)
    }
    return .whole(result)
  }

  private static func real(_ name: String, _ a: [Double], _ b: [Double]) -> Numbers? {
    let operation: ((Double, Double) -> Double)? =
      switch name {
      case "Add", "Sum": { $0 + $1 }
      case "Sub": { $0 - $1 }
      case "Mul": { $0 * $1 }
      case "Div": { $0 / $1 }
      case "Max": { max($0, $1) }
      case "Min": { min($0, $1) }
      default: nil
      }
    if let operation { return .real(zip(a, b).map(operation)) }
    var result: [Int] = []
    for (x, y) in zip(a, b) {
      guard let truth = truth(name, x, y) else { return nil }
      result.append(truth ? 1 : 0)
    }
    return .whole(result)
  }

  private static func truth<Value: Comparable & Numeric>(
    _ name: String, _ x: Value, _ y: Value
  ) -> Bool? {
    switch name {
    case "Equal": x == y
    case "Less": x < y
    case "LessOrEqual": x <= y
    case "Greater": x > y
    case "GreaterOrEqual": x >= y
    case "And": x != 0 && y != 0
    case "Or": x != 0 || y != 0
    case "Xor": (x != 0) != (y != 0)
    default: nil
    }
  }

  /// The remainder with the sign of the divisor, as ONNX says for whole numbers.
  private static func floorModulus(_ x: Int, _ y: Int) -> (Int, Bool) {
    let (rest, overflow) = x.remainderReportingOverflow(dividingBy: y)
    return (rest != 0 && (rest < 0) != (y < 0) && !overflow ? rest + y : rest, overflow)
  }

  /// For each element of a result of extents `shape`, the place of the operand's element.
  static func places(of operand: [Int], in shape: [Int]) -> [Int] {
    var steps = [Int](repeating: 0, count: shape.count)
    var step = 1
    for index in operand.indices.reversed() {
      let place = shape.count - operand.count + index
      if place >= 0, operand[index] != 1 { steps[place] = step }
      step *= operand[index]
    }
    var places = [0]
    for (extent, step) in zip(shape, steps) {
      places = places.flatMap { first in (0..<extent).map { first + $0 * step } }
    }
    return places
  }
}
