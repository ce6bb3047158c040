public import Architectures

/// Counted bits of a memory between DRAM and the buffers.
public struct ReferenceLevel: Sendable, Hashable {
  /// Bits of each operand that were read in it: what it gives inside, and results that leave.
  public private(set) var read: [Operand: Int] = [:]
  /// Bits of each operand that were written to it: what it takes from outside, and results.
  public private(set) var written: [Operand: Int] = [:]

  mutating func countRead(_ operand: Operand, _ bits: Int) { read[operand, default: 0] += bits }

  mutating func countWritten(_ operand: Operand, _ bits: Int) {
    written[operand, default: 0] += bits
  }
}
