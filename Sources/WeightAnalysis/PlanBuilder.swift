/// Writes the additions of one tile after the other.
struct PlanBuilder {
  private(set) var additions: [ReusePlan.Addition] = []
  private let inputs: Int
  private var start = 0
  /// The operand that holds each pattern of the tile, or -1.
  private var operands: [Int32]
  private var touched: [UInt16] = []

  init(inputs: Int, tileWidth: Int) {
    self.inputs = inputs
    operands = Array(repeating: -1, count: 1 << tileWidth)
  }

  /// The operand that holds a pattern of the tile.
  func operand(of pattern: UInt16) -> Int32 { operands[Int(pattern)] }

  /// Builds every pattern of a tile that begins at the column `start`.
  mutating func build(_ patterns: ArraySlice<UInt16>, start: Int, order: BuildOrder) {
    for pattern in touched { operands[Int(pattern)] = -1 }
    touched.removeAll(keepingCapacity: true)
    self.start = start
    var distinct = Set(patterns)
    distinct.remove(0)
    let rising = distinct.sorted { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
    for (index, pattern) in rising.enumerated() {
      switch order {
      case .direct:
        set(pattern, chain(from: 0, to: pattern))
      case .trieHighest:
        trie(pattern) { 1 << UInt16(15 - $0.leadingZeroBitCount) }
      case .trieLowest:
        trie(pattern) { $0 & (~$0 &+ 1) }
      case .subset:
        let parent = rising[..<index].last { $0 & ~pattern == 0 && $0.nonzeroBitCount > 1 }
        set(pattern, chain(from: parent ?? 0, to: pattern))
      }
    }
  }

  /// Adds all inputs, one by one.
  mutating func sumInputs() -> Int32 {
    var sum: Int32 = 0
    for column in 1..<max(1, inputs) { sum = append(sum, Int32(column)) }
    return sum
  }

  private mutating func trie(_ pattern: UInt16, without column: (UInt16) -> UInt16) {
    var missing: [UInt16] = []
    var node = pattern
    while node != 0, operands[Int(node)] < 0 {
      missing.append(node)
      node &= ~column(node)
    }
    for node in missing.reversed() {
      let dropped = column(node)
      set(node, chain(from: node & ~dropped, to: node))
    }
  }

  /// Adds the columns that `pattern` has and `parent`, which is built or zero, has not.
  private mutating func chain(from parent: UInt16, to pattern: UInt16) -> Int32 {
    var sum: Int32? = parent == 0 ? nil : operands[Int(parent)]
    var rest = pattern & ~parent
    while rest != 0 {
      let column = Int32(start + rest.trailingZeroBitCount)
      if let partial = sum { sum = append(partial, column) } else { sum = column }
      rest &= rest &- 1
    }
    return sum ?? -1
  }

  private mutating func set(_ pattern: UInt16, _ operand: Int32) {
    operands[Int(pattern)] = operand
    touched.append(pattern)
  }

  private mutating func append(_ left: Int32, _ right: Int32) -> Int32 {
    additions.append(ReusePlan.Addition(left: left, right: right))
    return Int32(inputs + additions.count - 1)
  }
}
