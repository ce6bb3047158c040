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
    let place: Place
    let plain: LayerCost
    let placed: LayerCost
    let best: LayerCost
    let label: Comment
  }

  /// What is on chip of a layer.
  struct Place: Sendable, CustomTestStringConvertible {
    var weights = Bytes.zero
    var holdsInput = false
    var keepsOutput = false

    func placement(of layer: Layer, batch: Int) -> OperationPlacement {
      OperationPlacement(
        weights: weights,
        moves: MapMoves(
          .array(layer), holdsInput: holdsInput, keepsOutput: keepsOutput, images: batch))
    }

    var testDescription: String { "input \(holdsInput), output \(keepsOutput)" }
  }

  private func check(_ place: Place, _ law: (Case) throws -> Void) throws {
    var feasible = 0
    for seed in UInt64(1)...150 {
      var random = SeededRandom(seed: seed)
      let layer = randomLayer(&random)
      let text = randomArchitecture(&random)
      let design = try design(text.text)
      let model = LayerCostModel(design)
      let batch = random.pick([1, 1, 2, 3])
      guard let plain = model.cost(of: layer, batch: batch).cost, let mapping = plain.mapping
      else { continue }
      feasible += 1
      let placement = place.placement(of: layer, batch: batch)
      let label: Comment = "seed \(seed), batch \(batch), \(layer)\n\(text.text)"
      try law(
        Case(
          place: place, plain: plain,
          placed: #require(
            model.cost(of: layer, mapping: mapping, placement: placement, batch: batch),
            label),
          best: #require(
            model.cost(of: layer, placement: placement, batch: batch).cost, label), label: label))
    }
    #expect(feasible > 90)
  }

  private static let placements = [
    Place(holdsInput: true), Place(keepsOutput: true),
    Place(holdsInput: true, keepsOutput: true),
  ]

  /// Traffic to DRAM of what is placed is nothing, everything else is as it was.
  @Test(arguments: placements) func trafficIsConserved(_ place: Place) throws {
    try check(place) { test in
      #expect(test.placed.work == test.plain.work, test.label)
      #expect(test.placed.arrayCycles == test.plain.arrayCycles, test.label)
      for (placed, plain) in zip(test.placed.traffic, test.plain.traffic) {
        var (read, write) = (plain.read, plain.write)
        // What is on chip fills the buffer all the same.
        if place.holdsInput, plain.operand == .input, plain.level == .dram { read = .zero }
        if place.keepsOutput, plain.operand == .output {
          let stored = test.plain.traffic(.dram, .output).write
          if plain.level == .dram {
            write = .zero
          } else {
            // Channels are padded in DRAM only.
            #expect(placed.read <= read && placed.read + stored >= read, test.label)
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
  @Test(arguments: placements) func neverSlower(_ place: Place) throws {
    var faster = 0
    try check(place) { test in
      #expect(test.placed.total <= test.plain.total, test.label)
      #expect(test.best.total <= test.placed.total, test.label)
      if test.best.total < test.plain.total { faster += 1 }
    }
    #expect(faster > 10)
  }

  /// With everything on chip the array waits for nothing but loads into itself.
  @Test func allOnChipIsTheArrayAlone() throws {
    let all = Place(weights: Bytes(1 << 40), holdsInput: true, keepsOutput: true)
    try check(all) { test in
      #expect(test.placed.cycles[.dramRead] == .zero, test.label)
      #expect(test.placed.cycles[.dramWrite] == .zero, test.label)
      #expect(test.placed.dramRead == .zero && test.placed.dramWrite == .zero, test.label)
    }
  }
}
