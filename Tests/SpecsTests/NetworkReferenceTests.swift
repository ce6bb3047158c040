import Networks
import TestSupport
import Testing

// Do the shipped networks have the shapes and sizes of an independent enumerator?
@Suite struct NetworkReferenceTests {
  private func network(_ row: [String: String]) throws -> Network {
    let subnet = try row.text("subnet")
    return try workload(row.text("workload")).network(subnet: subnet.isEmpty ? nil : subnet)
  }

  @Test func oneRowPerNetwork() throws { #expect(try table("networks.csv").count == 108) }

  /// Transformers have tables of their own.
  private static let networks = ((try? Repository.names(in: "workloads")) ?? []).filter {
    (try? workload($0).transformer == nil) ?? true
  }

  @Test(arguments: networks)
  func totals(_ name: String) throws {
    let rows = try table("networks.csv").filter { try $0.text("workload") == name }
    #expect(!rows.isEmpty)
    for row in rows {
      let network = try network(row)
      let label = "\(network.name) \(network.subnet ?? "")"
      #expect(network.layers.count == (try row.whole("layers")), "\(label)")
      #expect(network.macs == (try row.whole("macs")), "\(label)")
      #expect(network.weights == (try row.whole("weights")), "\(label)")
      if try row.text("params") != "" {
        #expect(network.parameters == (try row.whole("params")), "\(label)")
      }
    }
  }

  @Test(arguments: networks)
  func everyNamedNetworkHasAReference(_ name: String) throws {
    let covered = try Set(
      table("networks.csv").map { "\(try $0.text("workload"))/\(try $0.text("subnet"))" })
    switch try workload(name).content {
    case .network: #expect(covered.contains("\(name)/"))
    case .supernet(_, let subnets):
      for subnet in subnets {
        #expect(covered.contains("\(name)/\(subnet.name ?? "")"), "\(name) \(subnet.name ?? "")")
      }
    }
  }

  @Test func layersOneByOne() throws {
    let rows = try table("layers.csv")
    #expect(rows.count == 273)
    var networks: [String: Network] = [:]
    var counts: [String: Int] = [:]
    for row in rows {
      let key = "\(try row.text("workload")) \(try row.text("subnet"))"
      let network = try networks[key] ?? network(row)
      networks[key] = network
      counts[key, default: 0] += 1
      let index = try row.whole("index")
      try #require(index < network.layers.count, "\(key) \(index)")
      let layer = network.layers[index]
      let found = [
        layer.kernels, layer.channels, layer.kernelRows, layer.kernelColumns, layer.inputRows,
        layer.inputColumns, layer.rows.stride, layer.rows.before, layer.groups,
      ]
      let expected = try ["k", "c", "r", "s", "h", "w", "stride", "padding", "groups"].map {
        try row.whole($0)
      }
      #expect(found == expected, "\(key) \(index) \(layer.name)")
      #expect(layer.operation.rawValue == (try row.text("operator")), "\(key) \(layer.name)")
    }
    for (key, network) in networks { #expect(counts[key] == network.layers.count, "\(key)") }
  }

  /// Millions of parameters and multiply-accumulates as the authors print them.
  @Test func published() throws {
    let rows = try table("published.csv")
    #expect(rows.count == 56)
    for row in rows {
      let (name, space) = (try row.text("subnet"), try row.text("space"))
      let network = try workload(space).network(subnet: name)
      let params = (Double(network.parameters) / 1e5).rounded() / 10
      #expect(params == (try row.real("published_params_m")), "\(name)")
      let macs = Double(network.macs) / 1e6
      let published = try row.real("published_macs_m")
      switch name {
      case "ofa-note10-08":
        // The released configuration has 3.2 M fewer than the printed 79 M.
        #expect(published == 79)
        #expect(abs(macs - 75.80) < 0.01)
      case _ where space == "ofa-resnet50":
        #expect((macs / 100).rounded() * 100 == published, "\(name): \(macs)")
      default:
        #expect(abs(macs - published) <= 0.54, "\(name): \(macs) against \(published)")
      }
    }
  }
}
