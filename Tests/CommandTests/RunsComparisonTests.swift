import Documents
import Foundation
import Inputs
import Reports
import Testing

// Three runs or more side by side.
@Suite struct RunsComparisonTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs with the file of a design changed.
  private func runs(_ changes: [(String, String)]) throws -> [String] {
    let text = try String(
      contentsOf: Program.root.appending(path: "arch/nvdla-large.yaml"), encoding: .utf8)
    return try changes.enumerated().map { index, change in
      #expect(text.contains(change.0))
      let design = try scratch.file(
        "design-\(index).yaml", text.replacing(change.0, with: change.1, maxReplacements: 1))
      let path = scratch.path("run-\(index).json")
      let outcome = try Program.run("run \(design) resnet20-cifar --format json -o \(path)")
      #expect(outcome.code == 0, "\(outcome.errors)")
      return path
    }
  }

  @Test func whatDiffersStandsAboveTheFigures() throws {
    let paths = try runs([
      ("size: 512 KiB", "size: 512 KiB"), ("size: 512 KiB", "size: 256 KiB"),
      ("output_channels: 32 ", "output_channels: 16 "),
    ])
    let outcome = try Program.run(["compare"] + paths)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.text.split(separator: "\n").map(String.init)
    #expect(lines.first == "3 runs side by side")
    func has(_ line: String) -> Bool {
      lines.contains { $0.trimmingCharacters(in: .whitespaces) == line }
    }
    #expect(has("datapath.output_channels: 32 | 32 | 16"), "\(outcome.text)")
    #expect(has("memory.buffers[convolution_buffer].size: 512 KiB | 256 KiB | 512 KiB"))
    #expect(outcome.text.contains("run 2 / 1") && outcome.text.contains("conv1, energy"))
    let path = scratch.path("all.json")
    #expect(try Program.run(["compare"] + paths + ["--format", "json", "-o", path]).code == 0)
    let document = try RunsDocument(fileAt: path)
    let text = try JSONText(fileAt: path)
    guard case .object(var members) = JSONValue(text.root) else { return }
    members["page"] = nil
    #expect(document.json.text == JSONValue.object(members).text)
    #expect(document.layers.count == 20 && document.layerEnergies.count == 20)
    #expect(document.layers.map(\.quantity) == document.layerEnergies.map(\.quantity))
    // Sums of layers are the totals of each run.
    for (rows, name) in [(document.layers, "latency"), (document.layerEnergies, "energy")] {
      let total = try #require(document.rows.first { $0.quantity == name })
      for run in paths.indices {
        let sum = rows.reduce(0) { $0 + (number($1.values[run]) ?? 0) }
        let whole = try #require(number(total.values[run]))
        #expect(abs(sum - whole) <= 1e-9 * whole, "\(name)")
      }
    }
    let again = try Program.run(["rerun", path, "--strict", "--format", "csv"])
    #expect(again.code == 0, "\(again.errors)")
    #expect(
      again.text.hasPrefix("quantity,run_1,run_2,run_3,run_2_ratio,run_3_ratio\n"),
      "\(again.text.prefix(80))")
  }

  private func number(_ value: JSONValue) -> Double? {
    switch value {
    case .number(let number): number
    case .integer(let number): Double(number)
    default: nil
    }
  }

  @Test func equalRunsDifferInNothing() throws {
    let path = try runs([("size: 512 KiB", "size: 512 KiB")])[0]
    let text = try Program.run(["compare", path, path, path, path]).text
    #expect(text.contains("inputs  nothing differs\n") && text.contains("run 4 / 1"))
    // Two are compared as ever.
    let two = try Program.run(["compare", path, path]).text
    #expect(two.contains("second / first") && !two.contains("run 1"))
  }

  @Test func onlyRunsAreComparedByMoreThanTwo() throws {
    let path = try runs([("size: 512 KiB", "size: 512 KiB")])[0]
    let validation = scratch.path("validation.json")
    #expect(try Program.run("validate stonne-tpu --format json -o \(validation)").code == 0)
    let outcome = try Program.run(["compare", path, path, validation])
    #expect(outcome.code == 65)
    #expect(
      outcome.errors == "\(validation): schema: more than two documents are compared where all are "
        + "umemaki.run/1, found umemaki.validation/1\n")
  }
}
