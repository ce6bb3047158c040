/// The number formats a weight tensor may be stored in.
public enum ElementType: String, Codable, Sendable, CaseIterable {
  /// IEEE half precision.
  case float16
  /// The upper half of a single.
  case bfloat16
  /// IEEE single precision.
  case float32
  /// IEEE double precision.
  case float64
  /// Signed bytes.
  case int8
}
