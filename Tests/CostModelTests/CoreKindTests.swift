import Architectures
import Components
import Inputs
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

/// Four kernels at once, one channel and tap at a time: K / 4 x C x pixels.
private func lanes(_ kernels: Int, depthwise: Int = 1) -> String {
  """
  {kind: dot-product-array, output_channels: \(kernels), input_channels: 1, taps: 1, pixels: 1, \
  sweep: output-pixels, pointwise: single-tap, depthwise_channels: \(depthwise), \
  pass_overhead: 0 cycles}
  """
}

private func kinds(
  _ others: String, count: Int = 1, more: String = "", hop: Int = 0,
  network: String = "kind: ring", bandwidth: String = "unlimited"
) -> String {
  """
  cores: {count: \(count), \(more)network: {\(network), bandwidth: \(bandwidth), \
  hop_latency: \(hop) cycles, energy_per_byte_hop: 2 pJ}, others: [\(others)]}
  """
}

private func text(_ more: String, _ datapath: String = lanes(4)) -> String {
  var text = ArchitectureText()
  text.datapath = datapath
  text.more = more
  return text.text
}

private let pointwise = Layer(
  name: "conv", operation: .convolution, kernels: 8, channels: 16, kernel: (1, 1), input: (8, 8))
private let depthwise = Layer(
  name: "dw", operation: .depthwiseConvolution, kernels: 16, channels: 16, kernel: (3, 3),
  input: (8, 8), padding: 1)

// What do layers take on cores of several kinds?
@Suite struct CoreKindTests {
  // 8 / 4 x 16 x 64 = 2048 cycles on the core of the file. The other one takes 8 / 8 x 16 x 64, and its
  // data is three cycles under way in each direction.
  @Test func theFasterKindRunsALayer() throws {
    let design = try design(
      text(kinds("{name: wide, datapath: \(lanes(8))}", hop: 3)))
    #expect(design.lanes == 12)
    let cost = try #require(LayerCostModel(design).cost(of: pointwise).cost)
    #expect(cost.cores?.kind == "wide" && cost.cores?.split == nil)
    #expect(cost.total.count == 1024 + 6 && cost.cycles[.network].count == 6)
    #expect(cost.utilization == Double(pointwise.macs) / Double(cost.total.count * 12))
    // All that it moves crosses one link: 1024 of input, 128 of weights, 512 of results.
    #expect(cost.work[.linkBytes] == 1024 + 128 + 512)
    #expect(cost.traffic.contains { $0.name == "wide.input_buffer" })
    #expect(cost.energy.contains { $0.name == "wide.input_buffer" && $0.amount.value > 0 })
    #expect(cost.energy.contains { $0.name == "input_buffer" && $0.amount.value == 0 })
    #expect(Set(cost.energy.map(\.name)).count == cost.energy.count)
  }

  // A kind of two cores divides a layer like those of the file do, behind them on the network.
  @Test func aLayerIsDividedAmongCoresOfAKind() throws {
    let design = try design(
      text(kinds("{name: wide, count: 2, datapath: \(lanes(8))}", hop: 3)))
    let cost = try #require(LayerCostModel(design).cost(of: pointwise).cost)
    #expect(cost.cores?.used == 2 && cost.cores?.kind == "wide")
    // On a ring both stand beside the first core.
    #expect(cost.total.count == 512 + 6)
  }

  // Cores of the file by themselves take what they take without others; more kinds only add choices.
  @Test func anotherKindNeverCostsACycle() throws {
    var (compared, chosen) = (0, 0)
    for seed in UInt64(1)...120 {
      var random = SeededRandom(seed: seed)
      let layer = randomLayer(&random)
      var text = randomArchitecture(&random)
      text.persistent = nil
      let other = randomArchitecture(&random).datapath
      let count = random.within(1...3)
      let network = random.pick(["kind: bus", "kind: ring", "kind: mesh, columns: 2"])
      let bandwidth = random.pick(["unlimited", "\(random.within(20...4000)) MB/s"])
      let hop = random.within(0...9)
      let batch = random.pick([1, 1, 3])
      let base = text.more
      text.more =
        base + """
          cores: {count: \(count), network: {\(network), bandwidth: \(bandwidth), \
          hop_latency: \(hop) cycles, energy_per_byte_hop: 1 pJ}}
          """
      let plain = LayerCostModel(try design(text.text)).cost(of: layer, batch: batch)
      var last = plain.cost
      for number in [1, 2, 4] {
        text.more =
          base
          + kinds(
            "{name: other, count: \(number), datapath: \(other)}", count: count, hop: hop,
            network: network, bandwidth: bandwidth)
        guard let kinds = try? design(text.text),
          !kinds.kinds.contains(where: { $0.design.datapath.needsWeights })
        else { break }
        guard let cost = LayerCostModel(kinds).cost(of: layer, batch: batch).cost else {
          #expect(last == nil, "seed \(seed)")
          continue
        }
        chosen += cost.cores?.kind == "other" ? 1 : 0
        if let last {
          compared += 1
          #expect(cost.total <= last.total, "seed \(seed), \(number) others\n\(text.text)")
        }
        last = cost
        let parts = CycleCause.allCases.map { cost.cycles[$0].count }
        #expect(
          parts.allSatisfy { $0 >= 0 } && parts.reduce(0, +) == cost.total.count, "seed \(seed)")
        #expect(cost.macs == layer.macs * batch, "seed \(seed)")
      }
    }
    #expect(compared > 100 && chosen > 20, "\(compared) compared, \(chosen) chosen")
  }

  @Test(arguments: ["latency", "energy", "edp"])
  func theObjectiveDecides(_ objective: String) throws {
    let larger = """
      {name: wide, datapath: \(lanes(8)), buffers: [{name: i, holds: [input], size: 8 MiB, \
      ping_pong: true}, {name: w, holds: [weight], size: 8 MiB, ping_pong: true}, \
      {name: o, holds: [output], size: 8 MiB, ping_pong: true}]}
      """
    let design = try design(
      text(kinds(larger, more: "objective: \(objective), ")))
    let model = LayerCostModel(design)
    let kinds = try #require(model.kinds)
    let each = kinds.kinds.enumerated().compactMap { index, kind in
      kind.model.cost(of: pointwise).cost.map { kinds.joined($0, index) }
    }
    func value(_ cost: LayerCost) -> Double {
      switch objective {
      case "latency": Double(cost.total.count)
      case "energy": cost.totalEnergy.value
      default: cost.totalEnergy.value * Double(cost.total.count)
      }
    }
    let best = try #require(each.min { value($0) < value($1) })
    #expect(model.cost(of: pointwise).cost == best)
    #expect(best.cores?.kind == (objective == "latency" ? "wide" : best.cores?.kind))
  }

  @Test func layersAreWhereTheirNamesSay() throws {
    let others = "{name: wide, datapath: \(lanes(8)), runs: [convolution]}"
    let place = "place: [{layers: [\"co*v\"], on: main}], "
    let design = try design(text(kinds(others, more: place)))
    let network = Network(
      name: "n", subnet: nil, layers: [pointwise, depthwise, pointwise.renamed("other")])
    let cost = try Evaluator(design).evaluate(network)
    #expect(cost.entries.map(\.cost.cores?.kind) == ["main", "main", "wide"])
    #expect(cost.coreShares.map(\.layers) == [2, 1])
    #expect(cost.coreShares.reduce(.zero) { $0 + $1.cycles } == cost.cycles)
    let causes = CycleCause.allCases.reduce(Cycles.zero) { $0 + cost.cycles($1) }
    #expect(causes == cost.cycles)
    let sum = cost.entries.reduce(0) { $0 + $1.cost.totalEnergy.value }
    #expect(abs(sum - cost.totalEnergy.value) <= 1e-9 * sum)
    // A table has the same figures.
    var family = FamilyEvaluator(
      Evaluator(design), NetworkFamily([NetworkFamily.Member(network)], on: Evaluator(design)))
    let totals = try family.totals(of: 0, placement: family.numbered(.empty), batch: 1)
    #expect(totals[.cycles] == cost.cycles.count)
  }

  @Test func aLayerThatNoCoresCanRunSaysWhy() throws {
    let design = try design(
      text(
        kinds(
          "{name: wide, datapath: \(lanes(8)), runs: [convolution]}",
          more: "runs: [fully-connected], ")))
    guard case .infeasible(let reason) = LayerCostModel(design).cost(of: depthwise) else {
      Issue.record("expected no cores for it")
      return
    }
    #expect(
      reason.description
        == "layer dw: no cores can run it: main: runs fully-connected only, not "
        + "depthwise-convolution; wide: runs convolution only, not depthwise-convolution")
  }

  @Test func coresThatNeedQuantizedWeightsRunNoOthers() throws {
    let needs = "{kind: sparse-gemm-array, lanes: 4}"
    guard let wide = try? design(text(kinds("{name: sparse, datapath: \(needs)}"))) else { return }
    let cost = try #require(LayerCostModel(wide).cost(of: pointwise).cost)
    #expect(cost.cores?.kind == "main")
  }

  @Test(arguments: [
    ("a*c", "abc", true), ("a*c", "ac", true), ("a*c", "ab", false), ("*", "", true),
    ("ab*ba", "aba", false), ("*dw*", "block.dw.1", true), ("a*b*c", "acb", false),
    ("conv", "conv1", false), ("*x*x", "xx", true), ("*x*x", "x", false),
  ])
  func patterns(_ pattern: String, _ name: String, _ isLike: Bool) {
    #expect(CoresSpec.matches(name, pattern) == isLike)
  }

  // Files that name one another.
  @Test func filesThatFormACycle() throws {
    let a = text(kinds("{name: b, architecture: second}"))
    let b = text(kinds("{name: a, architecture: test}"))
    let file = SpecFile(path: "b.yaml", node: try YAMLParser.parse(b, file: "b.yaml"))
    let error = #expect(throws: InputError.self) {
      _ = try Design(architecture(a), energy: defaultEnergy()) { (name) throws(InputError) in
        file
      }
    }
    #expect(error?.message.hasPrefix("the files form a cycle, test -> test; ") ?? false)
  }

  @Test func aKindIsLikeAnotherFile() throws {
    var other = ArchitectureText()
    other.datapath = lanes(8)
    other.sizes.input = 4096
    let file = SpecFile(path: "o.yaml", node: try YAMLParser.parse(other.text, file: "o.yaml"))
    let design = try Design(
      architecture(text(kinds("{name: wide, architecture: other}"))), energy: defaultEnergy()
    ) { (name) throws(InputError) in
      #expect(name == "other")
      return file
    }
    #expect(design.kinds.map(\.name) == ["main", "wide"])
    #expect(design.kinds[1].design.datapath.lanes == 8)
    #expect(design.kinds[1].design.architecture.buffer(for: .input).size == Bytes(4096))
    let cost = try #require(LayerCostModel(design).cost(of: pointwise).cost)
    #expect(cost.cores?.kind == "wide")
  }
}

extension Layer {
  fileprivate func renamed(_ name: String) -> Layer {
    Layer(
      name: name, operation: operation, kernels: kernels, channels: channels, rows: rows,
      columns: columns, groups: groups, kernelRole: kernelRole, maps: maps)
  }
}
