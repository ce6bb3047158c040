import Testing
import Units

// How many whole cycles does a transfer take?
@Suite struct BytesPerCycleTests {
  @Test func exactFraction() {
    let rate = Bandwidth(bytesPerSecond: 19_200_000_000).perCycle(at: Frequency(500_000_000))
    #expect(rate == BytesPerCycle(bytes: 192, cycles: 5))
    let slow = Bandwidth(bytesPerSecond: 1).perCycle(at: Frequency(100))
    #expect(slow == BytesPerCycle(bytes: 1, cycles: 100))
  }

  @Test func roundsUp() {
    let rate = BytesPerCycle(bytes: 192, cycles: 5)
    #expect(rate.cycles(for: Bytes(192).bits) == Cycles(5))
    #expect(rate.cycles(for: Bits(192 * 8 + 1)) == Cycles(6))
    #expect(rate.cycles(for: Bits(192 * 8 - 1)) == Cycles(5))
    #expect(rate.cycles(for: Bits(1)) == Cycles(1))
    #expect(rate.cycles(for: .zero) == .zero)
    #expect(BytesPerCycle(bytes: 1, cycles: 100).cycles(for: Bits(9)) == Cycles(113))
  }

  @Test func unlimited() {
    let rate = Bandwidth.unlimited.perCycle(at: Frequency(1_000_000_000))
    #expect(rate == .unlimited)
    #expect(rate.cycles(for: Bits(1 << 40)) == .zero)
  }

  @Test func productBeyondSixtyFourBits() {
    let rate = BytesPerCycle(bytes: 1_000_000_007, cycles: 1_000_000_000)
    let bits = UInt128(1) << 40
    let divisor = UInt128(8 * 1_000_000_007)
    let exact = Int((bits * 1_000_000_000 + divisor - 1) / divisor)
    #expect(abs(rate.cycles(for: Bits(1 << 40)).count - exact) <= 1)
  }

  @Test func bytesHoldingBits() {
    #expect(Bytes(holding: Bits(0)) == .zero)
    #expect(Bytes(holding: Bits(1)) == Bytes(1))
    #expect(Bytes(holding: Bits(8)) == Bytes(1))
    #expect(Bytes(holding: Bits(9)) == Bytes(2))
    #expect(Bytes(3).bits == Bits(24))
  }
}
