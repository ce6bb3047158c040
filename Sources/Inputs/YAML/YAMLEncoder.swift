/// Writes values as block-style YAML that decodes to the same values.
public struct YAMLEncoder {
  /// Makes an encoder.
  public init() {}

  /// The YAML text of a value, its keys in the order encoded and in snake case.
  public func encode<T: Encodable>(_ value: T) throws -> String {
    let slot = EncodedSlot(codingPath: [])
    try slot.encode(value)
    return YAMLWriter.text(of: slot)
  }
}
