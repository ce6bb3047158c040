import Foundation
import Inputs
import Testing

@Suite struct YAMLParserTests {
  func message(_ text: String) -> String {
    do {
      _ = try YAMLParser.parse(text, file: "t.yaml")
      return "parsed"
    } catch {
      return error.description
    }
  }

  @Test func placesAndStyles() throws {
    let node = try YAMLParser.parse("%YAML 1.1\n---\na: 1\nb:\n  - 'x'\n", file: "t.yaml")
    guard case .mapping(let entries) = node.content else {
      Issue.record("not a mapping")
      return
    }
    #expect(node.location.description == "t.yaml:3:1")
    #expect(entries.map(\.key) == ["a", "b"])
    #expect(entries[1].keyLocation == SourceLocation(file: "t.yaml", line: 4, column: 1))
    #expect(entries[0].value.content == .scalar(YAMLScalar(text: "1", isPlain: true)))
    guard case .sequence(let items) = entries[1].value.content else {
      Issue.record("not a list")
      return
    }
    #expect(items[0].content == .scalar(YAMLScalar(text: "x", isPlain: false)))
    #expect(items[0].location.description == "t.yaml:5:5")
  }

  /// Own keys win wherever they stand, of several mappings the first; quoted `<<` is a key.
  @Test(arguments: [
    ("b: &a {x: 1, y: 2}\nc: {<<: *a, y: 3}", "y=3 x=1"),
    ("b: &a {x: 1, y: 2}\nc: {y: 3, <<: *a}", "y=3 x=1"),
    ("b: [&a {x: 1}, &d {x: 2, z: 4}]\nc: {<<: [*a, *d]}", "x=1 z=4"),
    ("b: &a {x: 1}\nd: &d {<<: *a, y: 2}\nc:\n  <<: *d\n  z: 3", "z=3 y=2 x=1"),
    ("c: {<<: {x: 1}}", "x=1"),
    ("c: {<<: []}", ""),
    ("c: {'<<': 5}", "<<=5"),
    ("b: &a {x: 1}\r\nc:\r\n  <<: *a\r\n", "x=1"),
  ])
  func mergeKeys(text: String, expected: String) throws {
    let node = try YAMLParser.parse(text, file: "t.yaml")
    guard case .mapping(let entries) = node.content,
      case .mapping(let merged)? = entries.last?.value.content
    else {
      Issue.record("not a mapping")
      return
    }
    let words = merged.map { entry in
      if case .scalar(let scalar) = entry.value.content { return "\(entry.key)=\(scalar.text)" }
      return entry.key
    }
    #expect(words.joined(separator: " ") == expected)
  }

  /// A value that others name by its anchor is of use; one that nobody names is an unknown key.
  @Test func definitionsAreNoUnknownKeys() throws {
    struct Part: Decodable { let x: Int }
    struct Whole: Decodable { let c: Part }
    let used = try YAMLParser.parse("base: &a {x: 1}\nc: {<<: *a}\n", file: "t.yaml")
    #expect(try StrictDecoder().decode(Whole.self, from: used).c.x == 1)
    for text in ["base: &a {x: 1}\nc: {x: 1}\n", "base: {x: 1}\nc: {x: 1}\n"] {
      let unused = try YAMLParser.parse(text, file: "t.yaml")
      let error = #expect(throws: InputError.self) {
        try StrictDecoder().decode(Whole.self, from: unused)
      }
      #expect(error?.description.hasPrefix("t.yaml:1:1: unknown key `base`") == true)
    }
  }

  /// Merged over and over, mappings stay within the limit of aliases.
  @Test func mergeBomb() {
    var text = "a0: &a0 {\((0..<50).map { "k\($0): 1" }.joined(separator: ", "))}\n"
    for level in 1...40 {
      let items = (0..<10).map { "m\($0): {<<: *a\(level - 1)}" }.joined(separator: ", ")
      text += "a\(level): &a\(level) {\(items)}\n"
    }
    #expect(message(text).hasSuffix("aliases expand to more than 100000 values"))
  }

  @Test func aliasBomb() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...40 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(message(text) == "t.yaml:5:45: aliases expand to more than 100000 values")
  }

  @Test func deepNesting() {
    let deep = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
    #expect(message(deep(64)) == "parsed")
    #expect(message(deep(65)) == "t.yaml:1:65: nested deeper than 64 levels")
    #expect(message(deep(9000)) == "t.yaml:1:65: nested deeper than 64 levels")
    var chain = "a0: &a0 [1]\n"
    for level in 1...100 { chain += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(message(chain) == "t.yaml:64:12: nested deeper than 64 levels")
  }

  @Test func anchorsMayBeRedefined() throws {
    let node = try YAMLParser.parse("[&a 1, *a, &a 2, *a]", file: "t.yaml")
    #expect(try StrictDecoder().decode([Int].self, from: node) == [1, 1, 2, 2])
  }

  @Test func coreTags() throws {
    let node = try YAMLParser.parse("[!!str 1, !!int \"2\"]", file: "t.yaml")
    guard case .sequence(let items) = node.content else {
      Issue.record("not a list")
      return
    }
    #expect(try StrictDecoder().decode(String.self, from: items[0]) == "1")
    #expect(try StrictDecoder().decode(Int.self, from: items[1]) == 2)
  }

  @Test func files() throws {
    let folder = try Scratch()
    let path = folder.path("x.yaml")
    try Data("a: 1\né: \u{e9}".utf8 + [0xFF]).write(to: URL(fileURLWithPath: path))
    #expect(fileError(path) == "\(path):2:5: not valid UTF-8")
    try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: path))
    #expect(fileError(path) == "\(path):1:1: not valid UTF-8 but UTF-16, save it as UTF-8")
    try Data([0x61, 0xC3]).write(to: URL(fileURLWithPath: path))
    #expect(fileError(path) == "\(path):1:2: not valid UTF-8")
    try Data(repeating: 0x20, count: (16 << 20) + 1).write(to: URL(fileURLWithPath: path))
    #expect(fileError(path) == "\(path): larger than 16 MiB, too large for a YAML file")
    try Data("a: 1\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try StrictDecoder().decode([String: Int].self, from: .init(path)) == ["a": 1])
    let missing = folder.path("none.yaml")
    #expect(fileError(missing) == "\(missing): no such file")
    #expect(fileError(folder.root) == "\(folder.root): is a directory, not a file")
    let error = #expect(throws: InputError.self) { try YAMLParser.parse(fileAt: missing) }
    #expect(error?.kind == .unreadable)
  }

  func fileError(_ path: String) -> String {
    do {
      _ = try YAMLParser.parse(fileAt: path)
      return "parsed"
    } catch {
      return error.description
    }
  }
}

extension YAMLNode {
  init(_ path: String) throws { self = try YAMLParser.parse(fileAt: path) }
}
