/// The weights that share one scale.
///
/// A scale costs one multiplication per output and no addition.
public enum ScaleGranularity: String, CaseIterable, Codable, Sendable {
  /// The scale is 1, as in the released signed-binary code, where the batch norm absorbs it.
  case unit
  /// One scale for each filter.
  case filter
  /// One scale for the whole layer.
  case layer
}
