public import Documents
public import Inputs
public import Reports

/// A stored document that is to be made again: the command that made it, which of its inputs say
/// something else now, and which figures come out differently.
public struct Rerun: Sendable {
  /// What was stored.
  public let document: StoredDocument
  /// The words of the command after `umemaki`.
  public let words: [String]

  /// Reads the command of `document`; throws where it is none of this program.
  public init(_ document: StoredDocument) throws(InputError) {
    guard let words = ShellWords.split(document.command), words.count > 1 else {
      throw InputError(
        "`\(document.command)` is no command of umemaki", file: document.path,
        path: "provenance.command")
    }
    self.document = document
    self.words = Array(words.dropFirst())
  }

  /// The command with another format, for people who have to run it themselves.
  public func command(format: String, output: String?) -> String {
    var kept: [String] = []
    var skips = false
    for word in words {
      if skips {
        skips = false
      } else if ["--format", "-o", "--output"].contains(word) {
        skips = true
      } else if !word.hasPrefix("--format="), !word.hasPrefix("--output=") {
        kept.append(word)
      }
    }
    return ShellWords.joined(
      ["umemaki"] + kept + ["--format", format] + (output.map { ["-o", $0] } ?? []))
  }

  /// A sentence for each input that says something else than it said then, whatever its comments and
  /// layout, or that is not here.
  public var changedInputs: [String] {
    document.inputs.compactMap { input in
      let now = Provenance.Input(fileAt: input.path)
      let saysTheSame = now.content.map { $0 == input.content } ?? false
      guard now.digest != input.digest, !saysTheSame else { return nil }
      return now.digest.isEmpty
        ? "\(input.path) is not here, relative to the working directory"
        : "\(input.path) has changed since: sha256 \(input.digest.prefix(8)) then, "
          + "\(now.digest.prefix(8)) now"
    }
  }

  /// A sentence for each figure of `report`, made by the same command, that is another one now: its
  /// path, in order of names, with both values.
  ///
  /// Provenance and pages are left out: a command is the same by construction, and words may change.
  public func differences(in report: Report) -> [String] {
    var result: [String] = []
    let own: (JSONValue?) -> JSONValue? = { value in
      guard case .object(var members)? = value else { return value }
      members["provenance"] = nil
      members["page"] = nil
      return .object(members)
    }
    Self.compare(own(document.figures), own(report.document), at: "", into: &result)
    return result
  }

  private static func compare(
    _ old: JSONValue?, _ new: JSONValue?, at path: String, into result: inout [String]
  ) {
    switch (old, new) {
    case (.object(let old)?, .object(let new)?):
      for key in Set(old.keys).union(new.keys).sorted() {
        compare(old[key], new[key], at: path.isEmpty ? key : "\(path).\(key)", into: &result)
      }
    case (.array(let old)?, .array(let new)?):
      for index in 0..<max(old.count, new.count) {
        compare(
          old.indices.contains(index) ? old[index] : nil,
          new.indices.contains(index) ? new[index] : nil, at: "\(path)[\(index)]", into: &result)
      }
    default:
      guard !isSame(old, new) else { return }
      result.append("\(path): \(text(old)) then, \(text(new)) now")
    }
  }

  /// A figure that is whole may have been written without a point.
  private static func isSame(_ old: JSONValue?, _ new: JSONValue?) -> Bool {
    switch (old, new) {
    case (.integer(let old)?, .number(let new)?): Double(old) == new
    case (.number(let old)?, .integer(let new)?): old == Double(new)
    case (.null?, .number(let new)?): !new.isFinite
    default: old == new
    }
  }

  private static func text(_ value: JSONValue?) -> String {
    switch value {
    case nil: "nothing"
    case .array(let items)?: "\(items.count) items"
    case .object(let members)?: "\(members.count) members"
    case .some(let value): value.text
    }
  }
}
