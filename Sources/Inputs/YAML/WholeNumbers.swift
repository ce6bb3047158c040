/// The whole numbers that files hold as one word.
enum WholeNumbers {
  private static let types: [ObjectIdentifier: any (FixedWidthInteger & SendableMetatype).Type] = {
    let all: [any (FixedWidthInteger & SendableMetatype).Type] = [
      Int.self, Int8.self, Int16.self, Int32.self, Int64.self, Int128.self, UInt.self, UInt8.self,
      UInt16.self, UInt32.self, UInt64.self, UInt128.self,
    ]
    return Dictionary(all.map { (ObjectIdentifier($0), $0) }) { first, _ in first }
  }()

  /// `type` when it is one of them.
  ///
  /// A look-up by the type itself: asking a type for its conformance costs tens of thousands of
  /// instructions where it has none, once for each type.
  static func type<T>(_ type: T.Type) -> (any FixedWidthInteger.Type)? {
    guard MemoryLayout<T>.size <= 16 else { return nil }
    return types[ObjectIdentifier(type)]
  }
}
