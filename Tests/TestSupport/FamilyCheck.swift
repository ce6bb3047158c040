internal import Foundation

/// A family of components as *Adding things* describes it: the folder of its members, the protocol they
/// conform to, and the list that names them.
public struct FamilyCheck: Sendable {
  /// The folder, from the root.
  public let folder: String
  /// The protocol.
  public let conformance: String
  /// The type that holds the list, and the list's name.
  public let list: (type: String, member: String)

  /// A family.
  public init(folder: String, conformance: String, list: (type: String, member: String)) {
    self.folder = folder
    self.conformance = conformance
    self.list = list
  }

  /// Everything that is wrong: no such folder, protocol or list, a member that is missing in the list,
  /// an entry that is no member.
  public func faults() throws -> [String] {
    let sources = try Self.sources(below: folder)
    guard !sources.isEmpty else { return ["no sources in \(folder)"] }
    let everything = try Self.sources(below: "Sources")
    guard everything.contains(where: { declares("protocol", conformance, in: $0.text) }) else {
      return ["no protocol \(conformance)"]
    }
    guard let holder = everything.first(where: { holdsList($0.text) }) else {
      return ["no list \(list.type).\(list.member)"]
    }
    let members = members(of: sources)
    let listed = listed(in: holder.text)
    return members.subtracting(listed).sorted().map { "add \($0).self to \(holder.name)" }
      + listed.subtracting(members).sorted().map { "\($0) of \(holder.name) is not in \(folder)" }
      + (members.isEmpty ? ["no member in \(folder)"] : [])
  }

  /// Types of the folder that conform to the protocol, or to one that refines it.
  private func members(of sources: [(name: String, text: String)]) -> Set<String> {
    var protocols: Set = [conformance]
    var count = 0
    while protocols.count > count {
      count = protocols.count
      for source in sources {
        for found in Self.declarations(of: "protocol", in: source.text)
        where !protocols.isDisjoint(with: found.parents) { protocols.insert(found.name) }
      }
    }
    var members = Set<String>()
    for source in sources {
      for keyword in ["struct", "enum", "class"] {
        for found in Self.declarations(of: keyword, in: source.text)
        where !protocols.isDisjoint(with: found.parents) { members.insert(found.name) }
      }
    }
    return members
  }

  private func holdsList(_ text: String) -> Bool {
    ["enum", "struct", "extension"].contains { declares($0, list.type, in: text) }
      && text.contains("static let \(list.member)")
  }

  private func declares(_ keyword: String, _ name: String, in text: String) -> Bool {
    text.firstMatch(of: Self.regex("\\b\(keyword) \(name)\\b")) != nil
  }

  /// The types between the brackets of the list.
  private func listed(in text: String) -> Set<String> {
    guard let start = text.range(of: "static let \(list.member)"),
      let opening = text[start.upperBound...].firstIndex(of: "=").flatMap({ equals in
        text[equals...].firstIndex(of: "[")
      })
    else { return [] }
    var depth = 0
    var end = opening
    for index in text[opening...].indices {
      if text[index] == "[" { depth += 1 }
      if text[index] == "]" { depth -= 1 }
      end = index
      if depth == 0 { break }
    }
    return Set(
      text[opening..<end].matches(of: Self.regex("(\\w+)\\.self")).compactMap {
        $0.output[1].substring.map(String.init)
      })
  }

  /// Declarations with what they inherit from or conform to.
  private static func declarations(
    of keyword: String, in text: String
  ) -> [(name: String, parents: Set<String>)] {
    text.matches(of: regex("(?m)^[a-z ]*\\b\(keyword) (\\w+): ([^{]+)\\{")).compactMap { match in
      guard let name = match.output[1].substring, let parents = match.output[2].substring else {
        return nil
      }
      let words = parents.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
      return (String(name), Set(words))
    }
  }

  private static func regex(_ pattern: String) -> Regex<AnyRegexOutput> {
    guard let regex = try? Regex(pattern) else { preconditionFailure("\(pattern) is no pattern") }
    return regex
  }

  /// The Swift files below a folder.
  private static func sources(below folder: String) throws -> [(name: String, text: String)] {
    let root = Repository.root.appending(path: folder)
    let files =
      FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    return try files.filter { $0.hasSuffix(".swift") }.sorted().map { name in
      (name, try String(contentsOf: root.appending(path: name), encoding: .utf8))
    }
  }
}
