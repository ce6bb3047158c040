/// Walks the bytes of a protocol buffer and says where they are broken.
///
/// The decoder proper only says that they are. Nothing is copied: a length is compared with the
/// bytes that are there before anything is read.
struct WireCheck {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let file: String

  /// Throws the first fault of a model's bytes.
  static func model(_ bytes: [UInt8], file: String) throws(InputError) {
    let fault = bytes.withUnsafeBufferPointer { buffer -> InputError? in
      do throws(InputError) {
        try WireCheck(bytes: buffer, file: file).message(0..<buffer.count, .model, path: "")
        return nil
      } catch {
        return error
      }
    }
    if let fault { throw fault }
  }

  private func message(
    _ range: Range<Int>, _ schema: WireSchema, path: String
  ) throws(InputError) {
    var place = range.lowerBound
    var counts: [Int: Int] = [:]
    while place < range.upperBound {
      let start = place
      let tag = try varint(&place, range.upperBound, path)
      let number = Int(truncatingIfNeeded: tag >> 3)
      guard tag >> 3 >= 1, tag >> 3 < 1 << 29 else {
        throw fault("byte \(start): \(tag >> 3) is no field number", path)
      }
      let field = schema.fields[number]
      let inner = Self.path(path, field, number, index: counts[number, default: 0])
      counts[number, default: 0] += 1
      switch tag & 7 {
      case 0: _ = try varint(&place, range.upperBound, inner)
      case 1: try skip(8, &place, range.upperBound, inner)
      case 5: try skip(4, &place, range.upperBound, inner)
      case 2:
        let content = try delimited(&place, range.upperBound, inner)
        try check(content, field, inner)
        continue
      default:
        throw fault("byte \(start): wire type \(tag & 7) does not occur in ONNX", inner)
      }
      try check(wireType: tag & 7, field, at: start, inner)
    }
  }

  /// A number outside a length-delimited run has to be of the field's own kind.
  private func check(
    wireType: UInt64, _ field: WireSchema.Field?, at start: Int, _ path: String
  ) throws(InputError) {
    guard let field else { return }
    switch (field.kind, wireType) {
    case (.varint, 0), (.fixed64, 1), (.fixed32, 5): return
    default: throw fault("byte \(start): wrong wire type \(wireType)", path)
    }
  }

  private func check(
    _ content: Range<Int>, _ field: WireSchema.Field?, _ path: String
  ) throws(InputError) {
    guard let field else { return }
    let start = content.lowerBound
    switch field.kind {
    case .bytes: return
    case .message(let schema): try message(content, schema, path: path)
    case .text:
      let part = UnsafeBufferPointer(rebasing: bytes[content])
      guard String(validating: part, as: UTF8.self) != nil else {
        throw fault("byte \(start): not valid UTF-8", path)
      }
    case .varint, .fixed32, .fixed64:
      guard field.isRepeated else { throw fault("byte \(start): wrong wire type 2", path) }
      try run(content, of: field.kind, path)
    }
  }

  private func run(
    _ content: Range<Int>, of kind: WireSchema.Kind, _ path: String
  ) throws(InputError) {
    var place = content.lowerBound
    while place < content.upperBound {
      switch kind {
      case .fixed32: try skip(4, &place, content.upperBound, path)
      case .fixed64: try skip(8, &place, content.upperBound, path)
      default: _ = try varint(&place, content.upperBound, path)
      }
    }
  }

  private func delimited(
    _ place: inout Int, _ end: Int, _ path: String
  ) throws(InputError) -> Range<Int> {
    let start = place
    let length = try varint(&place, end, path)
    guard length <= UInt64(end - place) else {
      throw fault(
        "byte \(start): a length of \(length), but \(end - place) bytes are left", path)
    }
    let content = place..<place + Int(length)
    place = content.upperBound
    return content
  }

  private func skip(
    _ count: Int, _ place: inout Int, _ end: Int, _ path: String
  ) throws(InputError) {
    guard end - place >= count else {
      throw fault("byte \(place): ends within a number of \(count) bytes", path)
    }
    place += count
  }

  private func varint(
    _ place: inout Int, _ end: Int, _ path: String
  ) throws(InputError) -> UInt64 {
    let start = place
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard place < end else { throw fault("byte \(start): ends within a number", path) }
      let byte = bytes[place]
      place += 1
      value |= shift < 64 ? UInt64(byte & 0x7F) << shift : 0
      if byte < 0x80 { return value }
    }
    throw fault("byte \(start): a number of more than 10 bytes", path)
  }

  private func fault(_ message: String, _ path: String) -> InputError {
    InputError(message, file: file, path: path)
  }

  private static func path(
    _ outer: String, _ field: WireSchema.Field?, _ number: Int, index: Int
  ) -> String {
    let name = field.map { $0.isRepeated ? "\($0.name)[\(index)]" : $0.name } ?? "field \(number)"
    return outer.isEmpty ? name : "\(outer).\(name)"
  }
}
