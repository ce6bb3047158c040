import Components
import Networks
import TestSupport
import Testing

// Are sub-networks of an elastic transformer prefixes of one another?
@Suite struct ElasticViTTests {
  static let seed: UInt64 = 20_261_213

  private func space(
    depths: [Int]? = [2, 3, 4], headShares: [Double]? = [0.25, 0.5, 1]
  ) throws -> ElasticViT {
    try ElasticViT(
      ElasticViT.Spec(
        layers: 4, width: 16, heads: 4, ffn: 32, patch: 16, classes: 10, depths: depths,
        headShares: headShares))
  }

  @Test func sizes() throws {
    // Two shares of heads, four of columns for each of 8, 10 or 12 layers.
    #expect(try supernet("elastic-deit-s16").size == 2 * ((1 << 16) + (1 << 20) + (1 << 24)))
    #expect(try space().size == 3 * (16 + 64 + 256))
    #expect(try space(depths: nil, headShares: nil).size == 256)
  }

  /// The largest sub-network is the model itself.
  @Test func theLargestIsDeiT() throws {
    let largest = try workload("elastic-deit-s16").network(subnet: "largest")
    let deit = try workload("deit-s16").network(subnet: nil)
    #expect(largest.layers == deit.layers)
    #expect(largest.graph == deit.graph)
    #expect(largest.macs == 4_598_882_304)
  }

  private func random(
    _ space: ElasticViT, _ random: inout SeededRandom, resolution: Int = 64
  ) -> SubnetSpec {
    space.subnet(
      picks: space.choices.map { Int.random(in: 0..<$0, using: &random) }, resolution: resolution)
  }

  /// Layers and operations of any sub-network agree, and its weights are what its shares say.
  @Test func weightsOfAnySubnet() throws {
    var source = SeededRandom(seed: Self.seed)
    let space = try space()
    for _ in 0..<30 {
      let subnet = random(space, &source)
      let label = "seed \(Self.seed): \(subnet)"
      let graph = try space.graph(of: subnet)
      #expect(graph.layers == (try space.layers(of: subnet)), "\(label)")
      let heads = 4 * (subnet.widths?.first ?? 1)
      let columns = (subnet.expands?.first ?? []).reduce(0) { $0 + 32 * $1 }
      let outside = 3 * 16 * 16 * 16 + 16 * 10
      let projections: Double = Double(subnet.depths[0]) * 4 * 16 * 4 * heads
      let expected: Double = Double(outside) + projections + 2 * 16 * columns
      let weights: Int = graph.layers.reduce(0) { $0 + $1.storedWeights }
      #expect(Double(weights) == expected, "\(label)")
    }
  }

  /// What a cached sub-network holds of a served one is the smaller of both, layer by layer.
  @Test func whatIsShared() throws {
    var source = SeededRandom(seed: Self.seed + 1)
    let space = try space()
    for _ in 0..<30 {
      let (held, served) = (random(space, &source), random(space, &source))
      let label = "seed \(Self.seed + 1): \(held) and \(served)"
      func network(_ subnet: SubnetSpec) throws -> Network {
        Network(name: "", subnet: nil, graph: try space.graph(of: subnet))
      }
      let shared = Subgraph(try network(held)).sharedWeights(with: try network(served))
      let heads = 4 * min(held.widths?.first ?? 1, served.widths?.first ?? 1)
      let depth = min(held.depths[0], served.depths[0])
      var expected: Double = Double(3 * 16 * 16 * 16 + 16 * 10)
      for layer in 0..<depth {
        let share = min(held.expands?[0][layer] ?? 0, served.expands?[0][layer] ?? 0)
        expected += 4 * 16 * 4 * heads + 2 * 16 * 32 * share
      }
      #expect(Double(shared) == expected, "\(label)")
    }
  }

  @Test func ends() throws {
    let space = try space()
    let (least, most) = (space.smallest(resolution: 224), space.largest(resolution: 224))
    #expect(least.depths == [2] && least.expands == [[0.125, 0.125]] && least.widths == [0.25])
    #expect(most.depths == [4] && most.expands == [[1, 1, 1, 1]] && most.widths == [1])
    #expect(throws: SpecError.self) { try space.graph(of: space.largest(resolution: 100)) }
  }
}
