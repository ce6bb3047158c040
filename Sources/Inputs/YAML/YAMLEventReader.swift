internal import CYAML

/// Turns bytes into events, one at a time.
final class YAMLEventReader {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private let bytes: [UInt8]
  private let file: String

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    input = .allocate(capacity: max(1, bytes.count))
    _ = input.initialize(from: bytes.isEmpty ? [0] : bytes)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    precondition(yaml_parser_initialize(parser) == 1, "out of memory")
    yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  /// The next event, or the syntax error found instead.
  func next() throws(InputError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
    defer { yaml_event_delete(&event) }
    let location = place(event.start_mark)
    switch event.type {
    case YAML_DOCUMENT_START_EVENT:
      return YAMLEvent(kind: .documentStart, location: location)
    case YAML_STREAM_END_EVENT:
      return YAMLEvent(kind: .streamEnd, location: location)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      return YAMLEvent(
        kind: .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE),
        location: location, anchor: string(scalar.anchor), tag: string(scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      let start = event.data.sequence_start
      return YAMLEvent(
        kind: .sequenceStart, location: location, anchor: string(start.anchor),
        tag: string(start.tag))
    case YAML_MAPPING_START_EVENT:
      let start = event.data.mapping_start
      return YAMLEvent(
        kind: .mappingStart, location: location, anchor: string(start.anchor),
        tag: string(start.tag))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      return YAMLEvent(kind: .collectionEnd, location: location)
    case YAML_ALIAS_EVENT:
      return YAMLEvent(kind: .alias(string(event.data.alias.anchor) ?? ""), location: location)
    default:
      return YAMLEvent(kind: .other, location: location)
    }
  }

  private func syntaxError() -> InputError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "cannot be parsed"
    if parser.pointee.error == YAML_READER_ERROR {
      let place = UTF8Check.place(of: parser.pointee.problem_offset, in: bytes, file: file)
      return InputError(problem, at: place)
    }
    let context = parser.pointee.context.map { String(cString: $0) + ", " } ?? ""
    let place = place(parser.pointee.problem_mark)
    return InputError(
      context + problem + (tabHint(problem, place) ?? quotesHint(context, place)), at: place)
  }

  /// What to do about a tab where blanks are due.
  private func tabHint(_ problem: String, _ place: SourceLocation) -> String? {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard !problem.contains("tab"), lines.indices.contains(place.line - 1) else { return nil }
    let text = String(decoding: lines[place.line - 1], as: UTF8.self).unicodeScalars
    guard text.dropFirst(place.column - 1).first == "\t" else { return nil }
    return ": a tab; YAML is indented with blanks"
  }

  /// What to do about a bracket that stands inside a value of `{...}` or `[...]`.
  private func quotesHint(_ context: String, _ place: SourceLocation) -> String {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard context.contains("flow"), lines.indices.contains(place.line - 1) else { return "" }
    let text = String(decoding: lines[place.line - 1], as: UTF8.self).unicodeScalars
    let before = text.prefix(max(place.column - 1, 0))
    guard let bracket = text.dropFirst(before.count).first, bracket == "[" || bracket == "{",
      before.last.map({ $0 != " " && $0 != "," }) == true
    else { return "" }
    return "; a value with `\(bracket)` needs quotes here, such as \"a\(bracket)b"
      + (bracket == "[" ? "]\"" : "}\"")
  }

  private func place(_ mark: yaml_mark_t) -> SourceLocation {
    SourceLocation(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  private func string(_ text: UnsafeMutablePointer<UInt8>?) -> String? {
    text.map { String(cString: $0) }
  }
}
