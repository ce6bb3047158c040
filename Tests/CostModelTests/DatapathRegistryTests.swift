import Architectures
import Components
import CostModel
import Networks
import TestSupport
import Testing

// Does every datapath of the registry keep the rules that the memory model relies on?
@Suite struct DatapathRegistryTests {
  /// A datapath's own rule is one that serves it and needs no parameters; every rule serves some.
  @Test func everyDatapathHasAMapper() throws {
    var seen = Set<String>()
    for seed in UInt64(1)...60 {
      var random = SeededRandom(seed: seed)
      let array = try datapath(Self.text(seed, &random))
      let (mapper, rules) = (array.mapper, LayerMappers.rules(for: array))
      let serves = mapper.serves(array)
      #expect(serves, "seed \(seed)")
      let own = try LayerMappers.registry.make(Choice(kind: mapper.kind))
      #expect(own.kind == rules.first, "seed \(seed)")
      seen.formUnion(rules)
    }
    #expect(seen == Set(LayerMappers.registry.entries.map(\.kind)))
  }

  private static func text(_ seed: UInt64, _ random: inout SeededRandom) -> String {
    seed.isMultiple(of: 10) ? randomTensorCores(&random) : randomDatapath(&random)
  }

  @Test func everyKind() throws {
    var seen = Set<String>()
    for seed in UInt64(1)...400 {
      var random = SeededRandom(seed: seed)
      let text = Self.text(seed, &random)
      let array = try datapath(text)
      seen.insert(type(of: array).kind)
      let layer = randomLayer(&random)
      let batch = random.within(1...3)
      let (nest, groups) = array.nest(of: layer, batch: batch)
      let label = "seed \(seed): \(text), \(layer)"
      #expect(nest.macs * groups == layer.macs * batch, "\(label)")
      let ready = array.prepare(nest, weights: nil, mapping: nil)
      let traits = ready.traits
      let granule = traits.granule
      #expect((1...nest.pixels).contains(granule.pixels), "\(label)")
      #expect((1...nest.kernels).contains(granule.kernels), "\(label)")
      #expect((1...nest.channels).contains(granule.channels), "\(label)")
      #expect((traits.preload?.cycles ?? 0) >= 0 && traits.drain >= 0, "\(label)")
      var tile = Tile(
        pixels: min(nest.pixels, granule.pixels * random.within(1...4)),
        kernels: min(nest.kernels, granule.kernels * random.within(1...4)),
        channels: min(nest.channels, granule.channels * random.within(1...4)))
      let cost = ready.execute(tile, part: .whole)
      #expect(cost.timing.cycles > 0, "\(label)")
      #expect(
        cost.counts[.macs] == tile.pixels * tile.kernels * tile.channels * nest.taps, "\(label)")
      #expect(cost.counts[.macs] <= cost.timing.cycles * array.lanes, "\(label)")
      for dimension in 0..<3 {
        let smaller = tile
        switch dimension {
        case 0: tile.pixels = min(nest.pixels, tile.pixels + granule.pixels)
        case 1: tile.kernels = min(nest.kernels, tile.kernels + granule.kernels)
        default: tile.channels = min(nest.channels, tile.channels + granule.channels)
        }
        let larger = ready.execute(tile, part: .whole)
        let before = ready.execute(smaller, part: .whole)
        #expect(larger.timing.cycles >= before.timing.cycles, "dimension \(dimension), \(label)")
      }
    }
    #expect(seen == Set(Datapaths.registry.entries.map(\.kind)))
  }
}
