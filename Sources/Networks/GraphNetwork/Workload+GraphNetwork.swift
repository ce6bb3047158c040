internal import Components
internal import Inputs

extension Workload {
  /// The graph network of a file; nil where something is wrong with it.
  static func graphNetwork(_ spec: WorkloadSpec, _ reading: SpecReading) -> Network? {
    guard let given = spec.graphNetwork else { return nil }
    for (key, isThere) in [
      ("layers", spec.layers != nil), ("supernet", spec.supernet != nil),
      ("subnets", spec.subnets != nil), ("transformer", spec.transformer != nil),
      ("iteration", spec.iteration != nil), ("input", spec.input != nil),
      ("inputs", spec.inputs != nil), ("outputs", spec.outputs != nil),
      ("blocks", spec.blocks != nil), ("connected", spec.connected != nil),
      ("left_out", spec.leftOut != nil),
    ] {
      reading.expect(!isThere, key, "a workload with `graph_network` has none, leave it out")
    }
    guard !reading.faults.isBroken("graph_network") else { return nil }
    let folder = folder(of: reading.file.path)
    let network = reading.check([]) { () throws(SpecError) in
      let adjacency = try below("graph_network") { () throws(SpecError) in
        try given.check()
        return try below("adjacency") { () throws(SpecError) in
          try given.adjacency?.adjacency(in: folder)
        }
      }
      return try below("graph_network") { () throws(SpecError) in
        var builder = GraphNetworkBuilder(given, adjacency)
        return Network(name: spec.name, subnet: nil, graph: try builder.network())
      }
    }
    if let network {
      check(
        fullPrecision: spec.fullPrecision,
        against: network.layers.filter { $0.kernelRole == .weight }.map(\.name), "graph_network",
        reading)
    }
    return network
  }

  /// Files that the workload's names, as they are opened from where it stands.
  public var furtherFiles: [String] {
    guard let name = spec.graphNetwork?.adjacency?.file else { return [] }
    return [PathText.path(name, in: Self.folder(of: path))]
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  private static func below<T>(
    _ key: String, _ body: () throws(SpecError) -> T
  ) throws(SpecError) -> T {
    do throws(SpecError) {
      return try body()
    } catch {
      throw SpecError(error.path.isEmpty ? key : "\(key).\(error.path)", error.message)
    }
  }
}

extension GraphNetworkSpec {
  /// The specification with every default given, as a resolved file has it.
  package var resolved: GraphNetworkSpec { filled }
}
