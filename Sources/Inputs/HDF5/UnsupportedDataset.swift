/// A dataset or link of a weight file that cannot be read as a tensor.
public struct UnsupportedDataset: Codable, Sendable, Hashable {
  /// The path in the file, without a leading slash.
  public var dataset: String
  /// Why it cannot be read, such as `has rank 3, expected 2 or 4`.
  public var reason: String
  /// Whether only the filter that its values are compressed with is missing.
  public var lacksFilter: Bool

  /// Makes an entry from its parts.
  public init(dataset: String, reason: String, lacksFilter: Bool = false) {
    self.dataset = dataset
    self.reason = reason
    self.lacksFilter = lacksFilter
  }
}
