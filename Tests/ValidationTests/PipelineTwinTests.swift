import Architectures
import Networks
import ReferenceModel
import TestSupport
import Testing
import Units

@testable import CostModel

// Do cores that hand rows to one another, stepped cycle by cycle, take what the model says?
@Suite struct PipelineTwinTests {
  private struct Case {
    let label: String
    let model: PipelinedLayers
    let twin: PipelineMachine.Run
    let sums: [Int32]
  }

  private func chain(_ count: Int, _ random: inout SeededRandom) -> [Layer] {
    var layers: [Layer] = []
    var (channels, rows, columns) = (
      random.within(1...5), random.within(5...10), random.within(3...7)
    )
    for place in 0..<count {
      let kernel = random.pick([1, 3, 3])
      let isDepthwise = random.within(0...4) == 0
      let kernels = isDepthwise ? channels : random.within(1...6)
      let layer = Layer(
        name: "layer\(place)", operation: isDepthwise ? .depthwiseConvolution : .convolution,
        kernels: kernels, channels: channels, kernel: (kernel, kernel), input: (rows, columns),
        stride: rows > 4 ? random.within(1...2) : 1, padding: kernel / 2)
      layers.append(layer)
      (channels, rows, columns) = (kernels, layer.outputRows, layer.outputColumns)
    }
    return layers
  }

  private func text(_ random: inout SeededRandom) -> ArchitectureText {
    var text = randomSmallCore(&random)
    // A tile that is loaded beside another one needs a half of its own.
    text.pingPong = (true, true, true)
    text.sizes = (1 << random.within(10...14), 1 << random.within(6...12), 1 << 15)
    return text
  }

  private func run(_ seed: UInt64, cores count: Int) throws -> Case? {
    var random = SeededRandom(seed: seed)
    let layers = chain(count, &random)
    var text = text(&random)
    let bandwidth = random.pick([nil, random.within(100...4000)])
    let images = random.within(1...3)
    let room = random.pick([1 << 20, random.within(8...400)])
    text.more += """

      cores: {count: \(count), pipeline: {maps: \(room) B}, network: {\
      \(random.pick(["kind: bus", "kind: ring", "kind: mesh, columns: 2"])), \
      bandwidth: \(bandwidth.map { "\($0) MB/s" } ?? "unlimited"), \
      hop_latency: \(random.within(0...9)) cycles, energy_per_byte_hop: 1 pJ}}
      """
    let several = text.text
    text.more = ""
    func limited(_ rate: Int?) -> Int? { bandwidth.map { min($0, rate ?? $0) } ?? rate }
    text.rates = (
      limited(text.rates.input), limited(text.rates.weight), limited(text.rates.output)
    )
    let (design, other) = (try design(several), try TestSupport.design(text.text))
    let model = LayerCostModel(design)
    var memo = LayerMemo(capacity: 0)
    let stages = layers.map { PipelineStage(layer: $0, weights: nil, moves: nil) }
    guard
      let made = PipelinedLayers(
        stages, tiles: random.within(1...6), batch: images, room: Bytes(room),
        on: try #require(model.cores), model, memo: &memo)
    else { return nil }
    func numbers(_ count: Int) -> [Int8] { (0..<count).map { _ in Int8(random.within(-9...9)) } }
    let weights = layers.map { numbers($0.weights) }
    let first = layers[0]
    let input = numbers(images * first.channels * first.inputRows * first.inputColumns)
    let twins = layers.indices.map { place in
      let tiles = made.kinds[place].dropFirst()
      return PipelineMachine.Stage(
        layer: layers[place], weights: weights[place], tiles: tiles.map(\.part),
        mappings: tiles.map(\.timed.mapping), first: made.kinds[place][0].timed.mapping,
        held: model.heldWeights(layers[place], nil).count)
    }
    let machine = try #require(
      PipelineMachine(design.architecture, far: other.architecture, datapath: design.datapath))
    var map = input
    var sums: [Int32] = []
    for (layer, weights) in zip(layers, weights) {
      sums = LayerOperands(input: map, weights: weights).convolution(layer, batch: images)
      map = sums.map { Int8(truncatingIfNeeded: $0) }
    }
    return Case(
      label:
        "seed \(seed), \(images) images, room \(room), tiles \(made.tiles)\n\(layers)\n\(several)",
      model: made, twin: try machine.run(twins, input: input, images: images), sums: sums)
  }

  // Where neither DRAM nor a link limits them, which the machine's cores have to themselves.
  @Test(arguments: [2, 3])
  func exactWhereNothingIsShared(_ cores: Int) throws {
    var (exact, tight) = (0, 0)
    for seed in UInt64(1)...160 {
      guard let test = try run(seed, cores: cores) else {
        tight += 1
        continue
      }
      #expect(test.twin.sums == test.sums, "\(test.label)")
      #expect(test.model.busy == test.twin.busy, "\(test.label)")
      guard test.model.limit == .core else {
        #expect(test.model.total >= test.twin.cycles, "\(test.label)")
        continue
      }
      exact += 1
      #expect(test.model.total == test.twin.cycles, "\(test.label)")
    }
    #expect(exact > 40 && tight > 5, "\(exact) exact, \(tight) without room")
  }
}
