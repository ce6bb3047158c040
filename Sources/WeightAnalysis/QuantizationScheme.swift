/// The alphabet of a quantized tensor.
///
/// Signed-binary is "locally binary, globally ternary": {0, 1} or {0, -1} per region (Kuhar et al.,
/// PLUM, TMLR 2024, arXiv 2312.01581).
public enum QuantizationScheme: String, CaseIterable, Codable, Sendable {
  /// {0, a} or {0, -a}, one of the two in each region.
  case signedBinary = "signed-binary"
  /// {a, -a}.
  case binary
  /// {a, 0, -a}.
  case ternary
}
