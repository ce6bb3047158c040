public import Components

/// The elements of a map under other extents.
public struct Reshape: OperationKind {
  /// What a file says about it.
  public struct Spec: Codable, Hashable, Sendable {
    /// The extents, with the same product as those of the map.
    public let extents: [Int]

    /// Makes a specification; nothing is checked before the operator is made.
    public init(extents: [Int]) { self.extents = extents }
  }

  /// `reshape`.
  public static let kind = "reshape"
  /// One sentence.
  public static let summary = "The elements of a map under other extents."
  /// What the file says.
  public let spec: Spec

  /// Makes the operator; throws when an extent is out of its range.
  public init(_ spec: Spec) throws(SpecError) {
    guard (1...4).contains(spec.extents.count) else {
      throw SpecError("extents", "expected 1 to 4 numbers, found \(spec.extents.count)")
    }
    for (index, extent) in spec.extents.enumerated() {
      try WindowLayer.checkExtent("extents[\(index)]", extent)
    }
    self.spec = spec
  }

  /// The extents of the file; nothing is moved.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    let elements = operands[0].reduce(1, *)
    let product = spec.extents.reduce(1.0) { $0 * Double($1) }
    guard product == Double(elements) else {
      throw SpecError(
        "extents",
        "expected as many elements as \(ExtentText.list(operands[0])) has, \(elements), found "
          + ExtentText.list(spec.extents))
    }
    return OperationResult(name: name, output: spec.extents, work: .none)
  }
}
