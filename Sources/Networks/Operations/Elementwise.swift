public import Components

/// The specification of an operator without parameters.
public struct NoParameters: Codable, Hashable, Sendable {
  private enum NoKeys: CodingKey {}

  /// Makes it.
  public init() {}

  /// Decodes a mapping without keys of its own.
  public init(from decoder: any Decoder) throws {
    _ = try decoder.container(keyedBy: NoKeys.self)
  }

  /// Encodes an empty mapping.
  public func encode(to encoder: any Encoder) throws {
    _ = encoder.container(keyedBy: NoKeys.self)
  }
}

/// An operator that makes every element of a map from the element in its place.
public protocol Activation: OperationKind where Spec == NoParameters {
  /// Operations of a lane for one element.
  static var operationsPerElement: Int { get }
}

extension Activation {
  /// A map of the same extents.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    Elementwise.result(
      name, Self.kind, operands, output: operands[0], operations: Self.operationsPerElement)
  }
}

/// Work of one piece per element.
enum Elementwise {
  static func result(
    _ name: String, _ kind: String, _ operands: [[Int]], output: [Int], operations: Int
  ) -> OperationResult {
    OperationResult(
      name: name, output: output,
      work: .vector(
        VectorWork(
          name: name, operator: kind, pieces: output.reduce(1, *),
          reads: operands.map { _ in 1 }, writes: 1, operations: operations)))
  }

  /// Throws unless all operands have the extents of the first.
  static func checkEqual(_ operands: [[Int]], _ what: String) throws(SpecError) {
    guard let first = operands.first, operands.allSatisfy({ $0 == first }) else {
      throw SpecError(
        "from",
        "\(what) of equal extents, found "
          + operands.map(ExtentText.list).joined(separator: " and "))
    }
  }
}
