import Foundation

/// A number with a dimension, written in files as a value and a unit such as `64 KiB`.
public protocol Quantity: Codable, Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The units a file may use, each with its size in the base unit.
  static var units: [(symbol: String, scale: Double)] { get }
  /// A correct value, shown in error messages.
  static var example: String { get }
  /// What `init(base:)` accepts, said after a value that it refuses.
  static var range: String { get }
  /// Makes the quantity from a value in the base unit, or nil when it is out of range.
  init?(base: Double)
}

/// A text that is not a quantity of the expected dimension.
public struct QuantityError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong and what would be right.
  public let description: String
}

extension Quantity {
  /// Reads `text`, a number and a unit separated by a space.
  public init(parsing text: String) throws(QuantityError) {
    let parts = text.split(separator: " ", omittingEmptySubsequences: true)
    let symbols = Self.units.map(\.symbol)
    guard parts.count == 2, let value = Double(parts[0]), value.isFinite else {
      throw QuantityError(
        description: "expected a value with a unit, such as `\(Self.example)`, found `\(text)`")
    }
    guard let unit = Self.units.first(where: { $0.symbol == parts[1] }) else {
      throw QuantityError(
        description:
          "unknown unit `\(parts[1])`, expected one of \(symbols.joined(separator: ", "))")
    }
    guard value >= 0 else {
      throw QuantityError(description: "must not be negative, found `\(text)`")
    }
    guard let result = Self(base: value * unit.scale) else {
      throw QuantityError(description: "expected \(Self.range), found `\(text)`")
    }
    self = result
  }

  /// Decodes a text with a unit; a bare number is refused.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard !container.decodeNil() else {
      throw QuantityError(
        description: "expected a value with a unit, such as `\(Self.example)`, found nothing")
    }
    if let number = try? container.decode(Double.self) {
      throw QuantityError(
        description:
          "expected a value with a unit, such as `\(Self.example)`, found the bare number \(number.plain)"
      )
    }
    try self.init(parsing: container.decode(String.self))
  }

  /// Encodes the text that `init(parsing:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Double {
  /// The whole number that this is, up to the rounding of one decimal multiplication.
  ///
  /// `16.1 * 1e9` is not exactly whole in binary; the tolerance is a few units in the last place.
  var wholeNumber: Int? {
    let nearest = rounded()
    guard abs(self - nearest) <= abs(self) * 1e-15, nearest <= 9_007_199_254_740_992 else {
      return nil
    }
    return Int(nearest)
  }

  /// The shortest text that reads back as the same number, without a trailing `.0`.
  public var plain: String {
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

/// A quantity held as a whole number of its base unit.
public protocol IntegerQuantity: Quantity, AdditiveArithmetic {
  /// The value in the base unit.
  var count: Int { get set }
  /// Makes the quantity from a whole number of its base unit.
  init(_ count: Int)
}

extension IntegerQuantity {
  /// Whole numbers of the base unit.
  public static var range: String {
    "a whole number of \(units.first?.symbol ?? "units") up to 2^53"
  }

  /// Makes the quantity when `base` is a whole number below 2^53.
  public init?(base: Double) {
    guard let whole = base.wholeNumber else { return nil }
    self.init(whole)
  }
  /// Nothing.
  public static var zero: Self { Self(0) }
  /// The sum.
  public static func + (left: Self, right: Self) -> Self { Self(left.count + right.count) }
  /// The difference.
  public static func - (left: Self, right: Self) -> Self { Self(left.count - right.count) }
  /// The quantity `factor` times.
  public static func * (left: Self, factor: Int) -> Self { Self(left.count * factor) }
  /// Orders by size.
  public static func < (left: Self, right: Self) -> Bool { left.count < right.count }
  /// The value in the largest unit that divides it.
  public var description: String {
    let fitting = Self.units.filter {
      count != 0 && count.isMultiple(of: Int($0.scale))
    }
    guard let unit = fitting.max(by: { $0.scale < $1.scale }) ?? Self.units.first else {
      return "\(count)"
    }
    return "\(count / Int(unit.scale)) \(unit.symbol)"
  }
}

/// A quantity held as a floating-point number of its base unit.
public protocol RealQuantity: Quantity, AdditiveArithmetic {
  /// The value in the base unit.
  var value: Double { get set }
  /// Makes the quantity from its value in the base unit.
  init(_ value: Double)
}

extension RealQuantity {
  /// Any finite number.
  public static var range: String { "a finite number" }

  /// Makes the quantity when `base` is finite.
  public init?(base: Double) {
    guard base.isFinite else { return nil }
    self.init(base)
  }
  /// Nothing.
  public static var zero: Self { Self(0) }
  /// The sum.
  public static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
  /// The difference.
  public static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }
  /// The quantity `factor` times.
  public static func * (left: Self, factor: Double) -> Self { Self(left.value * factor) }
  /// Orders by size.
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
  /// The value in the base unit.
  public var description: String {
    "\(value.plain) \(Self.units.first?.symbol ?? "")"
  }
}
