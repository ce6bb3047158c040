internal import Units

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Foundation
#endif

/// The random numbers of one source.
///
/// xoshiro256** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM TOMS
/// 2021), seeded through SplitMix64. The draws are our own, so that a new standard library cannot
/// change a result.
public struct RandomStream: Sendable, RandomNumberGenerator {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64

  /// A stream with a given state, which must not be all zero.
  public init(state: (UInt64, UInt64, UInt64, UInt64)) {
    (s0, s1, s2, s3) = state
  }

  /// The stream of the source called `name` in the run with `seed`.
  ///
  /// The name is hashed (FNV-1a) into the seed: adding a source leaves the others as they were.
  public init(seed: UInt64, name: String) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    var mixer = SplitMix64(seed: seed)
    var seeder = SplitMix64(seed: mixer.next() ^ hash)
    self.init(state: (seeder.next(), seeder.next(), seeder.next(), seeder.next()))
  }

  /// The next 64 bits.
  @inline(__always)
  public mutating func next() -> UInt64 {
    let scrambled = s1 &* 5
    let result = ((scrambled << 7) | (scrambled >> 57)) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 45) | (s3 >> 19)
    return result
  }

  /// A number in 0..<1 with 53 random bits.
  @inline(__always)
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number in `0..<bound`, all equally likely.
  ///
  /// Source: Lemire, "Fast Random Integer Generation in an Interval", ACM TOMACS 2019.
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "the bound of a draw is positive")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    let threshold = (0 &- range) % range
    while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    return Int(product.high)
  }

  /// An exponential draw with mean 1, `-ln(1 - U)`, never clipped.
  @inline(__always)
  public mutating func exponential() -> Double { -log(1 - uniform()) }

  /// A standard normal draw by the polar method; the second value of each pair is not kept.
  public mutating func normal() -> Double {
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let radius = x * x + y * y
      if radius > 0, radius < 1 { return x * (-2 * log(radius) / radius).squareRoot() }
    }
  }

  /// A gamma draw with the given shape and scale 1.
  ///
  /// Source: Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", ACM TOMS
  /// 2000; shapes below 1 are drawn at shape + 1 and multiplied by `U^(1 / shape)`.
  public mutating func gamma(shape: Double) -> Double {
    guard shape >= 1 else {
      let boosted = gamma(shape: shape + 1)
      return boosted * pow(1 - uniform(), 1 / shape)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if log(1 - uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
  }
}
