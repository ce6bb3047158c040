internal import Components
public import Inputs

/// A word of a file with its place, where what words there are is not known to this room.
public protocol LocatedWord: Codable, Hashable, Sendable {
  /// What is expected, in words.
  static var meaning: String { get }
  /// The word.
  var word: String { get }
  /// Where it stands.
  var location: SourceLocation { get }
  /// The same as a path.
  var path: String { get }

  /// Takes a word as it stands.
  init(word: String, location: SourceLocation, path: String)
}

extension LocatedWord {
  /// Takes a word as it stands.
  public init(from decoder: any Decoder) throws {
    let raw = try RawNode(from: decoder)
    guard case .scalar(let scalar) = raw.node.content else {
      throw SpecError("", "expected \(Self.meaning)")
    }
    self.init(word: scalar.text, location: raw.node.location, path: raw.path)
  }

  /// Encodes the word.
  public func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    try single.encode(word)
  }

  /// A word that stands nowhere.
  init(_ word: String) {
    self.init(word: word, location: SourceLocation(file: "", line: 1, column: 1), path: "")
  }
}
