public import Components

/// Maps behind one another, channels behind channels.
public struct Concat: OperationKind {
  /// What a file says about it.
  public struct Spec: Codable, Hashable, Sendable {
    /// The direction, 0 for channels or features and 1 for tokens or the first of a map's; 0 when
    /// left out.
    public let axis: Int

    /// Makes a specification; nothing is checked before the operator is made.
    public init(axis: Int = 0) { self.axis = axis }

    enum CodingKeys: String, CodingKey { case axis }

    /// Decodes an axis, filling in the default named above.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      axis = try values.decodeIfPresent(Int.self, forKey: .axis) ?? 0
    }
  }

  /// `concat`.
  public static let kind = "concat"
  /// One sentence.
  public static let summary = "Maps behind one another, channels behind channels."
  /// Two or more.
  public static let operands = 2...256
  /// What the file says.
  public let spec: Spec

  /// Makes the operator; throws when the axis is out of its range.
  public init(_ spec: Spec) throws(SpecError) {
    guard (0...3).contains(spec.axis) else {
      throw SpecError("axis", "expected 0 to 3, found \(spec.axis)")
    }
    self.spec = spec
  }

  /// The maps' extents along the axis add up; nothing is moved.
  public func result(of operands: [[Int]], name: String) throws(SpecError) -> OperationResult {
    var output = operands[0]
    guard output.indices.contains(spec.axis) else {
      throw SpecError(
        "axis", "expected less than the \(output.count) extents of a map, found \(spec.axis)")
    }
    for map in operands.dropFirst() {
      var aligned = map
      guard map.count == output.count else { throw mismatch(operands) }
      aligned[spec.axis] = output[spec.axis]
      guard aligned == output else { throw mismatch(operands) }
      output[spec.axis] += map[spec.axis]
    }
    return OperationResult(name: name, output: output, work: .none)
  }

  private func mismatch(_ operands: [[Int]]) -> SpecError {
    SpecError(
      "from",
      "joins maps of equal extents but \(spec.axis == 0 ? "channels" : "axis \(spec.axis)"), found "
        + operands.map(ExtentText.list).joined(separator: " and "))
  }
}
