internal import Foundation
public import Inputs

/// A constant of a model: its shape, and its values where the file has them.
public struct ONNXTensor: Sendable {
  /// Largest extent accepted.
  public static let largestExtent = 1 << 31
  /// Most elements accepted in one tensor.
  public static let mostElements = 1 << 40
  /// Most values that `integers()` gives: a shape, not data.
  public static let mostIntegers = 1024

  /// The name, empty for the value of an attribute.
  public let name: String
  /// The extents, their product at most `mostElements`.
  public let dimensions: [Int]
  /// Where it stands, such as `graph.initializer[3] "conv1.weight"`.
  public let path: String
  let file: String
  let message: TensorMessage

  init(_ message: TensorMessage, file: String, path: String) throws(InputError) {
    self.message = message
    self.file = file
    name = message.name
    self.path = message.name.isEmpty ? path : "\(path) \(ONNXText.quoted(message.name))"
    var elements = 1
    for (index, size) in message.dimensions.enumerated() {
      guard (0...Int64(Self.largestExtent)).contains(size) else {
        throw InputError(
          "dimension \(index): expected 0 to \(Self.largestExtent), found \(size)", file: file,
          path: self.path)
      }
      let product = elements.multipliedReportingOverflow(by: Int(size))
      guard !product.overflow, product.partialValue <= Self.mostElements else {
        throw InputError("more than \(Self.mostElements) elements", file: file, path: self.path)
      }
      elements = product.partialValue
    }
    dimensions = message.dimensions.map { Int($0) }
  }

  /// Number of elements.
  public var count: Int { dimensions.reduce(1, *) }

  /// Whether the values are in the file or in one beside it; a shape alone is not enough.
  public var hasData: Bool {
    message.location == 1 || message.hasRaw || !message.floats.isEmpty
      || !message.integers32.isEmpty || !message.integers64.isEmpty || !message.doubles.isEmpty
  }

  /// The values of a short list of whole numbers within the file, such as a shape; nil for
  /// anything else.
  public func integers() throws(InputError) -> [Int]? {
    guard count <= Self.mostIntegers, message.location == 0, hasData || count == 0 else {
      return nil
    }
    switch ONNXElement(rawValue: message.dataType) {
    case .int64:
      return !message.hasRaw
        ? try checked(message.integers64.map { Int($0) })
        : try words(raw()) { (bytes: UInt64) in Int(Int64(bitPattern: bytes)) }
    case .int32:
      return !message.hasRaw
        ? try checked(message.integers32.map { Int($0) })
        : try words(raw()) { (bytes: UInt32) in Int(Int32(bitPattern: bytes)) }
    case .bool:
      return !message.hasRaw
        ? try checked(message.integers32.map { $0 == 0 ? 0 : 1 })
        : try words(raw()) { (bits: UInt8) in bits == 0 ? 0 : 1 }
    default: return nil
    }
  }

  /// The values of a short tensor within the file: whole numbers, truths, or numbers.
  ///
  /// Nil for anything else.
  func numbers() throws(InputError) -> Numbers? {
    if let whole = try integers() { return .whole(whole) }
    guard count <= Self.mostNumbers, message.location == 0, hasData || count == 0,
      [1, 10, 11, 16].contains(message.dataType)
    else { return nil }
    return try? .real(floats().map { Double($0) })
  }

  /// Most values that `numbers()` gives of those that are not whole.
  private static let mostNumbers = 64

  /// The values as numbers of single precision, in the order of the file.
  ///
  /// Throws when the file has no values, fewer or more than the shape asks for, or a type that is
  /// no number of at most 32 bits.
  public func floats() throws(InputError) -> [Float] {
    guard hasData || count == 0 else {
      throw error("has a shape but no values, import without --weights or export them")
    }
    guard let element = ONNXElement(rawValue: message.dataType) else {
      throw error("element type \(message.dataType) is not read")
    }
    guard message.location == 1 || message.hasRaw else { return try typed(element) }
    let raw =
      message.location == 1 ? try ONNXExternalData(self).read(count * element.size) : try raw()
    switch element {
    case .float: return try words(raw) { (bits: UInt32) in Float(bitPattern: bits) }
    case .double: return try words(raw) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    case .float16: return try words(raw) { (bits: UInt16) in Float(half: bits) }
    case .bfloat16:
      return try words(raw) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .int8: return try words(raw) { (bits: UInt8) in Float(Int8(bitPattern: bits)) }
    case .uint8: return try words(raw) { (bits: UInt8) in Float(bits) }
    case .int32: return try words(raw) { (bits: UInt32) in Float(Int32(bitPattern: bits)) }
    case .uint16: return try words(raw) { (bits: UInt16) in Float(bits) }
    case .int16: return try words(raw) { (bits: UInt16) in Float(Int16(bitPattern: bits)) }
    case .bool: return try words(raw) { (bits: UInt8) in bits == 0 ? 0 : 1 }
    case .int64: throw error("whole numbers of 64 bits are not read as weights")
    }
  }

  /// The raw values, from the file where they stayed there.
  private func raw() throws(InputError) -> Data {
    guard message.rawCount > 0 else { return message.raw }
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw error("its values cannot be read")
    }
    defer { try? handle.close() }
    guard let data = handle.data(at: Int(message.rawOffset), count: Int(message.rawCount)) else {
      throw error("its values cannot be read, the file is no longer what it was")
    }
    return data
  }

  /// The values of the fields that hold them one by one.
  private func typed(_ element: ONNXElement) throws(InputError) -> [Float] {
    switch element {
    case .float: return try checked(message.floats)
    case .double: return try checked(message.doubles.map { Float($0) })
    case .float16:
      return try checked(message.integers32.map { Float(half: UInt16(truncatingIfNeeded: $0)) })
    case .bfloat16:
      return try checked(
        message.integers32.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) })
    case .int8, .uint8, .int16, .uint16, .int32, .bool:
      return try checked(message.integers32.map { Float($0) })
    case .int64: throw error("whole numbers of 64 bits are not read as weights")
    }
  }

  private func checked<Value>(_ values: [Value]) throws(InputError) -> [Value] {
    guard values.count == count else {
      throw error("\(values.count) values for a shape of \(count)")
    }
    return values
  }

  /// Little-endian words; nothing is allocated before the number of bytes is right.
  private func words<Word: FixedWidthInteger, Value>(
    _ raw: Data, _ value: (Word) -> Value
  ) throws(InputError) -> [Value] {
    let size = MemoryLayout<Word>.size
    guard raw.count == count * size else {
      throw error("\(raw.count) bytes of values, expected \(count * size)")
    }
    return raw.withUnsafeBytes { bytes in
      (0..<count).map {
        value(Word(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * size, as: Word.self)))
      }
    }
  }

  func error(_ message: String) -> InputError { InputError(message, file: file, path: path) }
}

/// The element types that are read; numbers of `TensorProto.DataType`.
enum ONNXElement: Int32 {
  case float = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case bool = 9
  case float16 = 10
  case double = 11
  case bfloat16 = 16

  /// Bytes of an element.
  var size: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float, .int32: 4
    case .int64, .double: 8
    }
  }
}
