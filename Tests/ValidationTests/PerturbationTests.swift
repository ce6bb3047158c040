import Components
import CostModel
import Foundation
import Inputs
import Reports
import TestSupport
import Testing
import Units

@testable import Experiments
@testable import Validation

// Does moving a constant move what depends on it, and is every constant without a source moved?
@Suite struct PerturbationTests {
  private static let folders = Repository.folders

  private func moved(_ text: String, _ factor: Double) throws -> String {
    let file = SpecFile(path: "t.yaml", node: try YAMLParser.parse("a: 1\n", file: "t.yaml"))
    return try PerturbedConstant.moved(text, by: factor, file)
  }

  @Test(
    arguments: [
      ("10 cycles", 1.1, "11 cycles"), ("10 cycles", 0.9, "9 cycles"), ("9", 1.1, "10"),
      ("4", 1.1, "5"), ("4", 0.9, "3"), ("1", 0.9, "0"), ("24 bit", 1.1, "26 bit"),
      ("1 KiB", 1.1, "1126 B"), ("2 MiB", 0.9, "1887437 B"), ("480 MB/s", 1.1, "528.0 MB/s"),
      ("19.2 GB/s", 0.9, "17.28 GB/s"), ("18 pJ", 1.1, "19.8 pJ"),
    ]) func aValueKeepsItsUnit(text: String, factor: Double, expected: String) throws
  {
    #expect(try moved(text, factor) == expected)
  }

  @Test(arguments: ["unlimited", "0 cycles", "-3 pJ"]) func noNumberAboveZeroIsRefused(
    text: String
  ) {
    #expect(throws: InputError.self) { try moved(text, 1.1) }
  }

  @Test func everyConstantIsThereToBeMoved() throws {
    for constant in PerturbedConstants.all {
      for name in constant.files {
        let file = try PerturbedConstant.file(name, in: Self.folders)
        for path in constant.paths {
          #expect(try moved(constant.text(at: path, of: file), 1.1) != "", "\(name) \(path)")
        }
      }
    }
  }

  /// Values of `file` that its comments call assumed or calibrated, by line.
  private func unsourced(_ file: String) throws -> [(line: String, value: String)] {
    let text = try String(
      contentsOf: URL(filePath: "\(Self.folders.root)/\(file).yaml"), encoding: .utf8)
    return text.split(separator: "\n").compactMap { line in
      guard let comment = line.range(of: "#"), let key = line.range(of: ":"),
        key.lowerBound < comment.lowerBound,
        ["assumed", "calibrated"].contains(where: line[comment.lowerBound...].contains)
      else { return nil }
      return (
        String(line), line[key.upperBound..<comment.lowerBound].trimmingCharacters(in: .whitespaces)
      )
    }
  }

  @Test func noConstantWithoutASourceIsForgotten() throws {
    for folder in ["arch", "arch/energy", "arch/energy/dram", "arch/area"] {
      for name in Self.folders.names(in: folder).map({ "\(folder)/\($0)" })
      where !PerturbedConstants.outside.contains(name) {
        let constants = PerturbedConstants.all.filter { $0.files.contains(name) }
        let file = try PerturbedConstant.file(name, in: Self.folders)
        let values = try constants.flatMap { constant in
          try constant.paths.map { try constant.text(at: $0, of: file) }
        }
        for (line, value) in try unsourced(name) {
          let isFixed = PerturbedConstants.fixed.contains {
            $0.file == name && line.contains($0.words)
          }
          #expect(
            isFixed || values.contains(where: value.contains),
            "\(name): move it, or say why not: \(line)")
        }
      }
    }
    for name in PerturbedConstants.outside {
      #expect(!PerturbedConstants.all.contains { $0.files.contains(name) }, "\(name)")
    }
  }

  @Test func everyConclusionHasConstantsAndEveryConstantAConclusion() {
    let conclusions = PerturbedExperiments.all(weights: ConclusionWeights(in: "unused"))
      .flatMap(\.conclusions)
    let moved = Set(PerturbedConstants.all.flatMap(\.files))
    for conclusion in conclusions {
      #expect(!moved.isDisjoint(with: conclusion.files), "\(conclusion.name)")
    }
    let asked = Set(conclusions.flatMap(\.files))
    for constant in PerturbedConstants.all {
      #expect(!asked.isDisjoint(with: constant.files), "\(constant.files) \(constant.name)")
    }
    #expect(Set(conclusions.map(\.name)).count == conclusions.count)
  }

  /// Cycles of ResNet-18 on the TPU-like design, and whether they are below a limit.
  private struct BelowLimit: ExperimentConclusion {
    let limit: Int
    var conclusion: Conclusion {
      Conclusion(name: "below \(limit)", figure: "cycles", files: ["arch/tpu-like"])
    }

    func verdict(_ folders: SpecFolders, scratch: String) throws -> Verdict {
      let run = try Inference(architecture: "tpu-like", workload: "resnet18").run(folders: folders)
      let cycles = run.run.cycles.count
      return Verdict(words: cycles < limit ? "below" : "above", figure: Double(cycles))
    }
  }

  private func perturbation(_ constants: [PerturbedConstant], limit: Int, jobs: Int = 1) throws
    -> Perturbation
  {
    let scratch = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    return try Perturbation(
      constants, [BelowLimit(limit: limit)], folders: Self.folders, scratch: scratch, jobs: jobs)
  }

  private static let bandwidth = PerturbedConstant(
    "bandwidth", .assumed, in: ["arch/tpu-like"],
    ["memory.dram.bandwidth"]
      + ["input", "weight", "output"].map { "memory.transfers.\($0).bandwidth" })
  private static let accumulator = PerturbedConstant(
    "accumulator", .assumed, in: ["arch/tpu-like"], ["precision.accumulator"])

  @Test func aChangedConclusionIsNamedAndASteadyOneIsNot() throws {
    let base = Int(try perturbation([], limit: 0).baselines[0].figure)
    // Bandwidth 10 % down makes it slower: just above the base the conclusion changes.
    let close = try perturbation([Self.bandwidth], limit: base + 1).report(command: "")
    #expect(close.conclusions.map(\.0) == ["tpu-like bandwidth -10 %"])
    #expect(close.conclusions.map(\.1) == ["below \(base + 1): above"])
    let far = try perturbation([Self.bandwidth], limit: 2 * base).report(command: "")
    #expect(far.conclusions.isEmpty)
  }

  @Test func aRefusedMoveIsAWarning() throws {
    // One word per cycle less one is no bus.
    let bus = PerturbedConstant("bus", .assumed, in: ["arch/eyeriss-v1"], ["datapath.input_bus"])
    let conclusion = ReferenceStatus(reference: EyerissAlexNet.self, files: bus.files)
    let scratch = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let report = try Perturbation(
      [bus], [conclusion], folders: Self.folders, scratch: scratch, jobs: 1
    ).report(command: "")
    #expect(
      report.warnings == [
        "eyeriss-v1 bus -10 % is refused: datapath.input_bus: expected 1 to 4096, found 0"
      ])
  }

  @Test func theResultDoesNotDependOnThreads() throws {
    let constants = [Self.bandwidth, Self.accumulator]
    let (one, four) = (
      try perturbation(constants, limit: 1).report(command: ""),
      try perturbation(constants, limit: 1, jobs: 4).report(command: "")
    )
    #expect(one.document.text == four.document.text)
  }
}
