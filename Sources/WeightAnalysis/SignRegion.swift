/// The part of a filter whose weights share one sign under signed-binary.
///
/// The released code has one region per filter; half the channels is an ablation of the paper
/// (PLUM, arXiv 2312.01581).
public enum SignRegion: String, CaseIterable, Codable, Sendable {
  /// All of a filter.
  case perFilter = "per-filter"
  /// Either half of a filter's channels, the first half rounded down.
  case intraFilter = "intra-filter"

  /// The first column of each region and, last, the end.
  func bounds(of shape: FilterShape) throws(WeightError) -> [Int] {
    switch self {
    case .perFilter: return [0, shape.filterSize]
    case .intraFilter:
      guard shape.channels > 1 else {
        throw .setting(name: "region", message: "intra-filter regions need two channels or more")
      }
      return [0, shape.channels / 2 * shape.sliceSize, shape.filterSize]
    }
  }
}
