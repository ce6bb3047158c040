import Components
import Foundation
import Importing
import Inputs
import Networks
import Testing

@testable import Reports

/// Networks that hold work no layer can express.
@Suite struct PartialImportTests {
  @Test func aSizeOfMinusOneIsUnknown() throws {
    let plain = try ImportFixtures.layers(ImportFixtures.read("unknown-size.onnx"))
    #expect(plain.map(\.outputPixels) == [36])
    let given = try ImportFixtures.layers(
      ImportFixtures.read("unknown-size.onnx", shapes: ["x=1x2x10x10"]))
    #expect(given.map(\.outputPixels) == [64])
  }

  /// Four directions: 2 x 8 x 64 x 64 outputs of 8 filters over 3 x 27 taps; the product has 80.
  @Test func theShareThatIsLeftOutIsSaid() throws {
    let imported = try ImportFixtures.read("mostly-volumes.onnx", skips: true)
    let macs = 2 * 8 * 64 * 64 * 8 * 3 * 27
    #expect(imported.share == "42.5 MMAC of 42.5 MMAC (99.9998 %) in 1 operator left out")
    #expect(
      imported.yaml.contains("left_out: {operators: 1, macs: \(macs), unknown_operators: 0}\n"))
    let workload = try Workload(
      SpecFile(path: "test", node: YAMLParser.parse(imported.yaml, file: "test")))
    #expect(
      try workload.network(subnet: nil).leftOut
        == LeftOutSpec(operators: 1, macs: macs, unknownOperators: 0))
  }

  @Test func aWholeNetworkSaysNothing() throws {
    let imported = try ImportFixtures.read("tiny.onnx", skips: true)
    #expect(imported.share == nil)
    #expect(!imported.yaml.contains("left_out"))
  }

  /// By hand: 8 x 8 windows of 9 taps, 4 channels and 4 filters; three factors of 4 x 4.
  @Test func sharesOfKnownAndUnknownOperatorsAreTold() throws {
    let imported = try ImportFixtures.read("unsupported.onnx", skips: true)
    let known = 64 * 9 * 4 * 4 + 4 * 4 * 4 * 4
    #expect(
      imported.yaml.contains("left_out: {operators: 4, macs: \(known), unknown_operators: 2}\n"))
    #expect(
      imported.share
        == "at least 9.47 kMAC of 18.7 kMAC (50.7 %) in 4 operators left out, the MACs of 2 of them "
        + "are unknown")
  }

  /// Five steps of an LSTM multiply 16 x 3 and 16 x 4 weights.
  @Test func aRecurrenceIsTwoProducts() throws {
    let imported = try ImportFixtures.read("recurrent.onnx")
    let layers = try ImportFixtures.layers(imported)
    #expect(layers.map(\.macs) == [5 * 16 * 3, 5 * 16 * 4, 5 * 4 * 8, 5 * 8 * 2])
    #expect(layers.map(\.name) == ["lstm.input", "lstm.recurrent", "head", "int8"])
    #expect(
      imported.notes == [
        #"graph.node[0] (LSTM "lstm"): its 5 steps follow one another, their products with the state "#
          + "are counted together"
      ])
  }

  @Test func nothingIsLeftAfterWhatIsNamed() throws {
    let error = #expect(throws: InputError.self) {
      try ImportFixtures.read("only-computed.onnx", skips: true)
    }
    let lines = error?.description.split(separator: "\n").map(String.init) ?? []
    #expect(lines.count == 2)
    #expect(
      lines.first?.contains("left out: Conv 1: its weights are computed while running") == true)
    #expect(lines.last?.hasSuffix("has no layers with weights beside that") == true)
  }

  @Test(arguments: [
    (1, 0, "100.0 %"), (0, 7, "0.0 %"), (21_233_664, 80, "99.9996 %"), (80, 21_233_664, "0.0004 %"),
    (3, 1, "75.0 %"), (999, 1, "99.9 %"), (9_995, 5, "99.95 %"),
  ])
  func aShareIsNeverRoundedToAllOrNone(part: Int, rest: Int, text: String) {
    #expect(LeftOutText.percent(part, beside: rest) == text)
  }
}
