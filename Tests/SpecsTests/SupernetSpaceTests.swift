import Networks
import TestSupport
import Testing

// Do the supernet spaces have the published extent, and their corners the expected size?
@Suite struct SupernetSpaceTests {
  /// Builds the configuration of a row whose blocks all make the same choice.
  private func subnet(_ row: [String: String]) throws -> SubnetSpec {
    let depths = try row.text("depths").split(separator: " ").map { try #require(Int($0)) }
    let resolution = try row.whole("resolution")
    let expand = try row.real("expand")
    let kernels = try row.text("kernel").split(separator: " ").map { try #require(Int($0)) }
    switch try row.text("workload") {
    case "ofa-resnet50":
      let blocks = zip([2, 2, 4, 2], depths.dropFirst()).map { $0 + $1 }
      return SubnetSpec(
        resolution: resolution, depths: depths,
        expands: blocks.map { Array(repeating: expand, count: $0) },
        widths: Array(repeating: try row.real("width"), count: 6))
    case "superfednas-cifar":
      return SubnetSpec(
        resolution: resolution, depths: depths,
        expands: depths.map { Array(repeating: expand, count: $0 + 1) })
    case "compofa":
      return SubnetSpec(resolution: resolution, depths: depths)
    default:
      return SubnetSpec(
        resolution: resolution, depths: depths,
        kernels: depths.enumerated().map {
          Array(repeating: kernels.count == 1 ? kernels[0] : kernels[$0.offset], count: $0.element)
        },
        expands: depths.map { Array(repeating: expand, count: $0) })
    }
  }

  @Test func referencePoints() throws {
    let rows = try table("spaces.csv")
    #expect(rows.count == 40)
    for row in rows {
      let name = try row.text("workload")
      let space = try supernet(name)
      let layers = try space.layers(of: subnet(row))
      let network = Network(name: name, subnet: nil, layers: layers)
      let label = "\(name) \(try row.text("tag")) \(try row.text("resolution"))"
      #expect(network.macs == (try row.whole("macs")), "\(label)")
      #expect(network.weights == (try row.whole("weights")), "\(label)")
      let corner: SubnetSpec? =
        switch try row.text("tag") {
        case "min", "smallest": space.smallest(resolution: try row.whole("resolution"))
        case "max", "largest": space.largest(resolution: try row.whole("resolution"))
        default: nil
        }
      if let corner { #expect(try space.layers(of: corner) == layers, "\(label)") }
    }
  }

  @Test func sizes() throws {
    #expect(try supernet("ofa-resnet50").size == 2_458_914_796_962)
    #expect(try supernet("ofa-mobilenetv3").size == 21_758_655_492_572_485_851)
    #expect(try supernet("compofa").size == 243)
    #expect(try supernet("compofa-elastic").size == 21_924_480_357)
    #expect(try supernet("superfednas-cifar").size == 577_200_625)
  }

  @Test func allCompOFA() throws {
    let space = try supernet("compofa")
    let all = try #require(space.all(resolution: 224))
    #expect(all.count == 243)
    let macs = try all.map { Network(name: "", subnet: nil, layers: try space.layers(of: $0)).macs }
      .sorted()
    #expect(Set(macs).count == 243)
    func millions(_ value: Int, _ digits: Double) -> Double {
      (Double(value) / 1e6 * digits).rounded() / digits
    }
    #expect(millions(macs[0], 100) == 124.33)
    #expect(millions(macs[242], 100) == 446.76)
    #expect(millions(macs[121], 10) == 266.7)
  }
}
