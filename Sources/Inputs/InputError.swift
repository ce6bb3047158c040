/// What is wrong with an input file, and where.
public struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Whether the file could be read at all.
  public enum Kind: Hashable, Sendable {
    /// The file was read and its contents are wrong.
    case malformed
    /// The file has a key that nothing asked for.
    case unknownKey
    /// The file is missing or cannot be read.
    case unreadable
    /// The file, an output, cannot be created or written.
    case unwritable
  }

  /// Whether the file could be read at all.
  public var kind: Kind
  /// The file, when it is known.
  public var file: String?
  /// The place in a text file.
  public var location: SourceLocation?
  /// The value's path such as `memory.buffers[2].size`, a dataset's name, or nothing.
  public var path: String
  /// What is wrong, in plain words.
  public var message: String
  /// What the message counts up; each stands on an indented line below it.
  public var details: [String] = []
  /// What else is wrong with the same file; each is said on a line of its own.
  public var others: [InputError] = []

  /// Makes an error at a place of a text file.
  public init(
    _ message: String, at location: SourceLocation, path: String = "", kind: Kind = .malformed
  ) {
    self.kind = kind
    self.file = location.file
    self.location = location
    self.path = path
    self.message = message
  }

  /// Makes an error about a file as a whole, or about the part of it that `path` names.
  public init(
    _ message: String, file: String?, path: String = "", kind: Kind = .malformed
  ) {
    self.kind = kind
    self.file = file
    self.location = nil
    self.path = path
    self.message = message
  }

  /// The most of `others` that are said; a file with more has the same mistake again and again.
  private static let mostSaid = 99

  /// The error on one line, `file:line:column: path: message` without the absent parts, and a line
  /// for each of the first others.
  ///
  /// Whatever names hold, each stays on one line and a terminal shows it as it is.
  public var description: String {
    let place = location?.description ?? file ?? ""
    let own = [place, path, message].filter { !$0.isEmpty }.joined(separator: ": ")
    let lines = [own] + details.map { "  \($0)" }
    let left = others.count - Self.mostSaid
    return
      (lines.map(VisibleText.line) + others.prefix(Self.mostSaid).map(\.description)
      + (left > 0 ? ["and \(left) more"] : [])).joined(separator: "\n")
  }
}
