package import Components
public import Inputs
public import Units

/// A unit for the work between matrix products: pooling, element-wise work, normalization, softmax.
///
/// It has a buffer of its own. Operands come from DRAM over the link of inputs, results leave over that
/// of outputs, and the array waits meanwhile. An architecture without one does this work for nothing,
/// fused with what stands before it.
public struct VectorUnitSpec: Codable, Hashable, Sendable {
  /// Elements that are worked on side by side.
  public let lanes: Int
  /// Operations of a lane per cycle; 1 when left out.
  public let operationsPerCycle: Int?
  /// Its memory.
  public let buffer: VectorBufferSpec
  /// Operators that are fused all the same, such as `relu` behind a convolution; none when left out.
  public let fused: [OperatorName]?
  /// Cycles that every operation costs before its first transfer; `layer_overhead` when left out.
  public let overhead: Cycles?

  /// Operations of all lanes per cycle.
  public var operations: Int { lanes * (operationsPerCycle ?? 1) }
}

/// The word of an operator with its place, for the list of operators is not known here.
public struct OperatorName: LocatedWord {
  /// `the word of an operator`.
  public static let meaning = "the word of an operator"
  /// The word.
  public let word: String
  /// Where it stands.
  public let location: SourceLocation
  /// The same as a path.
  public let path: String

  /// Takes a word as it stands.
  public init(word: String, location: SourceLocation, path: String) {
    self.word = word
    self.location = location
    self.path = path
  }
}

extension OperatorName: SchemaDescribed {
  package static var schemaNode: SchemaNode { .string }
  package static var schemaExample: OperatorName { OperatorName("relu") }
}

/// The memory of a vector unit: operands and results of the pieces in work.
public struct VectorBufferSpec: Codable, Hashable, Sendable {
  /// Capacity.
  public let size: Bytes
  /// Whether one half is filled and emptied while the other is worked on.
  public let pingPong: Bool

  /// What the pieces of one tile may take.
  public var tile: Bits { Bits(pingPong ? size.bits.count / 2 : size.bits.count) }
}

extension Architecture {
  /// Checks the vector unit's extents.
  static func checkVectorUnit(_ spec: ArchitectureSpec, _ reading: SpecReading) {
    guard let unit = spec.vectorUnit else { return }
    for (key, value, limit) in [
      ("lanes", unit.lanes, 1 << 20), ("operations_per_cycle", unit.operationsPerCycle ?? 1, 1024),
    ] {
      reading.expect(
        (1...limit).contains(value), "vector_unit.\(key)", "expected 1 to \(limit), found \(value)")
    }
    reading.expect(unit.buffer.size.count > 0, "vector_unit.buffer.size", "must be more than 0 B")
    if let overhead = unit.overhead {
      reading.expect(
        overhead.count <= 1_000_000_000_000, "vector_unit.overhead",
        "expected at most 1e12 cycles, found \(overhead)")
    }
    let fused = unit.fused ?? []
    for (index, name) in fused.enumerated() {
      reading.expect(
        !fused.prefix(index).contains { $0.word == name.word }, "vector_unit.fused[\(index)]",
        "`\(name.word)` a second time")
    }
    for (index, buffer) in spec.memory.buffers.enumerated() {
      reading.expect(
        buffer.name != ComponentID.vectorBuffer.name && buffer.name != ComponentID.vector.name,
        "memory.buffers[\(index)].name",
        "`\(buffer.name)` is a reserved name, that of the vector unit in reports")
    }
  }
}
