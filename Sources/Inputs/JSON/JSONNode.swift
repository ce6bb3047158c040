/// One value of a JSON text and where it begins.
package struct JSONNode: Sendable {
  /// What the value is.
  package enum Content: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number as it was written.
    case number(String)
    /// A text, its escapes resolved.
    case text(String)
    /// A list.
    case list([JSONNode])
    /// A mapping, in the order written; no key is there twice.
    case mapping([(key: String, value: JSONNode)])
  }

  /// What the value is.
  package let content: Content
  /// The byte at which it begins, from 0.
  package let offset: Int

  /// The member called `key` of a mapping.
  package subscript(key: String) -> JSONNode? {
    guard case .mapping(let members) = content else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The text, where the value is one.
  package var text: String? {
    if case .text(let text) = content { return text }
    return nil
  }

  /// What a message calls the value.
  package var word: String {
    switch content {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let text): text
    case .text: "a text"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}
