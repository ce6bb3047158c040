import Architectures
import Components
import Foundation
import Inputs
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

// What runs elsewhere costs nothing here and is never held on chip; what a buffer is filled with first.
@Suite struct HostTests {
  private func network(_ name: String, _ subnet: String? = nil) throws -> Network {
    try Workload(Repository.file("workloads/\(name).yaml")).network(subnet: subnet)
  }

  /// A list of layers, each of which reads a map of its own: what one costs does not depend on others.
  @Test(arguments: ["sushi-analytic", "tpu-like", "eyeriss-v1"])
  func theOthersCostWhatTheyCost(_ name: String) throws {
    let seed: UInt64 = 5
    var random = SeededRandom(seed: seed)
    let evaluator = Evaluator(try design(named: name))
    for round in 0..<6 {
      let layers = (0..<5).map { index in
        Layer(
          name: "l\(index)", operation: .convolution, kernels: 8 * random.within(1...3),
          channels: 8 * random.within(1...3), kernel: (3, 3), input: (12, 12), padding: 1)
      }
      let whole = Network(name: "list", subnet: nil, layers: layers)
      let hosts = layers.map(\.name).filter { _ in random.within(0...1) == 0 }.prefix(4)
      let part = whole.onHost(Array(hosts) + ["not there"])
      #expect(part.host == Set(hosts), "seed \(seed), round \(round)")
      let held = Placement(persistent: Subgraph(whole))
      for placement in [Placement.empty, held] {
        let all = try evaluator.evaluate(whole, placement: placement, batch: 2)
        let own = try evaluator.evaluate(part, placement: placement, batch: 2)
        let left = all.entries.filter { !hosts.contains($0.name) }
        #expect(own.entries.map(\.name) == left.map(\.name), "seed \(seed), round \(round)")
        #expect(own.entries.map(\.cost) == left.map(\.cost), "seed \(seed), round \(round)")
        let away = layers.filter { hosts.contains($0.name) }
        #expect(own.hostWork.names == away.map(\.name))
        #expect(own.hostWork.macs == 2 * away.reduce(0) { $0 + $1.macs })
        #expect(own.hostWork.weightBytes + own.weightBytes == all.weightBytes)
      }
      #expect(Subgraph(part).slices.keys.allSatisfy { !hosts.contains($0) })
    }
  }

  /// The map that a host reads is written for it, what it writes is read from DRAM.
  @Test func mapsCrossThePins() throws {
    let text = try String(
      contentsOf: Repository.root.appending(path: "arch/sushi-analytic.yaml"), encoding: .utf8)
    let design = try design(text + "activations: {policy: resident, capacity: 64 MiB}\n")
    let evaluator = Evaluator(design)
    let whole = try network("ofa-resnet50", "0.6B")
    func maps(_ network: Network) throws -> Int {
      let cost = try evaluator.evaluate(network)
      return cost.totals.dramBytes.count - cost.weightBytes.count
    }
    let image = 160 * 160 * 3
    // Image and logits; with the classifier elsewhere the pooled map goes to it.
    #expect(try maps(whole) == image + 1000)
    #expect(try maps(whole.onHost(["fc"])) == image + 1640)
    // One layer in the middle: its input is written, its result is read by the next layer.
    let name = "stage2.1.conv2"
    let layer = try #require(whole.layers.first { $0.name == name })
    let (input, output) = (
      layer.channels * layer.inputRows * layer.inputColumns, layer.kernels * layer.outputPixels
    )
    #expect(try maps(whole.onHost([name])) == image + 1000 + input + output)
  }

  @Test func aVectorUnitLeavesWorkToTheHost() throws {
    let text = try String(
      contentsOf: Repository.root.appending(path: "arch/tpu-like.yaml"), encoding: .utf8)
    let unit = "vector_unit: {lanes: 4, buffer: {size: 4 KiB, ping_pong: false}}\n"
    let evaluator = Evaluator(try design(text + unit))
    let whole = try network("resnet20-cifar")
    let all = try evaluator.evaluate(whole)
    let vector = try #require(all.entries.last { $0.vectorWork != nil })
    let own = try evaluator.evaluate(whole.onHost([vector.name]))
    #expect(own.entries.map(\.name) == all.entries.map(\.name).filter { $0 != vector.name })
    #expect(own.hostWork.names == [vector.name] && own.hostWork.macs == 0)
  }

  /// Weights that are read once save their own bytes: the buffer is full, to less than a kernel, and the
  /// end of the network is held.
  @Test(arguments: ["0.6B", "4.1B"])
  func bytesAreSavedByteForByte(_ subnet: String) throws {
    let evaluator = Evaluator(try design(named: "sushi-analytic-4mib"))
    let network = try network("ofa-resnet50", subnet).onHost(["fc"])
    let capacity = Bytes(4 << 20)
    let held = evaluator.subgraph(of: network, capacity: capacity, fill: .bytes)
    let plain = try evaluator.evaluate(network)
    let with = try evaluator.evaluate(network, placement: Placement(persistent: held))
    let saved = plain.totals.dramBytes.count - with.totals.dramBytes.count
    #expect(saved == evaluator.storage(of: held).count)
    #expect(saved <= capacity.count && saved > capacity.count - 8192)
    #expect(held.slices["fc"] == nil)
    let last = try #require(network.ownLayers.last)
    #expect(held.slices[last.name] == Subgraph.Slice(last))
    // By cycles nothing is saved that would not be saved by bytes, but time is.
    let fast = evaluator.subgraph(of: network, capacity: capacity)
    let quick = try evaluator.evaluate(network, placement: Placement(persistent: fast))
    #expect(quick.cycles <= with.cycles)
    #expect(fast.slices["fc"] == nil)
  }

  /// Weights that are read several times save more than their bytes and go first.
  @Test func repeatedReadsGoFirst() throws {
    let text = try String(
      contentsOf: Repository.root.appending(path: "arch/sushi-analytic.yaml"), encoding: .utf8
    ).replacing("holds: [input], size: 1024 KiB", with: "holds: [input], size: 64 KiB")
      .replacing("holds: [weight], size: 576 KiB", with: "holds: [weight], size: 16 KiB")
    let small = Evaluator(try design(text))
    // A large map is cut into strips, each of which reads the weights again.
    let layers = [(56, "early"), (7, "late")].map { side, name in
      Layer(
        name: name, operation: .convolution, kernels: 64, channels: 64, kernel: (3, 3),
        input: (side, side), padding: 1)
    }
    let network = Network(name: "two", subnet: nil, layers: layers)
    let cost = try small.evaluate(network)
    let reads = cost.entries.map { $0.cost.traffic(.dram, .weight).read.count }
    try #require(reads[0] > reads[1], "the first layer's weights are read once")
    let held = small.subgraph(of: network, capacity: Bytes(64 * 64 * 9), fill: .bytes)
    #expect(held.slices["early"] == Subgraph.Slice(layers[0]))
    #expect(held.slices["late"] == nil)
  }

  @Test func nothingLeftIsRefused() throws {
    let layer = Layer(
      name: "only", operation: .convolution, kernels: 8, channels: 8, kernel: (1, 1),
      input: (4, 4))
    let network = Network(name: "one", subnet: nil, layers: [layer]).onHost(["only"])
    #expect(network.ownLayers.isEmpty && network.hostLayers == [layer])
    #expect(network.ownMACs == 0 && network.macs == layer.macs)
  }
}
