import Architectures
import CostModel
import Networks
import ReferenceModel
import TestSupport
import Testing

// Does a grid that works cycle by cycle compute two kernels right that share a fold, in the cycles of one?
@Suite struct PackedFoldTests {
  private static let sides = (rows: 12, columns: 10)

  private func machine(_ dataflow: String) throws -> ReferenceMachine {
    var text = ArchitectureText()
    text.datapath =
      "{kind: systolic-array, rows: \(Self.sides.rows), columns: \(Self.sides.columns), "
      + "dataflow: \(dataflow), folds: serial, stationary_load: exposed}"
    let architecture = try architecture(text.text)
    return try #require(ReferenceMachine(architecture, datapath: design(architecture).datapath))
  }

  /// A product of `kernels` outputs from `depth` inputs at each of `pixels` places.
  private func product(_ kernels: Int, _ depth: Int, _ pixels: Int) -> Layer {
    Layer(
      name: "p", operation: .convolution, kernels: kernels, channels: depth, kernel: (1, 1),
      input: (1, pixels))
  }

  private func mapping(_ tile: Tile) -> Mapping {
    Mapping(order: .pixelsOuter, tile: tile, keepsInput: true, keepsWeights: true, images: 1)
  }

  /// What stays, weights or inputs of both kernels, along the diagonal, what streams below one another, zeros
  /// behind the shorter stream.
  @Test(arguments: ["weight-stationary", "input-stationary", "output-stationary"])
  func blocksAlongTheDiagonal(_ dataflow: String) throws {
    var random = SeededRandom(seed: 11)
    func values(_ count: Int) -> [Int8] { (0..<count).map { _ in Int8(random.within(-7...7)) } }
    // Output-stationary: pixels on rows, so that these are added up, too, and the reduction streams.
    let sizes = [(kernels: 4, depth: 5, pixels: 4), (kernels: 3, depth: 7, pixels: 3)]
    let parts = sizes.map { size in
      (
        size,
        LayerOperands(
          input: values(size.depth * size.pixels), weights: values(size.kernels * size.depth))
      )
    }
    // What streams is as long as the longer one, the other two take rows and columns of their own.
    let streams = (
      kernels: dataflow == "input-stationary", depth: dataflow == "output-stationary",
      pixels: dataflow == "weight-stationary"
    )
    func joined(_ first: Int, _ second: Int, _ streams: Bool) -> Int {
      streams ? max(first, second) : first + second
    }
    let kernels = joined(sizes[0].kernels, sizes[1].kernels, streams.kernels)
    let depth = joined(sizes[0].depth, sizes[1].depth, streams.depth)
    let pixels = joined(sizes[0].pixels, sizes[1].pixels, streams.pixels)
    var input = [Int8](repeating: 0, count: depth * pixels)
    var weights = [Int8](repeating: 0, count: kernels * depth)
    for (index, (size, operands)) in parts.enumerated() {
      let first =
        index == 0
        ? (kernel: 0, depth: 0, pixel: 0)
        : (
          kernel: streams.kernels ? 0 : sizes[0].kernels,
          depth: streams.depth ? 0 : sizes[0].depth,
          pixel: streams.pixels ? 0 : sizes[0].pixels
        )
      for place in 0..<size.depth {
        for pixel in 0..<size.pixels {
          input[(first.depth + place) * pixels + first.pixel + pixel] =
            operands.input[place * size.pixels + pixel]
        }
        for kernel in 0..<size.kernels {
          weights[(first.kernel + kernel) * depth + first.depth + place] =
            operands.weights[kernel * size.depth + place]
        }
      }
    }
    let machine = try machine(dataflow)
    let whole = product(kernels, depth, pixels)
    let run = try machine.run(
      whole, LayerOperands(input: input, weights: weights),
      mapping: mapping(Tile(pixels: pixels, kernels: kernels, channels: depth)))
    var alone: [Int] = []
    for (index, (size, operands)) in parts.enumerated() {
      let layer = product(size.kernels, size.depth, size.pixels)
      let own = try machine.run(
        layer, operands,
        mapping: mapping(
          Tile(pixels: size.pixels, kernels: size.kernels, channels: size.depth)))
      alone.append(own.cycles)
      let expected = operands.convolution(layer, batch: 1)
      #expect(own.sums == expected)
      let first =
        index == 0
        ? (kernel: 0, pixel: 0)
        : (
          kernel: streams.kernels ? 0 : sizes[0].kernels,
          pixel: streams.pixels ? 0 : sizes[0].pixels
        )
      for kernel in 0..<size.kernels {
        for pixel in 0..<size.pixels {
          #expect(
            run.sums[(first.kernel + kernel) * pixels + first.pixel + pixel]
              == expected[kernel * size.pixels + pixel])
        }
      }
    }
    // As long as its longest member: every fold is charged the whole array's fill and drain.
    #expect(run.cycles == alone.max())
  }
}
