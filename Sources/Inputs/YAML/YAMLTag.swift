/// The tags of the YAML core schema.
enum YAMLTag: String {
  case str, int, float, bool, null, seq, map

  /// The tag an event carries, an error for a tag that is not of the core schema or does not fit.
  static func check(_ event: YAMLEvent) throws(InputError) -> YAMLTag? {
    guard let text = event.tag else { return nil }
    let prefix = "tag:yaml.org,2002:"
    guard text.hasPrefix(prefix), let tag = YAMLTag(rawValue: String(text.dropFirst(prefix.count)))
    else {
      let shown = text.hasPrefix(prefix) ? "!!" + text.dropFirst(prefix.count) : text
      throw InputError("tag `\(shown)` is not supported", at: event.location)
    }
    let fits =
      switch event.kind {
      case .sequenceStart: tag == .seq
      case .mappingStart: tag == .map
      default: tag != .seq && tag != .map
      }
    if !fits {
      throw InputError("tag `!!\(tag.rawValue)` does not fit this value", at: event.location)
    }
    return tag
  }
}
