internal import Units

/// Pseudorandom choices that depend on a seed and a position only.
struct PickRandom {
  private var generator: SplitMix64

  /// A stream of its own for every seed and position.
  init(seed: Int, position: Int = 0) {
    var streams = SplitMix64(seed: UInt64(bitPattern: Int64(position)))
    var seeds = SplitMix64(seed: UInt64(bitPattern: Int64(seed)) ^ streams.next())
    generator = SplitMix64(seed: seeds.next())
  }

  /// A whole number from 0 up to but not including `bound`.
  mutating func pick(below bound: Int) -> Int {
    // The high half of a product is uniform up to 2^-64 of the bound.
    Int(generator.next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number from 0 up to but not including 1.
  mutating func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }

  /// One pick per bound.
  mutating func picks(_ bounds: [Int]) -> [Int] { bounds.map { pick(below: $0) } }
}

/// A permutation of `0..<count` that is worked out element by element.
///
/// A balanced Feistel network of four rounds on the next even number of bits, walked until the
/// image falls inside. Source: Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002.
struct IndexPermutation: Sendable {
  private let count: UInt64
  private let half: UInt64
  private let keys: [UInt64]

  init(count: Int, seed: Int, stream: Int = 0) {
    self.count = UInt64(count)
    var bits: UInt64 = 1
    while bits < 32, UInt64(1) << (2 * bits) < self.count { bits += 1 }
    half = bits
    var random = PickRandom(seed: seed, position: -1 - stream)
    keys = (0..<4).map { _ in UInt64(random.pick(below: .max)) }
  }

  subscript(index: Int) -> Int {
    var value = UInt64(index)
    repeat { value = round(value) } while value >= count
    return Int(value)
  }

  private func round(_ value: UInt64) -> UInt64 {
    let mask = (UInt64(1) << half) - 1
    var (left, right) = (value >> half, value & mask)
    for key in keys {
      var mixed = (right ^ key) &* 0xBF58_476D_1CE4_E5B9
      mixed ^= mixed >> 29
      mixed &*= 0x94D0_49BB_1331_11EB
      (left, right) = (right, left ^ ((mixed >> 32) & mask))
    }
    return left << half | right
  }
}
