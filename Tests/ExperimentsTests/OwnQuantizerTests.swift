import Components
import CostModel
import Foundation
import Inputs
import Networks
import Reports
import Studies
import TestSupport
import Testing
import Units
import WeightAnalysis

/// Weights of -2, -1, 1 and 2 times a scale: a quantizer of one's own with an alphabet of its own.
struct FourLevels: Quantizer {
  static let scheme = QuantizationScheme("four-levels", levels: [-2, -1, 1, 2])
  static let summary = "Weights of {2, 1, -1, -2}, scaled by each filter's largest."

  struct Spec: Codable, Hashable, Sendable {
    /// Magnitudes from here on, as a share of the largest, have the level 2; 0.75 when left out.
    let cut: Double?
  }

  private let cut: Float

  init(_ spec: Spec) throws(SpecError) {
    let cut = spec.cut ?? 0.75
    guard (0...1).contains(cut) else { throw SpecError("cut", "expected 0 to 1, found \(cut)") }
    self.cut = Float(cut)
  }

  func quantize(
    _ values: UnsafeBufferPointer<Float>, shape: FilterShape
  ) throws(WeightError) -> QuantizedTensor {
    var levels: [Int8] = []
    var scales: [Float] = []
    for first in stride(from: 0, to: values.count, by: shape.filterSize) {
      let filter = values[first..<first + shape.filterSize]
      let largest = filter.reduce(0) { max($0, $1.magnitude) }
      scales.append(largest / 2)
      levels += filter.map { ($0 < 0 ? -1 : 1) * ($0.magnitude >= cut * largest ? 2 : 1) }
    }
    return try QuantizedTensor(levels, shape: shape, scheme: Self.scheme, scales: scales)
  }
}

/// One type and one entry: quantized, stored, read back, analyzed and priced.
@Suite final class OwnQuantizerTests {
  private let root: URL
  private let folders: SpecFolders

  init() throws {
    root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    var folders = Repository.folders
    folders.families.quantizers = Quantizers.registry.adding(.init(FourLevels.self) { $0 })
    self.folders = folders
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  private func path(_ name: String) -> String { root.appending(path: name).path }

  /// Two filters of two channels, 1 x 2 each, and a workload that reads them.
  private func quantized(_ settings: [(key: String, value: String)] = []) throws -> String {
    let writer = try WeightFileWriter.create(path("f.h5"))
    let values: [Float] = [4, -1, 2, 3, -8, 8, 1, -5]
    try writer.writeFloat32("layer.weight", dimensions: [2, 2, 1, 2], kernelsPerBlock: 2) {
      Array(values[$0.lowerBound * 4..<$0.upperBound * 4])
    }
    try writer.setAttribute("layout", .text("OIHW"), dataset: "layer.weight")
    try writer.finish()
    try Data(
      """
      name: w
      summary: One layer.
      source: "this project: a test"
      layers:
        - {name: layer, operator: convolution, input: [2, 4, 4], output_channels: 2, kernel: [1, 2]}

      """.utf8
    ).write(to: URL(filePath: path("w.yaml")))
    let outcomes = try QuantizerSettings(scheme: "four-levels", settings).quantize(
      path("f.h5"), to: path("q.h5"), workload: nil, fullPrecision: [], layout: nil,
      folders: folders)
    #expect(outcomes.map(\.result) == ["four-levels"])
    #expect(outcomes.map(\.density) == [1])
    return path("q.h5")
  }

  private func tensor(_ path: String) throws -> QuantizedTensor {
    let layers = try Workload(SpecFile(path: self.path("w.yaml"))).network(subnet: nil)
    let bound = try WeightBinding(
      WeightFile(path: path), layout: nil, allowsSlices: false,
      quantizers: folders.families.quantizers
    ).bind(layers)
    return try #require(bound.tensors["layer"])
  }

  @Test func itIsStoredAndReadBack() throws {
    let tensor = try tensor(quantized())
    #expect(tensor.scheme == FourLevels.scheme)
    // From 3 and 6 on the magnitude is a whole one.
    #expect(tensor.values() == [2, -1, 1, 2, -2, 2, 1, -1])
    #expect(tensor.effectual == 8)
    // Eight weights of 2 bits; four of them fit a byte, which saves nothing.
    #expect((tensor.storage.total, tensor.storage.signs, tensor.storage.packed) == (16, 0, nil))
    let stored = StoredWeights(packing: FourLevels.scheme)
    #expect(stored.bits(weights: 8, kernels: 2).count == 16)
    #expect(stored.bytes(weights: 9, kernels: 2).count == 3)
    // Slices (2, -1) (1, 2) (-2, 2) (1, -1): all different, though two have the same signs.
    #expect(SliceUniqueness(tensor).global == 4)
    #expect(SliceUniqueness(tensor).perChannel == [2, 2])
  }

  @Test func itsSettingsAreItsOwn() throws {
    let tensor = try tensor(quantized([("cut", "0.5")]))
    #expect(tensor.values() == [2, -1, 2, 2, -2, 2, 1, -2])
    func message(_ settings: [(key: String, value: String)]) -> String {
      do {
        _ = try QuantizerSettings(scheme: "four-levels", settings)
          .quantizer(among: folders.families.quantizers)
        return "fine"
      } catch { return "\(error)" }
    }
    #expect(message([("cut", "2")]) == "--cut: expected 0 to 1, found 2.0")
    #expect(message([("cut", "x")]) == "--cut: expected a number, found `x`")
    #expect(
      message([("region", "x")]) == "--region: four-levels has no such setting, expected --cut")
    #expect(throws: WeightError.self) { try QuantizerSettings(scheme: "four-levels").quantizer() }
  }

  @Test func itIsAnalyzedAsFarAsThatIsDefined() throws {
    let file = try quantized()
    let report = try Analysis(
      file, widths: [4], layout: nil, quantizers: folders.families.quantizers
    ).report(command: "")
    let text = report.document.text
    #expect(text.contains("\"scheme\": \"four-levels\""))
    #expect(text.contains("\"storage_bits\": 16"))
    #expect(text.contains("\"operations\": null"))
    let reason = "four-levels has no sign patterns, its weights have the levels -2, -1, 1, 2"
    #expect(report.warnings == ["layer.weight: no operations counted: \(reason)"])
    let tensor = try tensor(file)
    #expect(throws: WeightError.noPatterns(FourLevels.scheme)) {
      try PatternTiling(tensor, tileWidth: 4)
    }
    #expect(throws: WeightError.noPatterns(FourLevels.scheme)) {
      try tensor.groupReuseAdditions(group: 2)
    }
    #expect("\(WeightError.noPatterns(FourLevels.scheme))" == reason)
  }

  /// The document of a run on the PLUM engine with another data path.
  private func run(_ architecture: String, _ file: String) throws -> String {
    var inference = Inference(architecture: architecture, workload: path("w.yaml"))
    inference.question.weights = file
    return try inference.report(folders: folders, command: "").document.text
  }

  @Test func itCostsItsBitsWhereWeightsArePacked() throws {
    let file = try quantized()
    var text = ArchitectureText()
    for (packs, bytes) in [(false, 8), (true, 2)] {
      let flag = "  packs_weights: \(packs)\n"
      let whole = text.text.replacing("energy:", with: "\(flag)energy:")
      try Data(whole.utf8).write(to: URL(filePath: path("a.yaml")))
      let document = try run(path("a.yaml"), file)
      // Eight weights of 8 bits, or of 2.
      let dram = try #require(document.range(of: "\"dram\": {"))
      let weight = try #require(
        document.range(of: "\"weight\": {", range: dram.upperBound..<document.endIndex))
      #expect(
        document[weight.upperBound...].prefix(60).contains("\"read\": \(bytes),"), "\(packs)")
    }
    text.bits.weight = 2
    try Data(text.text.utf8).write(to: URL(filePath: path("narrow.yaml")))
    #expect(try run(path("narrow.yaml"), file).contains("\"cycles\""))
  }

  @Test func aDesignThatCountsPatternsSaysWhatItLacks() throws {
    let file = try quantized()
    do {
      _ = try run("plum-sr", file)
      Issue.record("expected an error")
    } catch let error as InputError {
      #expect(
        error.message
          == "layer layer: four-levels has no sign patterns, its weights have the levels -2, -1, 1, 2, "
          + "but sparse-repetition-array counts sign patterns")
      #expect(error.location?.file ?? "\(error)".prefix(file.count).description == file)
    }
  }

  @Test func aFileOfAnotherProgramIsRefused() throws {
    let file = try quantized()
    #expect {
      _ = try Analysis(file, widths: [4], layout: nil)
    } throws: { error in
      "\(error)".contains(
        "unknown scheme `four-levels`, expected one of signed-binary, binary, ternary")
    }
  }

  @Test func floatsOfItsLevelsAreRecognized() throws {
    let shape = try FilterShape(kernels: 2, channels: 4, rows: 1, columns: 1)
    let values: [Float] = [0.5, -1, 0.5, 1, 3, 3, -1.5, 1.5]
    let tensor = try QuantizedTensor(
      classifying: values, shape: shape, among: folders.families.quantizers.schemes)
    #expect(tensor.scheme == FourLevels.scheme)
    #expect(tensor.values() == [1, -2, 1, 2, 2, 2, -1, 1])
    #expect(tensor.scales == [0.5, 1.5])
    #expect(
      throws: WeightError.schemeMismatch(
        claimed: FourLevels.scheme, filter: 1, element: 6, value: 0)
    ) {
      try QuantizedTensor(
        classifying: [0.5, -1, 0.5, 1, 3, 3, 0, 1.5], shape: shape, claimed: FourLevels.scheme)
    }
  }
}
