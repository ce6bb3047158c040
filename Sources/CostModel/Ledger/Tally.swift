/// What a tally has a number for.
///
/// The cases stand in one list, the enumeration; everything that is done to all of them is one loop.
public protocol TallyKey: CaseIterable, Sendable {
  /// The place of the case in that list, from 0 on.
  var slot: Int { get }
}

extension TallyKey where Self: RawRepresentable, RawValue == Int {
  /// The raw value, which counts the cases.
  public var slot: Int { rawValue }
}

/// One whole number for each of the `size` cases of `Key`, held in place.
public struct Tally<Key: TallyKey, let size: Int>: Sendable {
  private var numbers = InlineArray<size, Int>(repeating: 0)

  /// Nothing of anything.
  public init() {}

  /// The number of one case.
  public subscript(key: Key) -> Int {
    get { numbers[key.slot] }
    set { numbers[key.slot] = newValue }
  }

  /// Adds `other`, `times` over.
  public mutating func add(_ other: Tally, times: Int = 1) {
    for slot in 0..<size { numbers[slot] += other.numbers[slot] * times }
  }

  /// Adds the change from `earlier`, `times` over.
  mutating func repeatChange(from earlier: Tally, times: Int) {
    for slot in 0..<size {
      numbers[slot] += (numbers[slot] - earlier.numbers[slot]) * times
    }
  }

  /// Adds `amount` to every number.
  mutating func shift(by amount: Int) {
    for slot in 0..<size { numbers[slot] += amount }
  }

  /// What every number has grown by since `earlier`; nil where they have not grown alike.
  func shift(from earlier: Tally) -> Int? {
    let first = numbers[0] - earlier.numbers[0]
    for slot in 1..<size where numbers[slot] - earlier.numbers[slot] != first { return nil }
    return first
  }
}

extension Tally: Hashable {
  /// Whether all numbers are equal.
  public static func == (left: Tally, right: Tally) -> Bool {
    for slot in 0..<size where left.numbers[slot] != right.numbers[slot] { return false }
    return true
  }

  /// Hashes all numbers.
  public func hash(into hasher: inout Hasher) {
    for slot in 0..<size { hasher.combine(numbers[slot]) }
  }
}
