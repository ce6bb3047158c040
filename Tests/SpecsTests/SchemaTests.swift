import Architectures
import Components
import Networks
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
        "layer_overhead", "depthwise_overhead", "idle_power", "energy", "area", "mapping",
        "vector_unit", "activations", "cores", "calibration", "weight_decoder", "assumed",
      ])
    guard case .object(let properties) = node,
      let memory = properties.first(where: { $0.name == "memory" })
    else {
      Issue.record("no `memory`")
      return
    }
    #expect(keys(memory.node, required: false) == ["levels", "persistent_buffer", "packs_weights"])
  }

  @Test func defaultsMayBeLeftOut() throws {
    let node = try #require(OperationKinds.registry.entry("convolution")).schema
    #expect(keys(node, required: true) == ["output_channels", "name", "operator"])
    #expect(
      keys(node, required: false)
        == ["kernel", "stride", "dilation", "padding", "groups", "from", "input", "zeros"])
  }

  @Test func everySpaceHasAKind() {
    for entry in Supernets.registry.entries {
      #expect(keys(entry.schema).first == "kind", "\(entry.kind)")
    }
  }
}
