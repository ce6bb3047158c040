package import Components

/// One number for all directions of a map, or one per direction.
public struct PerDirection: Codable, Hashable, Sendable {
  /// The numbers as written.
  public let values: [Int]
  /// Whether they were written as a list.
  public let isList: Bool

  /// The same number in all directions.
  public init(_ value: Int) {
    values = [value]
    isList = false
  }

  /// One number per direction: `[rows, columns]`, with `planes` before them for three.
  public init(_ values: [Int]) {
    self.values = values
    isList = true
  }

  /// Decodes `3` or `[3, 5]`.
  public init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if let list = try? single.decode([Int].self) {
      self.init(list)
    } else {
      self.init(try single.decode(Int.self))
    }
  }

  /// Encodes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    if isList { try single.encode(values) } else { try single.encode(values.first ?? 1) }
  }

  /// One number for each of `count` directions.
  func values(_ key: String, directions count: Int) throws(SpecError) -> [Int] {
    guard isList else { return Array(repeating: values.first ?? 1, count: count) }
    guard values.count == count else {
      throw SpecError(
        key, "expected \(Self.expected(count)), found \(values.count) numbers")
    }
    return values
  }

  /// Throws unless every number is in `range`.
  func check(_ key: String, in range: ClosedRange<Int>) throws(SpecError) {
    for value in values where !range.contains(value) {
      throw SpecError(key, "expected \(range.lowerBound) to \(range.upperBound), found \(value)")
    }
  }

  static func expected(_ directions: Int) -> String {
    switch directions {
    case 1: "one number"
    case 2: "one number or [rows, columns]"
    default: "one number or [planes, rows, columns]"
    }
  }
}

extension PerDirection: SchemaDescribed {
  package static var schemaNode: SchemaNode { .anyOf([.integer, .array(.integer)]) }
  package static var schemaExample: PerDirection { PerDirection(1) }
}

/// Zeros around a map: one number for all sides, or for each direction a number or `[before, after]`.
public struct Padding: Codable, Hashable, Sendable {
  /// The zeros at both ends of one direction.
  public struct Ends: Codable, Hashable, Sendable {
    /// Zeros before the map.
    public let before: Int
    /// Zeros behind the map.
    public let after: Int

    /// Makes both ends.
    public init(before: Int, after: Int) {
      self.before = before
      self.after = after
    }

    /// Decodes `1` or `[0, 1]`.
    public init(from decoder: any Decoder) throws {
      let single = try decoder.singleValueContainer()
      if let pair = try? single.decode([Int].self) {
        guard pair.count == 2 else {
          throw SpecError("", "expected one number or [before, after], found \(pair.count) numbers")
        }
        self.init(before: pair[0], after: pair[1])
      } else {
        let both = try single.decode(Int.self)
        self.init(before: both, after: both)
      }
    }

    /// Encodes what `init(from:)` reads.
    public func encode(to encoder: any Encoder) throws {
      var single = encoder.singleValueContainer()
      if before == after {
        try single.encode(before)
      } else {
        try single.encode([before, after])
      }
    }
  }

  /// The ends of each direction as written, one for all where it was no list.
  public let ends: [Ends]
  /// Whether they were written as a list.
  public let isList: Bool

  /// The same number on all sides.
  public init(_ value: Int) {
    ends = [Ends(before: value, after: value)]
    isList = false
  }

  /// Ends per direction.
  public init(_ ends: [Ends]) {
    self.ends = ends
    isList = true
  }

  /// Decodes `1`, `[1, 2]` or `[[0, 1], [0, 1]]`.
  public init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if let value = try? single.decode(Int.self) {
      self.init(value)
      return
    }
    guard (try? single.decode([AnyItem].self)) != nil else {
      // The message of a number, which is what most files have.
      self.init(try single.decode(Int.self))
      return
    }
    self.init(try single.decode([Ends].self))
  }

  /// Accepts whatever stands in a list.
  private struct AnyItem: Decodable {
    init(from decoder: any Decoder) throws {}
  }

  /// Encodes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    if isList { try single.encode(ends) } else { try single.encode(ends.first?.before ?? 0) }
  }

  /// The ends of each of `count` directions.
  func values(_ key: String, directions count: Int) throws(SpecError) -> [Ends] {
    let zero = Ends(before: 0, after: 0)
    guard isList else { return Array(repeating: ends.first ?? zero, count: count) }
    guard ends.count == count else {
      throw SpecError(
        key, "expected \(PerDirection.expected(count)), found \(ends.count) numbers")
    }
    return ends
  }

  /// Throws unless every number is in `range`.
  func check(_ key: String, in range: ClosedRange<Int>) throws(SpecError) {
    for value in ends.flatMap({ [$0.before, $0.after] }) where !range.contains(value) {
      throw SpecError(key, "expected \(range.lowerBound) to \(range.upperBound), found \(value)")
    }
  }
}

extension Padding: SchemaDescribed {
  package static var schemaNode: SchemaNode {
    .anyOf([.integer, .array(.anyOf([.integer, .array(.integer)]))])
  }
  package static var schemaExample: Padding { Padding(0) }
}
