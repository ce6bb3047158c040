internal import Foundation
public import Inputs
public import Reports

/// A report that was written as JSON, to be made again in another format.
///
/// The file holds figures, not all that pictures need. It names its command and the digests of its
/// inputs, though, and equal inputs give equal figures: so the command is run again, and refused
/// unless the inputs say the same, whatever their comments, and every figure comes out as it is stored.
public struct StoredReport: Sendable {
  /// The file.
  public let path: String
  /// The command that wrote it.
  public let command: String
  /// The words of the command after `umemaki`.
  public let words: [String]
  /// What the document is, such as `umemaki.run/1`.
  public let schema: String
  private let version: String
  private let inputs: [Provenance.Input]
  private let data: Data

  /// The part that every document has.
  private struct Header: Decodable {
    struct Origin: Decodable {
      struct Input: Decodable {
        let path: String
        let sha256: String
        let content_sha256: String?
      }
      let tool: String
      let version: String
      let command: String
      let inputs: [Input]
    }
    let schema: String
    let provenance: Origin
  }

  /// Reads a file that `--format json` wrote.
  public init(_ path: String) throws(InputError) {
    guard let data = FileManager.default.contents(ofInputAt: path) else {
      throw InputError("no such file, or it cannot be read", file: path, kind: .unreadable)
    }
    guard let header = try? JSONDecoder().decode(Header.self, from: data),
      header.provenance.tool == "umemaki"
    else {
      throw InputError(
        "expected the folder of a sweep, or a file that `--format json` wrote, with `schema` and "
          + "`provenance`", file: path)
    }
    guard let words = ShellWords.split(header.provenance.command), words.count > 1 else {
      throw InputError(
        "`\(header.provenance.command)` is no command of umemaki", file: path,
        path: "provenance.command")
    }
    self.path = path
    self.data = data
    self.words = Array(words.dropFirst())
    command = header.provenance.command
    schema = header.schema
    version = header.provenance.version
    inputs = header.provenance.inputs.map {
      .init(path: $0.path, digest: $0.sha256, content: $0.content_sha256)
    }
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

  /// The file as it is.
  public var text: String { String(decoding: data, as: UTF8.self) }

  /// Refuses unless every input says what it said then; `advice` ends the message.
  public func checkInputs(advice: String) throws(InputError) {
    for input in inputs {
      let now = Provenance.Input(fileAt: input.path)
      let saysTheSame = now.content.map { $0 == input.content } ?? false
      guard now.digest != input.digest, !saysTheSame else { continue }
      let what =
        now.digest.isEmpty
        ? "is not here, relative to the working directory"
        : "has changed since: sha256 \(input.digest.prefix(8)) then, \(now.digest.prefix(8)) now"
      throw InputError(
        "made from \(input.path), which \(what); \(advice)", file: path, path: "provenance.inputs")
    }
  }

  /// Refuses unless `report`, made by the same command, has every figure of the file.
  public func check(_ report: Report, advice: String) throws(InputError) {
    let new = Data(report.document.text.utf8)
    guard let difference = Self.difference(Self.value(data), Self.value(new), at: "") else {
      return
    }
    let origin =
      version == umemakiVersion
      ? "this umemaki" : "umemaki \(umemakiVersion), which is not the \(version) that wrote it,"
    throw InputError(
      "\(origin) computes other figures from the same inputs; \(advice)", file: path,
      path: difference)
  }

  private static func value(_ data: Data) -> Any? {
    guard
      var members = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
    else { return nil }
    // The command is the same by construction, and a new version may well compute the same.
    members["provenance"] = nil
    return members
  }

  /// The path of the first member, in order of names, that the two do not share.
  private static func difference(_ old: Any?, _ new: Any?, at path: String) -> String? {
    switch (old, new) {
    case (let old as [String: Any], let new as [String: Any]):
      for key in Set(old.keys).union(new.keys).sorted() {
        let place = path.isEmpty ? key : "\(path).\(key)"
        if let found = difference(old[key], new[key], at: place) { return found }
      }
      return nil
    case (let old as [Any], let new as [Any]):
      for index in 0..<max(old.count, new.count) {
        let pair = [old, new].map { $0.indices.contains(index) ? $0[index] : nil }
        if let found = difference(pair[0], pair[1], at: "\(path)[\(index)]") { return found }
      }
      return nil
    case (let old as NSObject, let new as NSObject): return old.isEqual(new) ? nil : path
    case (nil, nil): return nil
    default: return path
    }
  }
}
