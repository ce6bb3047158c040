package import Components

/// Maps that a network reads beside its `input`: further images, masks, caches, or what something that
/// is no layer makes in between.
public struct InputsSpec: Decodable, Hashable, Sendable {
  /// One of them.
  struct Entry: Hashable, Sendable {
    /// The name by which layers read it.
    let name: String
    /// Its extents, in the forms that `input` has.
    let extents: [Int]
  }

  /// The inputs, sorted by name.
  let entries: [Entry]

  /// Decodes a mapping of names to extents.
  public init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    entries = try single.decode([String: [Int]].self).sorted { $0.key < $1.key }
      .map { Entry(name: $0.key, extents: $0.value) }
  }

  init(entries: [Entry]) { self.entries = entries }
}

extension InputsSpec: SchemaDescribed {
  package static var schemaNode: SchemaNode { .map(.array(.integer)) }
  package static var schemaExample: InputsSpec { InputsSpec(entries: []) }
}
