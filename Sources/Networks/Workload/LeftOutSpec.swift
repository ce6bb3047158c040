internal import Components

/// What an import left out of a network because no layer can express it.
///
/// Every report of such a workload says that it is a part of a network.
public struct LeftOutSpec: Codable, Hashable, Sendable {
  /// Operators that are left out.
  public let operators: Int
  /// Multiply-accumulates of those among them whose shapes are known.
  public let macs: Int
  /// Operators among them whose multiply-accumulates are not known; 0 when left out.
  public let unknownOperators: Int?

  /// Makes a statement; nothing is checked before `check()`.
  public init(operators: Int, macs: Int, unknownOperators: Int?) {
    self.operators = operators
    self.macs = macs
    self.unknownOperators = unknownOperators
  }

  /// Largest number of multiply-accumulates accepted; the sum with a network's own fits 64 bits.
  static let mostMACs = 1 << 62

  /// Throws a `SpecError` below `left_out` when the numbers make no sense together.
  func check() throws(SpecError) {
    guard operators >= 1 else {
      throw SpecError("left_out.operators", "expected 1 or more, found \(operators)")
    }
    guard (0...Self.mostMACs).contains(macs) else {
      throw SpecError("left_out.macs", "expected 0 to \(Self.mostMACs), found \(macs)")
    }
    let unknown = unknownOperators ?? 0
    guard (0...operators).contains(unknown) else {
      throw SpecError(
        "left_out.unknown_operators", "expected 0 to the \(operators) operators, found \(unknown)")
    }
  }
}
