internal import Components

/// How the layers of a design are cut for its buffers.
public struct MappingSpec: Codable, Hashable, Sendable {
  /// The rule that picks a mapping.
  public let rule: MappingRule
  /// `eyeriss` only: banks of the chip's buffer that the rule fills; where the file has more, the
  /// rule is followed for every number of banks from these on and the fastest is kept.
  public let banks: Int?
  /// `eyeriss` only: kernels whose sums are in the buffer at once, at most.
  public let kernels: Int?

  /// Makes a mapping; the last two are nil but for the rule of the Eyeriss chip.
  public init(rule: MappingRule, banks: Int? = nil, kernels: Int? = nil) {
    self.rule = rule
    self.banks = banks
    self.kernels = kernels
  }

  /// Checks that the rule has what it needs and nothing else.
  func check() throws(SpecError) {
    for (key, value, range) in [
      ("banks", banks, 3...4096), ("kernels", kernels, 1...65_536),
    ] {
      guard rule == .eyeriss else {
        if value != nil {
          throw SpecError(
            "mapping.\(key)", "belongs to `rule: eyeriss`, found `rule: \(rule.rawValue)`")
        }
        continue
      }
      guard let value else {
        throw SpecError(
          "mapping.\(key)",
          "`rule: eyeriss` needs `\(key)`, expected \(range.lowerBound) "
            + "to \(range.upperBound)")
      }
      guard range.contains(value) else {
        throw SpecError(
          "mapping.\(key)", "expected \(range.lowerBound) to \(range.upperBound), found \(value)")
      }
    }
  }
}

/// A rule that picks a mapping of a layer.
public enum MappingRule: String, Codable, CaseIterable, Sendable {
  /// The largest tile that fits, in the better of two loop orders.
  case largest
  /// The fewest cycles of all layouts, then the fewest bytes from and to DRAM.
  case fastest
  /// What the Eyeriss chip does: as many partial sums as fit, then the fewest cycles of the array.
  case eyeriss
}
