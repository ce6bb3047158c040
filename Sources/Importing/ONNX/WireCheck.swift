internal import Inputs

/// Walks the bytes of a protocol buffer, says where they are broken, and leaves out what is not decoded.
///
/// The decoder proper only says that they are. A length is compared with the bytes that are there before anything
/// is read. Large raw values, which are most of a model, are not looked at: in their place the copy says where they
/// are in the file, in two fields of its own.
struct WireCheck {
  /// A field on the way from the model to where the walk is.
  private struct Step {
    let field: WireSchema.Field?
    let number: Int
    let index: Int
  }

  /// What becomes of a field.
  private enum Copy {
    /// Its bytes as they are.
    case same
    /// A message of which some part was left out.
    case message(ProtocolBuffer)
    /// Raw values that stay in the file.
    case far(Range<Int>)
  }

  /// Most graphs within one another.
  private static let mostGraphs = 16
  /// Bytes of raw values that are copied: those of a shape, not of weights.
  private static let mostRaw = 1 << 14

  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String
  private let canSeek: Bool
  private var trail: [Step] = []

  private init(_ bytes: UnsafeBufferPointer<UInt8>, file: String, canSeek: Bool) {
    self.bytes = bytes
    self.file = file
    self.canSeek = canSeek
  }

  /// A model's bytes without those that are not decoded; all raw values are kept unless `file` can be read again.
  ///
  /// - Throws: The first fault.
  static func model(
    _ bytes: UnsafeBufferPointer<UInt8>, file: String, canSeek: Bool
  ) throws(InputError) -> [UInt8] {
    var check = WireCheck(bytes, file: file, canSeek: canSeek)
    return try check.message(0..<bytes.count, .model).bytes
  }

  private mutating func message(
    _ range: Range<Int>, _ schema: WireSchema
  ) throws(InputError) -> ProtocolBuffer {
    var kept = ProtocolBuffer()
    var place = range.lowerBound
    var counts: [Int: Int] = [:]
    while place < range.upperBound {
      let start = place
      let tag = try varint(&place, range.upperBound)
      let number = Int(truncatingIfNeeded: tag >> 3)
      guard tag >> 3 >= 1, tag >> 3 < 1 << 29 else {
        throw fault("byte \(start): \(tag >> 3) is no field number")
      }
      let field = schema.fields[number]
      trail.append(Step(field: field, number: number, index: counts[number, default: 0]))
      counts[number, default: 0] += 1
      let copy = try value(&place, range.upperBound, wireType: tag & 7, field, at: start)
      trail.removeLast()
      guard field != nil else { continue }
      switch copy {
      case .same: kept.append(fields: UnsafeBufferPointer(rebasing: bytes[start..<place]))
      case .message(let content): kept.add(UInt64(number), content.bytes)
      case .far(let content):
        kept.add(UInt64(WireSchema.rawOffset), content.lowerBound)
        kept.add(UInt64(WireSchema.rawCount), content.count)
      }
    }
    return kept
  }

  private mutating func value(
    _ place: inout Int, _ end: Int, wireType: UInt64, _ field: WireSchema.Field?, at start: Int
  ) throws(InputError) -> Copy {
    switch wireType {
    case 0: _ = try varint(&place, end)
    case 1: try skip(8, &place, end)
    case 5: try skip(4, &place, end)
    case 2: return try check(try delimited(&place, end), field)
    default: throw fault("byte \(start): wire type \(wireType) does not occur in ONNX")
    }
    try check(wireType: wireType, field, at: start)
    return .same
  }

  /// A number outside a length-delimited run has to be of the field's own kind.
  private func check(
    wireType: UInt64, _ field: WireSchema.Field?, at start: Int
  ) throws(InputError) {
    guard let field else { return }
    switch (field.kind, wireType) {
    case (.varint, 0), (.fixed64, 1), (.fixed32, 5): return
    default: throw fault("byte \(start): wrong wire type \(wireType)")
    }
  }

  private mutating func check(
    _ content: Range<Int>, _ field: WireSchema.Field?
  ) throws(InputError) -> Copy {
    guard let field else { return .same }
    let start = content.lowerBound
    switch field.kind {
    case .bytes: return .same
    case .values: return canSeek && content.count > Self.mostRaw ? .far(content) : .same
    case .message(let schema): return .message(try message(content, schema))
    case .graph:
      guard trail.count <= 3 * Self.mostGraphs + 1 else {
        throw fault("more than \(Self.mostGraphs) graphs within one another")
      }
      return .message(try message(content, .graph))
    case .text:
      let part = UnsafeBufferPointer(rebasing: bytes[content])
      guard String(validating: part, as: UTF8.self) != nil else {
        throw fault("byte \(start): not valid UTF-8")
      }
    case .varint, .fixed32, .fixed64:
      guard field.isRepeated else { throw fault("byte \(start): wrong wire type 2") }
      try run(content, of: field.kind)
    }
    return .same
  }

  private func run(
    _ content: Range<Int>, of kind: WireSchema.Kind
  ) throws(InputError) {
    var place = content.lowerBound
    while place < content.upperBound {
      switch kind {
      case .fixed32: try skip(4, &place, content.upperBound)
      case .fixed64: try skip(8, &place, content.upperBound)
      default: _ = try varint(&place, content.upperBound)
      }
    }
  }

  private func delimited(
    _ place: inout Int, _ end: Int
  ) throws(InputError) -> Range<Int> {
    let start = place
    let length = try varint(&place, end)
    guard length <= UInt64(end - place) else {
      throw fault(
        "byte \(start): a length of \(length), but \(end - place) bytes are left")
    }
    let content = place..<place + Int(length)
    place = content.upperBound
    return content
  }

  private func skip(
    _ count: Int, _ place: inout Int, _ end: Int
  ) throws(InputError) {
    guard end - place >= count else {
      throw fault("byte \(place): ends within a number of \(count) bytes")
    }
    place += count
  }

  private func varint(
    _ place: inout Int, _ end: Int
  ) throws(InputError) -> UInt64 {
    let start = place
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard place < end else { throw fault("byte \(start): ends within a number") }
      let byte = bytes[place]
      place += 1
      value |= shift < 64 ? UInt64(byte & 0x7F) << shift : 0
      if byte < 0x80 { return value }
    }
    throw fault("byte \(start): a number of more than 10 bytes")
  }

  private func fault(_ message: String) -> InputError {
    InputError(message, file: file, path: path)
  }

  /// The trail in words, such as `graph.node[12].attribute[0].name`.
  private var path: String {
    trail.map { step in
      guard let field = step.field else { return "field \(step.number)" }
      return field.isRepeated ? "\(field.name)[\(step.index)]" : field.name
    }.joined(separator: ".")
  }
}
