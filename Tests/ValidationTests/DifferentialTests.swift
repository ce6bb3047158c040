import Architectures
import CostModel
import Networks
import ReferenceModel
import TestSupport
import Testing
import Validation

// Do the cost model and the machine that steps through every cycle agree?
@Suite struct DifferentialTests {
  /// Seeds that this run has to itself; validation covers those from 1 on.
  private static let seed: UInt64 = 20_000
  /// An unoptimized build steps slowly; continuous integration runs thousands with an optimized one.
  private static let cases = 24

  @Test(arguments: DifferentialCase.kinds) func randomCasesAgree(kind: String) throws {
    let test = try DifferentialTest(folders: Repository.folders)
    let run = try DifferentialRun(kind, cases: Self.cases, seed: Self.seed, test: test)
    print("\(kind): \(Self.cases) cases from seed \(Self.seed): \(run)")
    #expect(run.failure == nil)
    #expect(run.holds)
    // A third may not fit; what fits has to be of both sorts.
    #expect(!run.exact.isEmpty)
    // A vector unit agrees to the cycle however its links are shared; maps are counted in bytes.
    #expect(kind == "vector-work" || kind == DifferentialCase.mapsKind || !run.shared.isEmpty)
  }

  @Test func aSeedMeansOneCase() {
    for kind in DifferentialCase.kinds {
      #expect(DifferentialCase(kind, seed: 5) == DifferentialCase(kind, seed: 5))
      #expect(DifferentialCase(kind, seed: 5) != DifferentialCase(kind, seed: 6))
    }
  }

  /// 3 x 3 outputs of a 3 x 3 kernel on 5 x 5 inputs, 2 channels, 2 kernels: what the machine does.
  private let layer = Layer(
    name: "small", operation: .convolution, kernels: 2, channels: 2, kernel: (3, 3), input: (5, 5))

  private func run(_ datapath: String, inputBuffer: Int = 4096) throws -> ReferenceRun {
    func architecture(_ size: Int) throws -> Architecture {
      try SmallArchitecture.architecture(
        datapath, inputBuffer: size, inputRate: "100 MB/s", outputRate: "200 MB/s")
    }
    let design = try design(architecture(4096))
    let cost = try #require(LayerCostModel(design).cost(of: layer).cost)
    let machine = try #require(
      ReferenceMachine(architecture(inputBuffer), datapath: design.datapath))
    return try machine.run(layer, operands, mapping: #require(cost.mapping))
  }

  private var operands: LayerOperands {
    LayerOperands(
      input: (0..<50).map { Int8($0 - 25) }, weights: (0..<36).map { Int8(3 * $0 % 17 - 8) })
  }

  @Test func lineBufferByHand() throws {
    // 50 input bytes at one per cycle; one pass of 25 pixels and 2 cycles for both channels and
    // kernels; 18 results at two bytes per cycle.
    let run = try run(
      """
      {kind: dot-product-array, output_channels: 2, input_channels: 2, taps: 9, pixels: 1, \
      sweep: input-pixels, pointwise: single-tap, depthwise_channels: 1, pass_overhead: 2 cycles}
      """)
    #expect(run.cycles == 50 + 27 + 9)
    #expect(run.sums == operands.convolution(layer, batch: 1))
    #expect(run.traffic.inputReads == 50)
    #expect(run.traffic.weightReads == 36)
    #expect(run.traffic.outputReads == 0)
    #expect(run.traffic.outputWrites == 18)
  }

  @Test func outputStationaryGridByHand() throws {
    // Nine pixels on four rows are three folds, two kernels fit four columns; each fold streams the
    // reduction of 18 and drains over 4 + 4 - 2 cycles.
    let run = try run(
      """
      {kind: systolic-array, rows: 4, columns: 4, dataflow: output-stationary, folds: serial, \
      stationary_load: exposed}
      """)
    #expect(run.cycles == 50 + 3 * (18 + 6) + 9)
    #expect(run.sums == operands.convolution(layer, batch: 1))
    #expect(run.traffic.inputReads == 9 * 18)
    #expect(run.traffic.weightReads == 3 * 36)
  }

  @Test func rowStationaryPassByHand() throws {
    // One pass of 3 x 3 elements. Weights: 36 at 4 a cycle. A column of the input is 5 rows x 2
    // channels at 2 a cycle; the first window of three is complete after 15 cycles, and each takes
    // 2 kernels x 2 channels x 3 taps. The 6 sums of the last column leave in 3 cycles.
    let run = try run(
      """
      {kind: row-stationary-array, rows: 3, columns: 3, input_scratchpad: 6, \
      weight_scratchpad: 12, sum_scratchpad: 2, input_bus: 2, weight_bus: 4, sum_bus: 2}
      """)
    #expect(run.cycles == 50 + 9 + 15 + 3 * 12 + 3 + 9)
    #expect(run.sums == operands.convolution(layer, batch: 1))
    #expect(run.traffic.inputReads == 50)
    #expect(run.traffic.weightReads == 36)
    #expect(run.traffic.outputReads == 18)
    #expect(run.traffic.outputWrites == 18)
  }

  @Test(arguments: [
    """
    {kind: systolic-array, rows: 4, columns: 4, dataflow: output-stationary, folds: serial, \
    stationary_load: exposed}
    """,
    """
    {kind: row-stationary-array, rows: 3, columns: 3, input_scratchpad: 6, \
    weight_scratchpad: 12, sum_scratchpad: 2, input_bus: 2, weight_bus: 4, sum_bus: 2}
    """,
  ]) func aMappingThatDoesNotFitFails(datapath: String) {
    #expect(
      throws: ReferenceFailure.self,
      performing: { try run(datapath, inputBuffer: 40) })
  }
}
