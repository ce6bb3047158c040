import Architectures
import Components
import Inputs
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

// Is a network the sum of its layers, and a cell of a table the same network?
@Suite struct EvaluatorTests {
  /// A chain of layers, some of them of the same shape.
  private func network(_ random: inout SeededRandom, _ name: String) -> Network {
    let sizes = (0..<4).map { _ in 8 * random.within(1...4) }
    let layers = (0..<3).map { index in
      Layer(
        name: "conv\(index)", operation: .convolution, kernels: sizes[index + 1],
        channels: sizes[index], kernel: (3, 3), input: (12, 12), padding: 1)
    }
    let pointwise = ["a", "b"].map {
      Layer(
        name: $0, operation: .convolution, kernels: 32, channels: 32, kernel: (1, 1),
        input: (12, 12))
    }
    let depthwise = Layer(
      name: "depthwise", operation: .depthwiseConvolution, kernels: 16, channels: 16,
      kernel: (3, 3), input: (12, 12), padding: 1)
    return Network(name: "chain", subnet: name, layers: layers + pointwise + [depthwise])
  }

  /// Slices of some layers, and some inputs and results on chip.
  private func placement(_ random: inout SeededRandom, _ network: Network) -> Placement {
    var before: [Placement.Tensor: Placement.Amount] = [:]
    var kept: [Placement.Tensor: Placement.Amount] = [:]
    for layer in network.layers {
      switch random.within(0...3) {
      case 0:
        before[.weights(of: layer.name)] = .slice(
          Subgraph.Slice(
            kernels: random.within(1...layer.kernels + 4),
            channels: random.within(1...layer.channelsPerGroup + 4), rows: layer.kernelRows,
            columns: layer.kernelColumns))
      case 1: before[.weights(of: layer.name)] = .slice(Subgraph.Slice(layer))
      default: break
      }
      if random.within(0...2) == 0 { before[.input(of: layer.name)] = .whole }
      if random.within(0...2) == 0 { kept[.output(of: layer.name)] = .whole }
    }
    return Placement(before: before, kept: kept)
  }

  @Test(arguments: ["sushi-analytic", "tpu-like", "eyeriss-v1"])
  func cellsAreNetworks(_ name: String) throws {
    let seed: UInt64 = 17
    var random = SeededRandom(seed: seed)
    let evaluator = Evaluator(try design(named: name))
    let networks = (0..<4).map { network(&random, "\($0)") }
    var family = FamilyEvaluator(
      evaluator, NetworkFamily(networks.map { NetworkFamily.Member($0) }, on: evaluator))
    var memo = LayerMemo(capacity: 8)
    for round in 0..<24 {
      let member = random.within(0...3)
      let placement = random.within(0...3) == 0 ? .empty : placement(&random, networks[member])
      let batch = random.within(1...3)
      let cost = try evaluator.evaluate(
        networks[member], placement: placement, batch: batch, memo: &memo)
      let cell = try family.totals(
        of: member, placement: family.numbered(placement), batch: batch)
      #expect(cell == cost.totals, "round \(round), seed \(seed)")
      let entries = cost.entries.map(\.cost)
      #expect(
        cost.cycles == entries.reduce(.zero) { $0 + $1.total }, "round \(round), seed \(seed)")
      #expect(
        cost.energy.map(\.amount)
          == entries[0].energy.indices.map { index in
            entries.reduce(.zero) { $0 + $1.energy[index].amount }
          }, "round \(round), seed \(seed)")
      #expect(
        cost.dramRead == entries.reduce(.zero) { $0 + $1.dramRead },
        "round \(round), seed \(seed)")
      for cause in CycleCause.allCases {
        #expect(
          cost.cycles(cause) == entries.reduce(.zero) { $0 + $1.cycles[cause] },
          "round \(round), seed \(seed)")
      }
    }
  }

  /// What is on chip before a layer is not read, what stays is not written, and nothing else changes.
  @Test func operandsThatAreOnChipDoNotMove() throws {
    var random = SeededRandom(seed: 3)
    let network = network(&random, "one")
    let evaluator = Evaluator(try design(named: "sushi-analytic"))
    let plain = try evaluator.evaluate(network)
    let placed = try evaluator.evaluate(
      network,
      placement: Placement(
        before: [.input(of: "b"): .whole, .weights(of: "conv1"): .whole],
        kept: [.output(of: "a"): .whole]))
    for (before, after) in zip(plain.entries, placed.entries) {
      let name = before.name
      let (old, new) = (before.cost, after.cost)
      let input = new.traffic(.dram, .input).read
      let weight = new.traffic(.dram, .weight).read
      #expect(input == (name == "b" ? .zero : old.traffic(.dram, .input).read), "\(name)")
      #expect(weight == (name == "conv1" ? .zero : old.traffic(.dram, .weight).read), "\(name)")
      #expect(new.dramWrite == (name == "a" ? .zero : old.dramWrite), "\(name)")
      if !["a", "b", "conv1"].contains(name) { #expect(old == new, "\(name)") }
    }
    #expect(placed.cycles < plain.cycles && placed.totalEnergy < plain.totalEnergy)
    #expect(placed.residentWeightBytes == Bytes(network.layers[1].weights))
  }

  /// A persistent buffer's sub-graph is one case of a placement: its slices before and after.
  @Test func aSubgraphIsAPlacement() throws {
    var random = SeededRandom(seed: 5)
    let network = network(&random, "one")
    let subgraph = Subgraph(slices: [
      "conv1": Subgraph.Slice(kernels: 4, channels: 8, rows: 3, columns: 3),
      "a": Subgraph.Slice(network.layers[3]),
    ])
    let placement = Placement(persistent: subgraph)
    #expect(placement.before == placement.kept && placement.before.count == 2)
    let cost = try Evaluator(design(named: "sushi-analytic")).evaluate(
      network, placement: placement)
    #expect(
      cost.residentWeightBytes
        == Bytes(subgraph.sharedWeights(with: network)))
    #expect(Placement(persistent: Subgraph(slices: [:])) == .empty)
  }

  /// What the vector unit does is a part of the network, in its place; without one it costs nothing.
  @Test func vectorWorkIsAPartOfTheNetwork() throws {
    let workload = try Workload(Repository.file("workloads/resnet20-cifar.yaml"))
    let network = try workload.network(subnet: nil)
    let file = try Repository.file("arch/sushi-analytic.yaml")
    let unit = try YAMLParser.parse(
      "{lanes: 16, buffer: {size: 16 KiB, ping_pong: true}, fused: [relu]}", file: "unit")
    let plain = try Evaluator(design(Architecture(file)))
    let evaluator = try Evaluator(
      design(Architecture(file.replacing("vector_unit", with: unit))))
    let (free, cost) = (try plain.evaluate(network), try evaluator.evaluate(network))
    #expect(free.entries.map(\.name) == network.layers.map(\.name))
    let expected = network.operations.filter { operation in
      operation.layer != nil || operation.vectorWork.map { $0.operator != "relu" } ?? false
    }
    #expect(cost.entries.map(\.name) == expected.map(\.name))
    #expect(cost.entries.contains { $0.vectorWork?.operator == "add" })
    // The array does what it did, but it no longer reads what a sum has beside its own results.
    #expect(
      cost.entries.filter { $0.layer != nil }.map { $0.cost.cycles[.compute] }
        == free.entries.map { $0.cost.cycles[.compute] })
    #expect(
      cost.cycles == cost.entries.reduce(.zero) { $0 + $1.cost.total } && cost.cycles > free.cycles)
    #expect(cost.weightBytes == free.weightBytes && cost.macs == free.macs)
    var family = FamilyEvaluator(
      evaluator, NetworkFamily([NetworkFamily.Member(network)], on: evaluator))
    for batch in [1, 3] {
      let totals = try family.totals(of: 0, placement: family.numbered(.empty), batch: batch)
      #expect(try totals == evaluator.evaluate(network, batch: batch).totals, "batch \(batch)")
    }
  }
}
