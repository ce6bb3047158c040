/// Whether a limit itself still fits.
public enum Comparison: String, Codable, CaseIterable, Sendable {
  /// `latency < limit`.
  case strict
  /// `latency <= limit`.
  case inclusive
}
