import Architectures
import Networks
import TestSupport
import Testing
import Units

@testable import CostModel

// What does it change that an operand is on chip before, or stays there after?
@Suite struct PlacementTests {
  /// A layer on a design, with its cost off chip and placed, under the same mapping.
  private struct Case {
    let placement: OperationPlacement
    let plain: LayerCost
    let placed: LayerCost
    let best: LayerCost
    let label: Comment
  }

  private func check(
    _ placement: OperationPlacement, _ law: (Case) throws -> Void
  ) throws {
    var feasible = 0
    for seed in UInt64(1)...300 {
      var random = SeededRandom(seed: seed)
      let layer = randomLayer(&random)
      let text = randomArchitecture(&random)
      let design = try design(text.text)
      let model = LayerCostModel(design)
      let batch = random.pick([1, 1, 2, 3])
      guard let plain = model.cost(of: layer, batch: batch).cost, let mapping = plain.mapping
      else { continue }
      feasible += 1
      let label: Comment = "seed \(seed), batch \(batch), \(layer)\n\(text.text)"
      try law(
        Case(
          placement: placement, plain: plain,
          placed: #require(
            model.cost(of: layer, mapping: mapping, placement: placement, batch: batch),
            label),
          best: #require(
            model.cost(of: layer, placement: placement, batch: batch).cost, label), label: label))
    }
    #expect(feasible > 180)
  }

  private static let placements = [
    OperationPlacement(holdsInput: true), OperationPlacement(keepsOutput: true),
    OperationPlacement(holdsInput: true, keepsOutput: true),
  ]

  /// Traffic of what is placed is nothing, everything else is as it was.
  @Test(arguments: placements) func trafficIsConserved(_ placement: OperationPlacement) throws {
    try check(placement) { test in
      #expect(test.placed.work == test.plain.work, test.label)
      #expect(test.placed.arrayCycles == test.plain.arrayCycles, test.label)
      for (placed, plain) in zip(test.placed.traffic, test.plain.traffic) {
        var (read, write) = (plain.read, plain.write)
        if placement.holdsInput, plain.operand == .input {
          if plain.level == .dram { read = .zero } else { write = .zero }
        }
        if placement.keepsOutput, plain.operand == .output {
          let stored = test.plain.traffic(.dram, .output).write
          // Whole bytes of words and of stored bits, each rounded up on its own.
          if plain.level == .dram {
            write = .zero
          } else {
            #expect(abs((read - stored - placed.read).count) <= 1, test.label)
            read = placed.read
          }
        }
        #expect(
          placed
            == LevelTraffic(
              level: plain.level, name: plain.name, operand: plain.operand, read: read,
              write: write), test.label)
      }
      for (placed, plain) in zip(test.placed.energy, test.plain.energy) {
        #expect(placed.component == plain.component && placed.amount <= plain.amount, test.label)
      }
    }
  }

  /// What is on chip never costs time, neither under one mapping nor in the choice of it.
  @Test(arguments: placements) func neverSlower(_ placement: OperationPlacement) throws {
    var faster = 0
    try check(placement) { test in
      #expect(test.placed.total <= test.plain.total, test.label)
      #expect(test.best.total <= test.placed.total, test.label)
      if test.best.total < test.plain.total { faster += 1 }
    }
    #expect(faster > 20)
  }

  /// With everything on chip the array waits for nothing but loads into itself.
  @Test func allOnChipIsTheArrayAlone() throws {
    let all = OperationPlacement(
      weights: Bytes(1 << 40), holdsInput: true, keepsOutput: true)
    try check(all) { test in
      #expect(test.placed.cycles[.dramRead] == .zero, test.label)
      #expect(test.placed.cycles[.dramWrite] == .zero, test.label)
      #expect(test.placed.dramRead == .zero && test.placed.dramWrite == .zero, test.label)
    }
  }
}
