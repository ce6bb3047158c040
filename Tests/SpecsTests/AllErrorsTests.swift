import Architectures
import Components
import Foundation
import Networks
import Serving
import TestSupport
import Testing

@testable import Inputs

/// Files with several mistakes say each of them once.
@Suite struct AllErrorsTests {
  private static let seed: UInt64 = 20_261_127

  /// Paths of all single values below a node.
  private func leaves(_ node: YAMLNode, _ path: String) -> [(path: String, node: YAMLNode)] {
    switch node.content {
    case .scalar: [(path, node)]
    case .sequence(let items):
      items.enumerated().flatMap { leaves($1, "\(path)[\($0)]") }
    case .mapping(let entries):
      entries.flatMap { leaves($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
    }
  }

  private func errors(_ file: SpecFile) -> [InputError] {
    do {
      _ = try Architecture(file)
      return []
    } catch {
      return error.all
    }
  }

  private func broken(
    _ file: SpecFile, _ leaves: [(path: String, node: YAMLNode)]
  ) throws -> SpecFile {
    var result = file
    for leaf in leaves {
      result = try result.replacing(
        leaf.path, with: YAMLNode(text: "no such value", at: leaf.node.location))
    }
    return result
  }

  /// A value that is wrong alone is said the same way among others, and nothing else is said.
  ///
  /// The order is that of the file; the numbers come from a fixed seed.
  @Test(arguments: ["sushi-zcu104", "eyeriss-v1", "systolic-32-os", "plum-sr"])
  func mistakesAreIndependent(name: String) throws {
    let file = try SpecFile(path: Repository.root.appending(path: "arch/\(name).yaml").path)
    var wrong: [(leaf: (path: String, node: YAMLNode), error: InputError)] = []
    for leaf in leaves(file.node, "") {
      let found = errors(try broken(file, [leaf]))
      // A text may be anything, and the name of an array's kind is looked up elsewhere.
      guard found.count == 1, found[0].path == leaf.path else { continue }
      wrong.append((leaf, found[0]))
    }
    #expect(wrong.count > 10)
    var random = SeededRandom(seed: Self.seed)
    for round in 0..<40 {
      let chosen = wrong.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
      guard !chosen.isEmpty else { continue }
      let found = errors(try broken(file, chosen.map(\.leaf)))
      #expect(found == chosen.map(\.error), "seed \(Self.seed), round \(round)")
    }
  }

  private func messages(_ text: String) throws -> [String] {
    let file = SpecFile(path: "w.yaml", node: try YAMLParser.parse(text, file: "w.yaml"))
    do {
      _ = try Workload(file)
      return []
    } catch {
      return error.all.map(\.description)
    }
  }

  @Test func layersAreCheckedOneByOne() throws {
    #expect(
      try messages(
        """
        name: w
        summary: s
        source: t
        layers:
          - {name: a, operator: convolution, input: [4, 8, 8], output_channels: 4, kernel: 9}
          - {name: b, operator: convolution, input: [4, 8, 8], output_channels: 0}
          - {name: c, operator: convolution, input: [4, 8, 8], output_channels: four, kernel: 9}
        """) == [
          "w.yaml:5:84: layers[0].kernel: 9 x 9 does not fit the padded input of 8 x 8",
          "w.yaml:6:73: layers[1].output_channels: expected 1 to 1073741824, found 0",
          "w.yaml:7:73: layers[2].output_channels: expected a whole number, found `four`",
        ])
  }

  @Test func aMisspeltKeyIsSaidOnce() throws {
    #expect(
      try messages("name: w\nsumary: s\nsource: t\nlayers: []\n") == [
        "w.yaml:2:1: unknown key `sumary`, did you mean `summary`?",
        "w.yaml:4:9: layers: expected at least one layer",
      ])
  }

  /// A value is broken with what it is a part of, and with its own parts; no neighbour is.
  @Test func whatIsBrokenIsToldByItsPath() {
    let faults = FaultList()
    #expect(!faults.isBroken("") && !faults.isBroken("a"))
    faults.addUnknown(InputError("wrong", file: "f.yaml", path: "a.b[2].c"), at: "a.b[2].c")
    for path in ["", "a", "a.b", "a.b[2]", "a.b[2].c", "a.b[2].c.d", "a.b[2].c[0]"] {
      #expect(faults.isBroken(path), "\(path)")
    }
    for path in ["a.b[1]", "a.b[2].cc", "a.b[2].d", "a.bb", "b", "a.b[20]"] {
      #expect(!faults.isBroken(path), "\(path)")
    }
  }

  /// The same mistake in every layer of a large file is said a hundred times, then counted.
  @Test func mistakesBeyondAHundredAreCounted() throws {
    let faults = FaultList()
    for layer in 0..<20_000 {
      let place = SourceLocation(file: "f.yaml", line: layer + 1, column: 3)
      faults.add(InputError("wrong", at: place, path: "layers[\(layer)].kernel"))
      #expect(!faults.isBroken("layers[\(layer)]"))
    }
    // Each once.
    faults.add(faults.errors[7])
    let error = #expect(throws: InputError.self) { try faults.finish() }
    let lines = error?.description.split(separator: "\n") ?? []
    #expect(lines.count == 101)
    #expect(lines.first == "f.yaml:1:3: layers[0].kernel: wrong")
    #expect(lines[99] == "f.yaml:100:3: layers[99].kernel: wrong")
    #expect(lines.last == "and 19900 more")
  }
}
