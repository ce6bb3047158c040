/// One step of a YAML document as the parser library reports it.
struct YAMLEvent {
  /// What begins, ends or stands at the place.
  enum Kind {
    case documentStart
    case streamEnd
    case scalar(String, isPlain: Bool)
    case sequenceStart
    case mappingStart
    case collectionEnd
    case alias(String)
    case other
  }

  var kind: Kind
  var location: SourceLocation
  var anchor: String?
  var tag: String?
}
