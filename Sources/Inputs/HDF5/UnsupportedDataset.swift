/// A dataset or link of a weight file that cannot be read as a tensor.
public struct UnsupportedDataset: Codable, Sendable, Hashable {
  /// The path in the file, without a leading slash.
  public var dataset: String
  /// Why it cannot be read, such as `has rank 3, expected 2 or 4`.
  public var reason: String

  /// Makes an entry from its parts.
  public init(dataset: String, reason: String) {
    self.dataset = dataset
    self.reason = reason
  }
}
