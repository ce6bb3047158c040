public import Components

/// The product of two maps, element by element, or of a map and one number per channel.
public struct Multiply: OperationKind {
  /// `multiply`.
  public static let kind = "multiply"
  /// One sentence.
  public static let summary =
    "The product of two maps element by element, or of a map and one number per channel."
  /// A map and what it is multiplied by.
  public static let operands = 2...2
  /// No parameters.
  public let spec: NoParameters

  /// Makes the operator.
  public init(_ spec: NoParameters) { self.spec = spec }

  /// A map of the extents of the first; one multiplication per element.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    let (map, factor) = (operands[0], operands[1])
    if factor == map {
      return Elementwise.result(name, Self.kind, operands, output: map, operations: 1)
    }
    guard factor.first == map.first, factor.dropFirst().allSatisfy({ $0 == 1 }),
      factor.count <= map.count
    else {
      throw SpecError(
        "from",
        "multiplies maps of equal extents, or a map and one number per channel, found "
          + "\(ExtentText.list(map)) and \(ExtentText.list(factor))")
    }
    let elements = map.dropFirst().reduce(1, *)
    return OperationResult(
      name: name, output: map,
      work: .vector(
        VectorWork(
          name: name, operator: Self.kind, pieces: map[0], reads: [elements, 1], writes: elements,
          operations: elements)))
  }
}
