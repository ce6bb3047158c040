/// What one key of a specification says, for people: the schema's `description` and the page of options
/// are made from it.
public struct KeyNote: Hashable, Sendable {
  /// The key in files, in snake case.
  public let key: String
  /// What the value does, a sentence, with the unit where it has one; its full stop may be left out.
  public let text: String
  /// What is taken where the key is left out, as a file would say it or in words; nil for a key that
  /// must be given.
  public let defaultValue: String?
  /// Where the option or its default comes from; nil for this program's own.
  public let source: String?

  /// Makes a note.
  public init(_ key: String, _ text: String, default value: String? = nil, source: String? = nil) {
    self.key = key
    self.text = text
    defaultValue = value
    self.source = source
  }

  /// All of it as one text.
  public var description: String {
    (text.hasSuffix(".") ? text : text + ".") + (defaultValue.map { " Default: \($0)." } ?? "")
      + (source.map { " Source: \($0)." } ?? "")
  }
}

/// A specification that says what its keys do, beside the place where it declares them.
///
///     extension Spec: DescribedKeys {
///       public static let notes = [
///         KeyNote("window", "Queries that are looked back at", default: "32", source: "SUSHI, 4.3")
///       ]
///     }
public protocol DescribedKeys {
  /// One note for every key.
  static var notes: [KeyNote] { get }
}
