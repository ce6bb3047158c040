import Networks
import Testing
import Units

// How many weights do two sub-networks share?
@Suite struct SubgraphTests {
  private func resnet(
    _ stem: Int, _ depth: Int, _ expand: Double, _ width: Double
  ) throws -> Network {
    let space = try #require(supernet("ofa-resnet50") as? OFAResNet50)
    let layers = try space.layers(of: space.uniform(224, stem, depth, expand, width))
    return Network(name: "ofa-resnet50", subnet: nil, layers: layers)
  }

  private func corners(_ name: String) throws -> (smallest: Network, largest: Network) {
    let space = try supernet(name)
    return (
      Network(
        name: name, subnet: nil, layers: try space.layers(of: space.smallest(resolution: 224))),
      Network(
        name: name, subnet: nil, layers: try space.layers(of: space.largest(resolution: 224)))
    )
  }

  private func convolutions(_ network: Network) -> Network {
    Network(
      name: network.name, subnet: network.subnet,
      layers: network.layers.filter { $0.operation != .fullyConnected })
  }

  private let sixNames = ["0.6B", "0.9B", "1.8B", "2.4B", "3.7B", "4.1B"]

  private func sixNetworks() throws -> [Network] {
    let file = try workload("ofa-resnet50")
    return try sixNames.map { convolutions(try file.network(subnet: $0)) }
  }

  @Test func resnetPairs() throws {
    let (k, g) = (try resnet(0, 0, 0.2, 1.0), try resnet(2, 1, 0.25, 0.8))
    #expect(Subgraph(k).sharedWeights(with: g) == 12_001_480)
    let (smallest, largest) = (try resnet(0, 0, 0.2, 0.65), try resnet(2, 2, 0.35, 1.0))
    #expect(Subgraph(smallest).sharedWeights(with: largest) == 6_515_464)
    #expect(smallest.weights == 6_515_464)
    #expect(Subgraph(g).sharedWeights(with: smallest) == 6_515_464)
    #expect(Subgraph(largest).sharedWeights(with: g) == g.weights)
  }

  @Test func mobileNetCorners() throws {
    let (smallest, largest) = try corners("ofa-mobilenetv3")
    let nested = Subgraph(largest).sharedWeights(with: smallest, kernels: .nested)
    #expect(nested == 3_395_856)
    #expect(nested == smallest.weights)
    let elastic = smallest.layers.filter {
      $0.operation == .depthwiseConvolution && $0.name.hasPrefix("stage")
    }
    #expect(elastic.count == 10)
    let depthwise = elastic.reduce(0) { $0 + $1.weights }
    #expect(depthwise > 0)
    #expect(
      Subgraph(largest).sharedWeights(with: smallest, kernels: .bySize) == nested - depthwise)
  }

  /// Two decimals; the table aligns stems by position, these networks by name.
  @Test func sixResNets() throws {
    let expected = [
      [7.58, 7.55, 7.58, 7.58, 7.58, 7.58],
      [7.55, 12.21, 12.21, 12.21, 12.21, 12.21],
      [7.58, 12.21, 17.78, 17.77, 15.31, 17.77],
      [7.58, 12.21, 17.77, 25.62, 20.50, 22.29],
      [7.58, 12.21, 15.31, 20.50, 23.66, 20.76],
      [7.58, 12.21, 17.77, 22.29, 20.76, 27.47],
    ]
    let networks = try sixNetworks()
    for (row, cached) in networks.enumerated() {
      for (column, network) in networks.enumerated() {
        let shared = Double(Subgraph(cached).sharedWeights(with: network)) / 1_048_576
        #expect(
          abs(shared - expected[row][column]) <= 0.011, "\(sixNames[row]) \(sixNames[column])")
      }
    }
  }

  @Test func sharedByAllSix() throws {
    let networks = try sixNetworks()
    var slices = Subgraph(networks[0]).slices
    for network in networks.dropFirst() {
      let other = Subgraph(network).slices
      var common: [String: Subgraph.Slice] = [:]
      for (name, slice) in slices {
        guard let match = other[name] else { continue }
        common[name] = Subgraph.Slice(
          kernels: min(slice.kernels, match.kernels), channels: min(slice.channels, match.channels),
          rows: slice.rows, columns: slice.columns)
      }
      slices = common
    }
    #expect(slices.values.reduce(0) { $0 + $1.weights } == 7_916_296)
    for network in networks {
      #expect(Subgraph(slices: slices).sharedWeights(with: network) == 7_916_296)
    }
  }

  private struct Choices {
    var stem: Int
    var depths: [Int]
    var expands: [[Int]]
    var widths: [Int]

    static func random(_ random: inout SplitMix64) -> Choices {
      Choices(
        stem: Bool.random(using: &random) ? 2 : 0,
        depths: (0..<4).map { _ in Int.random(in: 0...2, using: &random) },
        expands: (0..<4).map { _ in (0..<6).map { _ in Int.random(in: 0...2, using: &random) } },
        widths: (0..<6).map { _ in Int.random(in: 0...2, using: &random) })
    }

    /// One choice one step larger.
    func grown(_ random: inout SplitMix64) -> Choices {
      var result = self
      switch Int.random(in: 0...3, using: &random) {
      case 0: result.stem = 2
      case 1:
        let stage = Int.random(in: 0..<4, using: &random)
        result.depths[stage] = min(2, depths[stage] + 1)
      case 2:
        let (stage, block) = (
          Int.random(in: 0..<4, using: &random), Int.random(in: 0..<6, using: &random)
        )
        result.expands[stage][block] = min(2, expands[stage][block] + 1)
      default:
        let index = Int.random(in: 0..<6, using: &random)
        result.widths[index] = min(2, widths[index] + 1)
      }
      return result
    }

    func network() throws -> Network {
      let blocks = zip([2, 2, 4, 2], depths).map { $0 + $1 }
      let subnet = SubnetSpec(
        resolution: 128, depths: [stem] + depths,
        expands: blocks.enumerated().map { stage, count in
          expands[stage].prefix(count).map { [0.2, 0.25, 0.35][$0] }
        },
        widths: widths.map { [0.65, 0.8, 1.0][$0] })
      let layers = try supernet("ofa-resnet50").layers(of: subnet)
      return Network(name: "random", subnet: nil, layers: layers)
    }
  }

  @Test func symmetricAndMonotone() throws {
    for seed in UInt64(1)...100 {
      var random = SplitMix64(seed: seed)
      let (left, right) = (Choices.random(&random), Choices.random(&random))
      let (a, b) = (try left.network(), try right.network())
      let shared = Subgraph(a).sharedWeights(with: b)
      #expect(shared == Subgraph(b).sharedWeights(with: a), "seed \(seed)")
      #expect(shared <= min(a.weights, b.weights), "seed \(seed)")
      #expect(Subgraph(a).sharedWeights(with: a) == a.weights, "seed \(seed)")
      let larger = try left.grown(&random).network()
      #expect(Subgraph(larger).sharedWeights(with: b) >= shared, "seed \(seed)")
      #expect(Subgraph(b).sharedWeights(with: larger) >= shared, "seed \(seed)")
    }
  }
}
