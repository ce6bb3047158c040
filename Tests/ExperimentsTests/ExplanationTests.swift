import Architectures
import Components
import CostModel
import Documents
import Foundation
import Inputs
import Networks
import Reports
import TestSupport
import Testing
import Units

@testable import Studies

// Why a layer costs what it costs: are the parts those of the run, and are the moves those of edited files?
@Suite struct ExplanationTests {
  private func finished(_ architecture: String, _ workload: String) throws -> Inference.Finished {
    try Inference(architecture: architecture, workload: workload).run(folders: Repository.folders)
  }

  private func explain(
    _ architecture: String, _ workload: String, layer: String?
  ) throws -> Explanation {
    let done = try finished(architecture, workload)
    return Explanation(
      run: done.run, resolved: done.resolved, provenance: .init(filesAt: [], command: "test"))
  }

  @Test(arguments: [
    "tpu-like", "nvdla-large", "eyeriss-v1", "sushi-maps", "systolic-32-ws", "mesh-16",
    "big-little", "a100-like",
  ])
  func oneOperationCostsWhatItCostsInTheNetwork(architecture: String) throws {
    let done = try finished(architecture, "resnet20-cifar")
    let evaluator = Evaluator(done.run.design)
    for entry in done.run.entries {
      let cost = try evaluator.cost(
        of: entry.name, in: done.resolved.network, weights: done.resolved.tensors,
        placement: done.resolved.placement, batch: done.resolved.batch)
      #expect(cost == entry.cost, "\(architecture) \(entry.name)")
    }
    #expect(try evaluator.cost(of: "none", in: done.resolved.network) == nil)
  }

  @Test(arguments: ["tpu-like", "edge-sram", "mesh-16", "sushi-maps", "a100-like"])
  func linesOfAllLayersAddUpToTheTotalOfTheRun(architecture: String) throws {
    let run = try finished(architecture, "resnet20-cifar").run
    let sum = run.entries.flatMap { run.design.energy.bill(of: $0.cost) }
      .reduce(0) { $0 + $1.energy.value }
    let total = run.totalEnergy.value
    #expect(abs(sum - total) <= 1e-9 * total, "\(architecture): \(sum), \(total)")
  }

  @Test func theBandOfLinesIsTheBandOfTheRun() throws {
    let run = try finished("eyeriss-v1", "resnet20-cifar").run
    let lines = run.entries.flatMap { run.design.energy.bill(of: $0.cost) }
    let band = run.design.energy.band(of: run.energy)
    let low = lines.reduce(0) {
      $0 + $1.energy.value * run.design.energy.band(of: $1.component).low
    }
    let high = lines.reduce(0) {
      $0 + $1.energy.value * run.design.energy.band(of: $1.component).high
    }
    #expect(abs(low - band.low.value) <= 1e-9 * band.low.value)
    #expect(abs(high - band.high.value) <= 1e-9 * band.high.value)
  }

  @Test func scalarsAreWalkedByName() throws {
    let file = try Repository.file("arch/nvdla-large.yaml")
    let scalars = ArchitectureScalars(file.node).all
    #expect(
      scalars.map { "\($0.path) \($0.text)" } == [
        "frequency 1 GHz", "precision.input 8 bit", "precision.weight 8 bit",
        "precision.output 8 bit", "precision.accumulator 32 bit", "datapath.output_channels 32",
        "datapath.input_channels 64", "datapath.taps 1", "datapath.pixels 1",
        "datapath.depthwise_channels 1", "memory.dram.bandwidth 20 GB/s",
        "memory.transfers.input.bandwidth 20 GB/s", "memory.transfers.input.channel_alignment 1",
        "memory.transfers.weight.bandwidth 20 GB/s", "memory.transfers.weight.channel_alignment 1",
        "memory.transfers.output.bandwidth 20 GB/s", "memory.transfers.output.channel_alignment 1",
        "memory.buffers[convolution_buffer].size 512 KiB",
        "memory.buffers[accumulator].size 256 KiB",
      ])
  }

  // The same value written into the file and the whole network run again.
  @Test(arguments: [
    ("nvdla-large", "layer3.2.conv1"), ("sushi-maps", "layer1.0.conv2"),
    ("systolic-32-ws", "conv1"),
  ])
  func aMoveIsTheEditedFile(architecture: String, layer: String) throws {
    let question = Question(architecture: architecture, workload: "resnet20-cifar")
    var resolver = Resolver(folders: Repository.folders)
    let design = try resolver.resolve(question).design
    let base = try #require(
      try finished(architecture, "resnet20-cifar").run.entries.first { $0.name == layer })
    let moved = try MovedConstants(
      question, operation: layer, cost: base.cost, on: design, resolver, jobs: 2)
    #expect(moved.constants.count > 10)
    let file = try Repository.folders.file(
      at: Repository.folders.path(of: architecture, in: "arch"))
    var compared = 0
    for (index, constant) in moved.constants.enumerated() where index % 3 == 0 {
      for move in [constant.less, constant.more] {
        var folders = Repository.folders
        folders.hold(
          try file.replacing(
            constant.path, with: YAMLNode(text: move.text, at: file.node.location)))
        let run = try? Inference(question).run(folders: folders).run
        let cost = run?.entries.first { $0.name == layer }?.cost
        #expect(cost?.total.count == move.figures?.cycles, "\(constant.path) \(move.text)")
        #expect(
          cost.map { $0.totalEnergy.value * 1e-12 } == move.figures?.energy,
          "\(constant.path) \(move.text)")
        #expect((move.figures == nil) == (move.refusal != nil))
        compared += 1
      }
    }
    #expect(compared >= 10)
  }

  @Test func aFasterClockMovesTimeAndTheMostComesFirst() throws {
    let question = Question(architecture: "systolic-32-ws", workload: "resnet20-cifar")
    let done = try Inference(question).run(folders: Repository.folders)
    let entry = done.run.entries[0]
    let moved = try MovedConstants(
      question, operation: entry.name, cost: entry.cost, on: done.run.design,
      Resolver(folders: Repository.folders), jobs: 1)
    // Links are unlimited, so the clock moves all of the time by one over its factor.
    let clock = try #require(moved.constants.first { $0.path == "frequency" })
    #expect(clock.less.figures.map { $0.cycles } == entry.cost.total.count)
    let effect = clock.effect({ $0.seconds }, on: moved.base)
    #expect(abs(effect - (1 / 0.9 - 1)) < 1e-9)
    for value in [{ $0.seconds }, { $0.energy }] as [(MovedConstants.Figures) -> Double] {
      let effects = moved.most(100, by: value).map { $0.effect(value, on: moved.base) }
      #expect(zip(effects, effects.dropFirst()).allSatisfy { $0 >= $1 })
    }
  }

  @Test func unknownLayersAreRefusedWithTheNearestName() throws {
    func message(_ name: String) throws -> String {
      let explanation = try explain("tpu-like", "resnet20-cifar", layer: nil)
      do throws(InputError) {
        _ = try explanation.place(of: name)
        return "found"
      } catch {
        return error.description
      }
    }
    #expect(try message("conv1") == "found")
    #expect(
      try message("layer1.0.cnv1")
        == "--layer: resnet20-cifar has no layer `layer1.0.cnv1`, did you mean `layer1.0.conv1`?")
    #expect(
      try message("zzz")
        == "--layer: resnet20-cifar has no layer `zzz`, expected one of conv1, layer1.0.conv1, "
        + "layer1.0.conv2 and 17 more")
    #expect(
      try message("layer1.0.add")
        == "--layer: `layer1.0.add` is fused or free on this design and costs nothing")
  }

  @Test func layersAreInTheOrderOfTheirTime() throws {
    let explanation = try explain("nvdla-large", "resnet18", layer: nil)
    let document = explanation.document(layers: explanation.order, study: nil)
    let cycles = document.layers.map(\.cycles)
    #expect(cycles == cycles.sorted(by: >) && cycles.reduce(0, +) == document.totals.cycles)
    let shares = document.layers.reduce(0) { $0 + $1.energyShare }
    #expect(abs(shares - 1) < 1e-9)
    #expect(document.layers.allSatisfy { ($0.refetch ?? 1) >= 1 })
  }
}
