internal import Architectures

/// Operands, as those that stop at a memory.
struct OperandSet: OptionSet, Hashable, Sendable {
  let rawValue: UInt8

  static let input = OperandSet(rawValue: 1)
  static let weight = OperandSet(rawValue: 2)
  static let output = OperandSet(rawValue: 4)

  init(rawValue: UInt8) { self.rawValue = rawValue }

  init(_ operands: [Operand]) {
    self = operands.reduce(into: []) { $0.insert(Self.one($1)) }
  }

  /// Whether an operand is among them.
  func holds(_ operand: Operand) -> Bool { contains(Self.one(operand)) }

  private static func one(_ operand: Operand) -> OperandSet {
    switch operand {
    case .input: .input
    case .weight: .weight
    case .output: .output
    }
  }
}
