import Architectures
import Components
import CostModel
import Foundation
import Inputs
import Networks
import TestSupport
import Testing
import Units

@testable import Exploration
@testable import Studies

// Are areas, accuracies, shared timings and variances right?
@Suite struct SweepFigureTests {
  private func file(_ name: String, _ folder: String) throws -> SpecFile {
    try SpecFile(path: Repository.folders.path(of: name, in: folder))
  }

  @Test func areaByHand() throws {
    let table = try AreaTable(file("aladdin-cacti-45nm", "arch/area"))
    // (8 / 32)^2 of 6350 um2, 32 / 32 of 278 um2, 48 bits of 5.98 um2.
    #expect(abs(table.multiplier(bits: 8).value - 396.875e-6) < 1e-12)
    #expect(abs(table.adder(bits: 32).value - 278e-6) < 1e-12)
    #expect(abs(table.register(bits: 48).value - 287.04e-6) < 1e-12)
    // The table's own sizes, half way between 512 KiB and 1 MiB, twice the largest.
    #expect(table.buffer(size: Bytes(1 << 20)).value == 3.24735)
    #expect(abs(table.buffer(size: Bytes(768 << 10)).value - (1.64463 + 3.24735) / 2) < 1e-12)
    #expect(abs(table.buffer(size: Bytes(8 << 20)).value - 2 * 13.623) < 1e-12)
    var paths: [String] = []
    let design = try Resolver.design(
      "sushi-analytic", folders: Repository.folders, paths: &paths)
    // 1,296 lanes; buffers of 1 MiB, 576 KiB, 1 MiB and 1728 KiB.
    let lanes = 1296 * (396.875 + 278 + 287.04) * 1e-6
    let small = 1.64463 + (3.24735 - 1.64463) * 64 / 512
    let large = 3.24735 + (13.623 - 3.24735) * (1728 - 1024) / 3072
    #expect(
      abs(AreaModel(table).total(of: design).value - (lanes + 2 * 3.24735 + small + large)) < 1e-9)
  }

  @Test func accuracyBetweenPublishedNetworks() throws {
    let workload = try Workload(file("ofa-resnet50", "workloads"))
    let estimate = try #require(AccuracyEstimate(workload))
    for (name, accuracy) in [("0.6B", 0.75), ("2.4B", 0.79), ("4.1B", 0.798)] {
      #expect(try estimate.accuracy(macs: workload.network(subnet: name).macs) == accuracy)
    }
    let (low, high) = (
      try workload.network(subnet: "0.6B").macs, try workload.network(subnet: "0.9B").macs
    )
    let middle = Int((Double(low) * Double(high)).squareRoot())
    // Half way in the logarithm between 75.0 and 76.3 %.
    #expect(abs(try #require(estimate.accuracy(macs: middle)) - 0.7565) < 1e-6)
    #expect(estimate.accuracy(macs: low - 1) == nil)
    #expect(estimate.accuracy(macs: 5_000_000_000) == nil)
    #expect(try AccuracyEstimate(Workload(file("resnet18", "workloads"))) == nil)
  }

  @Test func sharesOfAnAdditiveFunction() {
    // f = 3 a + b over a, b in {0, 1, 2}: variances 9 : 1, no interaction.
    var sensitivity = Sensitivity(axes: 3)
    for a in 0..<3 {
      for b in 0..<3 { sensitivity.add(["\(a)", "\(b)", "only"], Double(3 * a + b)) }
    }
    let shares = sensitivity.shares(isSample: false)
    #expect(abs((shares[0] ?? 0) - 0.9) < 1e-12)
    #expect(abs((shares[1] ?? 0) - 0.1) < 1e-12)
    #expect(shares[2] == nil)
  }

  /// Values without any effect explain nothing of a sample on average, however many they are; the
  /// plain correlation ratio gives them (k - 1) / (n - 1) each, here 0.246 and more than 100 % in all.
  @Test func chanceExplainsNothingOfASample() {
    var random = PickRandom(seed: 5)
    var sensitivity = Sensitivity(axes: 6)
    for _ in 0..<200 {
      let texts = (0..<6).map { _ in "\(random.pick(below: 50))" }
      sensitivity.add(texts, Double(random.pick(below: 1000)))
    }
    let plain = sensitivity.shares(isSample: false).compactMap { $0 }.reduce(0, +)
    let adjusted = sensitivity.shares(isSample: true).compactMap { $0 }.reduce(0, +)
    #expect(plain > 1.2, "seed 5")
    // The standard deviation of six adjusted shares together is about 0.12.
    #expect(adjusted < 0.4, "seed 5")
  }

  /// Designs that differ in one thing at a time, in an order that mixes them.
  @Test func sharedTimingsAreTheLayersOwn() throws {
    let base = try file("sushi-analytic", "arch")
    let prices = try EnergyTable(
      table: file("horowitz-45nm", "arch/energy"), dram: file("ddr4-18", "arch/energy/dram"))
    let others = try EnergyTable(
      table: file("accelergy-45nm", "arch/energy"), dram: file("lpddr4-8", "arch/energy/dram"))
    let workload = try Workload(file("ofa-resnet50", "workloads"))
    let edits = [
      ("frequency", ["200 MHz", "500 MHz"]),
      ("memory.buffers[weight_buffer].size", ["64 KiB", "576 KiB"]),
      ("memory.persistent_buffer.size", ["512 KiB", "4 MiB"]),
      ("memory.transfers.weight.bandwidth", ["2.4 GB/s", "19.2 GB/s"]),
      ("layer_overhead", ["0 cycles", "500 cycles"]), ("datapath.output_channels", ["8", "16"]),
    ]
    // Too small for everything, so that it forgets now and then.
    var memo = LayerMemo(capacity: 100)
    var random = PickRandom(seed: 11)
    for round in 0..<60 {
      var file = base
      for (path, values) in edits {
        let value = try YAMLParser.parse(values[random.pick(below: 2)], file: "value")
        file = try file.replacing(path, with: value)
      }
      let design = try Design(
        Architecture(file), energy: random.pick(below: 2) == 0 ? prices : others)
      let network = try workload.network(subnet: ["0.6B", "4.1B"][random.pick(below: 2)])
      let evaluator = Evaluator(design)
      let held =
        random.pick(below: 2) == 0
        ? Placement.empty
        : Placement(
          persistent: evaluator.subgraph(
            of: network, capacity: design.architecture.persistentBytes))
      let batch = 1 + random.pick(below: 2)
      let alone = try evaluator.evaluate(network, placement: held, batch: batch)
      let shared = try evaluator.evaluate(network, placement: held, batch: batch, memo: &memo)
      #expect(alone.entries.map(\.cost) == shared.entries.map(\.cost), "round \(round), seed 11")
    }
  }

  @Test func sectionsAddUpToTheWholeFile() throws {
    let fixture = try SweepFixture()
    let sweep = try fixture.sweep(
      axes: SweepFixture.axes + [
        "{name: clock, path: architecture.frequency, values: [100 MHz, 1 GHz]}",
        "{name: overhead, path: architecture.layer_overhead, values: [0 cycles, 9 cycles]}",
        "{name: bits, path: architecture.precision.weight, values: [4 bit, 8 bit]}",
        "{name: table, path: architecture.energy.table, values: [horowitz-45nm, accelergy-45nm]}",
      ])
    let evaluator = try #require(sweep.evaluator as? InferenceEvaluator)
    var worker = InferenceWorker(evaluator)
    let base = try file("sushi-analytic", "arch")
    var random = PickRandom(seed: 3)
    for _ in 0..<60 {
      let point = sweep.space.point(random.picks(sweep.space.bounds)).point
      var whole = base
      for setting in point.settings {
        for path in setting.paths {
          whole = try whole.replacing(
            String(path.dropFirst("architecture.".count)), with: setting.value)
        }
      }
      let design = try worker.read(point).design
      // The datapath's place in the file is not part of its meaning.
      let expected = try Architecture(whole).spec
      let found = design.architecture.spec
      #expect(found.memory == expected.memory)
      #expect(found.frequency == expected.frequency)
      #expect(found.precision == expected.precision)
      #expect(found.layerOverhead == expected.layerOverhead)
      #expect(found.energy == expected.energy)
      #expect(found.datapath.parameters.flowText == expected.datapath.parameters.flowText)
      #expect(design.energy.table.spec.name == expected.energy.table)
    }
  }
}
