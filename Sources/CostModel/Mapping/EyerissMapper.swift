public import Components

/// What the Eyeriss chip does, see `RowStationaryChipRule`.
public struct EyerissMapper: LayerMapper {
  /// The limits of the chip; both are needed.
  public struct Spec: Codable, Hashable, Sendable {
    /// Banks of the chip's buffer that the rule fills; where the file has more, the rule is followed
    /// for every number of banks from these on and the fastest is kept.
    public let banks: Int?
    /// Kernels whose sums are in the buffer at once, at most.
    public let kernels: Int?
  }

  /// The same, checked.
  struct Chip: Hashable {
    let banks: Int
    let kernels: Int
  }

  /// `eyeriss`.
  public static let kind = "eyeriss"
  /// What it looks for.
  public static let summary = "that of the chip, which looks at its buffer before time"

  let chip: Chip

  /// Checks that both limits are given and make sense.
  public init(_ spec: Spec) throws(SpecError) {
    func checked(
      _ key: String, _ value: Int?, _ range: ClosedRange<Int>
    ) throws(SpecError) -> Int {
      let expected = "expected \(range.lowerBound) to \(range.upperBound)"
      guard let value else {
        throw SpecError(key, "`rule: \(Self.kind)` needs `\(key)`, \(expected)")
      }
      guard range.contains(value) else { throw SpecError(key, "\(expected), found \(value)") }
      return value
    }
    chip = Chip(
      banks: try checked("banks", spec.banks, 3...4096),
      kernels: try checked("kernels", spec.kernels, 1...65_536))
  }

  /// Row-stationary arrays.
  public static func serves(_ datapath: any Datapath) -> Bool { datapath is RowStationaryArray }

  /// It fills banks with sums first.
  public static var banks: BankUse { .always }

  /// The layout of the chip's rule.
  public func plan(_ request: MappingRequest) -> LayerPlan {
    let space = RowStationarySpace(request)
    if let shortage = space.scratchpadShortage { return .short(shortage) }
    return space.plan(
      RowStationaryChipRule(space: space, chip: chip).best(), leastRows: space.kernelRows.first)
  }
}

extension EyerissMapper.Spec: DescribedKeys {
  /// What its keys do.
  public static let notes = [
    KeyNote(
      "banks",
      "Banks of the chip's buffer that the rule fills; where the file has more, it is followed for every "
        + "number of banks from these on and the fastest is kept"),
    KeyNote("kernels", "Kernels whose partial sums are in the buffer at once, at most"),
  ]
}
