import Architectures
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

// Which laws hold for every layer on several cores of every design?
@Suite struct CorePropertyTests {
  private static let networks = ["kind: bus", "kind: ring", "kind: mesh, columns: 2"]

  private func text(_ random: inout SeededRandom) -> (ArchitectureText, (Int, String) -> String) {
    var text = randomArchitecture(&random)
    text.persistent = nil
    let network = random.pick(Self.networks)
    let bandwidth = random.pick(["unlimited", "\(random.within(20...4000)) MB/s"])
    let multicast = random.pick([true, false])
    let hop = random.within(0...9)
    return (
      text,
      { count, split in
        """
        cores: {count: \(count), split: \(split), network: {\(network), bandwidth: \(bandwidth), \
        multicast: \(multicast), hop_latency: \(hop) cycles, energy_per_byte_hop: 1 pJ}}
        """
      }
    )
  }

  // Under the rule of each datapath, and under the search of the best mapping.
  @Test(arguments: ["", "mapping: {rule: search}\n"])
  func moreCoresNeverCostACycle(_ rule: String) throws {
    var (compared, faster) = (0, 0)
    for seed in UInt64(1)...(rule.isEmpty ? 80 : 60) {
      var random = SeededRandom(seed: seed)
      let layer = randomLayer(&random)
      var (text, section) = self.text(&random)
      let batch = random.pick([1, 1, 3])
      var last: LayerCost?
      for count in [1, 2, 3, 4, 7] {
        text.more = rule + section(count, "best")
        // The search does not cut layers for every datapath.
        guard let design = rule.isEmpty ? try design(text.text) : try? design(text.text) else {
          break
        }
        let outcome = LayerCostModel(design).cost(of: layer, batch: batch)
        guard let cost = outcome.cost else {
          #expect(last == nil, "seed \(seed), \(count) cores")
          continue
        }
        if let last {
          compared += 1
          faster += cost.total < last.total ? 1 : 0
          #expect(cost.total <= last.total, "seed \(seed), \(count) cores, \(layer)\n\(text.text)")
        }
        last = cost
      }
    }
    #expect(compared > (rule.isEmpty ? 200 : 100) && faster > 20, "\(compared), \(faster)")
  }

  @Test func partsSumToTotal() throws {
    var divided = 0
    for seed in UInt64(1)...300 {
      var random = SeededRandom(seed: seed)
      let layer = randomLayer(&random)
      var (text, section) = self.text(&random)
      let batch = random.pick([1, 1, 3])
      text.more = section(
        random.within(2...5), random.pick(["best", "kernels", "pixels", "channels", "batch"]))
      let design = try design(text.text)
      guard let cost = LayerCostModel(design).cost(of: layer, batch: batch).cost else { continue }
      let label = "seed \(seed), \(layer)\n\(text.text)"
      divided += cost.cores?.split == nil ? 0 : 1
      let parts = CycleCause.allCases.map { cost.cycles[$0].count }
      #expect(parts.allSatisfy { $0 >= 0 } && parts.reduce(0, +) == cost.total.count, "\(label)")
      #expect(cost.macs == layer.macs * batch, "\(label)")
      #expect((0...1).contains(cost.utilization), "\(label)")
      let use = try #require(cost.cores)
      #expect(use.cycles.allSatisfy { $0 <= cost.total }, "\(label)")
      // What enters the network leaves it; what comes from DRAM is at least each byte once.
      for operand in Operand.allCases {
        let moved = cost.traffic(.network, operand)
        #expect(moved.write <= moved.read, "\(label)")
        #expect(cost.work[.linkBytes] >= moved.write.count - 3 * use.used, "\(label)")
      }
      let results = layer.outputPixels * layer.kernels * batch
      #expect(
        cost.traffic(.dram, .output).write.count >= results * text.bits.output / 8, "\(label)")
      #expect(
        cost.traffic(.dram, .weight).read.count >= layer.weights * text.bits.weight / 8, "\(label)")
    }
    #expect(divided > 100)
  }

  @Test func partsAreTheLayer() throws {
    for seed in UInt64(1)...300 {
      var random = SeededRandom(seed: seed)
      let layer = randomLayer(&random)
      let batch = random.within(1...5)
      for kind in CoresSpec.Split.allCases where kind != .best {
        let extent = LayerSplit.extent(kind, of: layer, batch: batch)
        let count = random.within(2...6)
        guard
          let split = LayerSplit(kind, of: layer, moves: nil, batch: batch, cores: count)
        else { continue }
        #expect(split.parts.count == count && count <= extent)
        #expect(split.parts.reduce(0) { $0 + $1.range.count } == extent)
        #expect(
          split.parts.reduce(0) { $0 + $1.layer.macs * $1.batch } == layer.macs * batch,
          "seed \(seed), \(kind)")
        let sizes = split.parts.map(\.range.count)
        #expect(sizes == sizes.sorted(by: >) && sizes[0] - (sizes.last ?? 0) <= 1)
      }
    }
  }

  // Straight from the definition: the windows of a part lie on the same elements as those of the whole.
  @Test func windowsOfAPartReadTheSameElements() throws {
    var compared = 0
    for seed in UInt64(1)...400 {
      var random = SeededRandom(seed: seed)
      let spread = random.pick([1, 1, 2, 3])
      let axis = WindowAxis(
        extent: random.within(1...12), kernel: random.within(1...5),
        stride: spread == 1 ? random.within(1...6) : 1, dilation: random.within(1...3),
        before: random.within(-1...4), after: random.within(0...4), spread: spread)
      guard axis.padded >= axis.span, axis.outputs > 1 else { continue }
      for range in LayerSplit.ranges(axis.outputs, random.within(2...max(2, axis.outputs)))
      where !range.isEmpty {
        let label = "seed \(seed), \(axis), \(range)"
        func elements(_ axis: WindowAxis, _ windows: Range<Int>) -> [[Int?]] {
          windows.map { window in
            (0..<axis.kernel).map { axis.element(window: window, tap: $0) }
          }
        }
        let whole = elements(axis, range)
        let first = whole.flatMap { $0.compactMap { $0 } }.min()
        guard let part = axis.part(range) else {
          #expect(
            first == nil || axis.stride > axis.kernel || axis.dilation > 1 || spread > 1, "\(label)"
          )
          continue
        }
        compared += 1
        #expect(part.outputs == range.count, "\(label)")
        let own = elements(part, 0..<range.count)
        // The first element of the part is one that the part's windows reach.
        let shifts = Set(
          zip(whole, own).flatMap {
            zip($0, $1).compactMap { pair in pair.0.flatMap { a in pair.1.map { a - $0 } } }
          })
        #expect(shifts.count <= 1, "\(label)")
        #expect(
          zip(whole, own).allSatisfy { zip($0, $1).allSatisfy { ($0 == nil) == ($1 == nil) } },
          "\(label)")
      }
    }
    #expect(compared > 300)
  }
}
