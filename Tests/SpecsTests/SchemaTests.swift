import Architectures
import Components
import Foundation
import Networks
import TestSupport
import Testing

// Does a schema ask for exactly what decoding reads?
@Suite struct SchemaTests {
  private func keys(_ node: SchemaNode, required: Bool? = nil) -> [String] {
    guard case .object(let properties) = node else { return [] }
    return properties.filter { required == nil || $0.isRequired == required }.map(\.name)
  }

  @Test func architecture() {
    let node = SchemaNode(of: ArchitectureSpec.self)
    #expect(
      keys(node) == [
        "name", "summary", "source", "frequency", "precision", "datapath", "memory",
        "layer_overhead", "depthwise_overhead", "energy", "area", "mapping", "assumed",
      ])
    guard case .object(let properties) = node,
      let memory = properties.first(where: { $0.name == "memory" })
    else {
      Issue.record("no `memory`")
      return
    }
    #expect(keys(memory.node, required: false) == ["persistent_buffer", "packs_weights"])
  }

  @Test func defaultsMayBeLeftOut() throws {
    let node = try #require(OperationKinds.registry.entry("convolution")).schema
    #expect(keys(node, required: true) == ["output_channels", "name", "operator"])
    #expect(
      keys(node, required: false)
        == ["kernel", "stride", "dilation", "padding", "groups", "from", "input"])
  }

  @Test func everySpaceHasAKind() {
    for entry in Supernets.registry.entries {
      #expect(keys(entry.schema).first == "kind", "\(entry.kind)")
    }
  }
}

// Is every component in the list of its family?
@Suite struct RegistryListTests {
  private static let sources = Repository.root.appending(path: "Sources")

  @Test(arguments: [
    ("CostModel/Datapaths", "Datapaths", ": Datapath {"),
    ("Networks/Supernet", "SupernetSpace", ": SupernetSpace {"),
    ("Networks/Operations", "OperationKinds", ": OperationKind {"),
    ("Networks/Operations", "OperationKinds", ": Activation {"),
    ("Reports/Formats", "ReportFormat", ": ReportFormat {"),
  ])
  func everyFileIsListed(folder: String, list: String, conformance: String) throws {
    let folder = Self.sources.appending(path: folder)
    let text = try String(contentsOf: folder.appending(path: "\(list).swift"), encoding: .utf8)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    var components = 0
    for file in files where file.hasSuffix(".swift") && file != "\(list).swift" {
      let source = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      guard source.contains(conformance) else { continue }
      components += 1
      let name = file.dropLast(".swift".count)
      #expect(text.contains("\(name).self"), "add \(name).self to \(list).swift")
    }
    #expect(components > 0)
  }
}
