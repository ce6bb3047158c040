import CostModel
import Networks
import TestSupport
import Testing

// How many folds and cycles does a systolic grid need?
@Suite struct SystolicArrayTests {
  /// Twelve pixels, ten kernels and a reduction of nine on a 4 x 4 grid: three folds each way.
  private let layer = Layer(
    name: "small", operation: .convolution, kernels: 10, channels: 9, kernel: (1, 1),
    input: (3, 4))

  private func run(
    _ dataflow: String, folds: String = "serial", load: String = "exposed", first: Bool = true,
    last: Bool = true
  ) throws -> (cost: TileExecution, edge: Int) {
    let array = try datapath(
      """
      {kind: systolic-array, rows: 4, columns: 4, dataflow: \(dataflow), folds: \(folds), \
      stationary_load: \(load)}
      """)
    let (nest, _) = array.nest(of: layer, batch: 1)
    let tile = Tile(pixels: 12, kernels: 10, channels: 9)
    let ready = array.prepare(nest, weights: nil, mapping: nil)
    return (
      ready.execute(tile, part: ChannelPart(isFirst: first, isLast: last)),
      (ready.traits.preload?.cycles ?? 0) + ready.traits.drain
    )
  }

  @Test func outputStationary() throws {
    let (cost, edge) = try run("output-stationary")
    #expect(cost.timing.cycles == 9 * (9 + 4 + 4 - 2))
    #expect(edge == 0)
    #expect(cost.counts[.macs] == 12 * 10 * 9)
    #expect(cost.counts[.inputReads] == 12 * 9 * 3)
    #expect(cost.counts[.weightReads] == 9 * 10 * 3)
    #expect(cost.counts[.outputWrites] == 12 * 10)
    #expect(cost.counts[.outputReads] == 0)
    // A further block of channels streams into the same fold, which drains after the last; sums
    // never leave the array before.
    let before = try run("output-stationary", last: false).cost
    #expect(before.timing.cycles == 9 * 9)
    #expect(before.counts[.outputWrites] == 0)
    let last = try run("output-stationary", first: false).cost
    #expect(last.timing.cycles == 9 * (9 + 4 + 4 - 2))
    #expect(last.counts[.outputReads] == 0)
    #expect(last.counts[.outputWrites] == 12 * 10)
  }

  /// Three folds of four rows; columns 4 + 4 + 2; STONNE's three cycles of handover.
  @Test func croppedFolds() throws {
    let cost = try run("output-stationary", folds: "cropped").cost
    #expect(cost.timing.cycles == 3 * (2 * (9 + 4 + 4 + 3) + (9 + 4 + 2 + 3)))
    #expect(cost.counts[.macs] == 12 * 10 * 9)
    let before = try run("output-stationary", folds: "cropped", last: false).cost
    #expect(before.timing.cycles == 9 * 9)
  }

  @Test func weightStationary() throws {
    let (cost, edge) = try run("weight-stationary")
    #expect(cost.timing.cycles == 9 * (2 * 4 + 4 + 12 - 2))
    #expect(edge == 0)
    #expect(cost.counts[.inputReads] == 12 * 9 * 3)
    #expect(cost.counts[.weightReads] == 9 * 10)
    #expect(cost.counts[.outputWrites] == 12 * 10 * 3)
    #expect(cost.counts[.outputReads] == 12 * 10 * 2)
    #expect(try run("weight-stationary", first: false).cost.counts[.outputReads] == 12 * 10 * 3)
  }

  @Test func inputStationary() throws {
    let (cost, edge) = try run("input-stationary")
    #expect(cost.timing.cycles == 9 * (2 * 4 + 4 + 10 - 2))
    #expect(edge == 0)
    #expect(cost.counts[.inputReads] == 12 * 9)
    #expect(cost.counts[.weightReads] == 9 * 10 * 3)
    #expect(cost.counts[.outputWrites] == 12 * 10 * 3)
    #expect(cost.counts[.outputReads] == 12 * 10 * 2)
  }

  @Test func overlappedFolds() throws {
    let output = try run("output-stationary", folds: "overlapped")
    #expect(output.cost.timing.cycles == 9 * 9)
    #expect(output.edge == 6)
    let weight = try run("weight-stationary", folds: "overlapped")
    #expect(weight.cost.timing.cycles == 9 * (4 + 12))
    #expect(weight.edge == 6)
  }

  @Test func hiddenLoads() throws {
    let serial = try run("weight-stationary", load: "hidden")
    #expect(serial.cost.timing.cycles == 9 * (12 + 6))
    #expect(serial.edge == 4)
    let overlapped = try run("weight-stationary", folds: "overlapped", load: "hidden")
    #expect(overlapped.cost.timing.cycles == 9 * 12)
    #expect(overlapped.edge == 6 + 4)
  }

  @Test func outputStationaryLoadsNothing() {
    #expect(throws: (any Error).self) { try run("output-stationary", load: "hidden") }
  }
}
