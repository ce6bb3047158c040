/// Decodes one value, turning whatever a type throws into a located error.
enum ValueDecoding {
  /// Whether the value is a plain null.
  static func isNull(_ node: YAMLNode) -> Bool {
    guard case .scalar(let scalar) = node.content else { return false }
    return CoreSchema(scalar) == .null
  }

  /// Decodes a value of `type`.
  static func decode<T: Decodable>(_ type: T.Type, at place: NodePlace) throws(InputError) -> T {
    if let value = try ScalarDecoding.decode(type, at: place) { return value }
    let decoder = NodeDecoder(place)
    let known = place.faults?.errors.count ?? 0
    let value: T
    do {
      value = try type.init(from: decoder)
    } catch {
      // What a type says of itself once a part of it was wrong may only follow from that.
      if let errors = place.faults?.errors, errors.count > known { throw errors[known] }
      switch error {
      case let error as InputError: throw error
      case let error as DecodingError: throw located(error, type, place)
      default: throw place.error(String(describing: error))
      }
    }
    try decoder.checkKeys()
    return value
  }

  private static func located<T>(
    _ error: DecodingError, _ type: T.Type, _ place: NodePlace
  ) -> InputError {
    let context: DecodingError.Context
    switch error {
    case .dataCorrupted(let found): context = found
    case .keyNotFound(_, let found): context = found
    case .typeMismatch(_, let found): context = found
    case .valueNotFound(_, let found): context = found
    @unknown default: return place.error(String(describing: error))
    }
    let faulty = place.descend(context.codingPath.dropFirst(place.codingPath.count))
    if faulty.codingPath.count == place.codingPath.count, let message = choice(type, place) {
      return place.error(message)
    }
    return faulty.error(context.debugDescription)
  }

  /// The message for a word that is none of an enumeration's.
  private static func choice<T>(_ type: T.Type, _ place: NodePlace) -> String? {
    guard let cases = type as? any CaseIterable.Type, case .scalar(let scalar) = place.node.content
    else { return nil }
    let names = words(cases)
    guard !names.isEmpty, !names.contains(scalar.text) else { return nil }
    if let near = nearestName(to: scalar.text, among: names) {
      return "unknown value `\(YAMLNode.Content.short(scalar.text))`, did you mean `\(near)`?"
    }
    let list = names.joined(separator: ", ")
    return "expected one of \(list), found \(place.node.content.summary)"
  }

  private static func words<C: CaseIterable>(_ type: C.Type) -> [String] {
    C.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
  }
}
