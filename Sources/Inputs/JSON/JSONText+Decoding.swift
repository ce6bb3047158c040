extension YAMLEncoder {
  /// The tree of a value, keys in snake case; `null` for what encodes nothing and, unlike in a file, for
  /// numbers that are not finite.
  package static func tree<Value: Encodable>(of value: Value) throws -> YAMLNode {
    let slot = EncodedSlot(codingPath: [], takesNonFinite: true)
    try slot.encode(value)
    return slot.node
  }
}

extension EncodedSlot {
  fileprivate var node: YAMLNode {
    let content: YAMLNode.Content =
      switch content {
      case .null: .scalar(YAMLScalar(text: "null", isPlain: true))
      case .scalar(let word): .scalar(YAMLScalar(text: word, isPlain: true))
      case .text(let text): .scalar(YAMLScalar(text: text, isPlain: false))
      case .sequence(let slots): .sequence(slots.map(\.node))
      case .mapping(let entries):
        .mapping(
          entries.map { YAMLEntry(key: $0.key, keyLocation: Self.nowhere, value: $0.slot.node) })
      }
    return YAMLNode(content: content, location: Self.nowhere)
  }

  private static let nowhere = SourceLocation(file: "", line: 1, column: 1)
}

extension JSONText {
  /// Decodes a value from the whole text without the members called `others`; throws at the place of
  /// what is wrong.
  package func decode<Value: Decodable>(
    _ type: Value.Type, leaving others: Set<String>
  ) throws(InputError) -> Value {
    var root = YAMLNode(root, in: file)
    if case .mapping(let entries) = root.content {
      root.content = .mapping(entries.filter { !others.contains($0.key) })
    }
    do throws(InputError) {
      return try StrictDecoder().decode(type, from: root)
    } catch {
      throw placed(error)
    }
  }

  /// An error whose columns count bytes of the text, at its line and column.
  private func placed(_ error: InputError) -> InputError {
    var error = error
    if let location = error.location {
      error.location = UTF8Check.place(of: location.column, in: bytes, file: file)
    }
    error.others = error.others.map(placed)
    return error
  }
}

extension YAMLNode {
  /// The same value; its column counts bytes of the whole text, since lines are only asked for where
  /// something is wrong.
  fileprivate init(_ node: JSONNode, in file: String) {
    let place = SourceLocation(file: file, line: 1, column: node.offset)
    func scalar(_ text: String, isPlain: Bool) -> YAMLNode.Content {
      .scalar(YAMLScalar(text: text, isPlain: isPlain))
    }
    let content: YAMLNode.Content =
      switch node.content {
      case .null: scalar("null", isPlain: true)
      case .bool(let value): scalar("\(value)", isPlain: true)
      case .number(let word): scalar(word, isPlain: true)
      case .text(let text): scalar(text, isPlain: false)
      case .list(let items): .sequence(items.map { YAMLNode($0, in: file) })
      case .mapping(let members):
        .mapping(
          members.map {
            YAMLEntry(
              key: $0.key,
              keyLocation: SourceLocation(file: file, line: 1, column: $0.value.offset),
              value: YAMLNode($0.value, in: file))
          })
      }
    self.init(content: content, location: place)
  }
}
