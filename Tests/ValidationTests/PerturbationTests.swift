import Architectures
import Components
import CostModel
import Foundation
import Inputs
import Reports
import TestSupport
import Testing
import Units

@testable import Studies
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
      ("19.2 GB/s", 0.9, "17.28 GB/s"), ("18 pJ", 1.1, "19.8 pJ"), ("512 B", 0.9, "461 B"),
      ("0.5 GiB", 1.1, "590558003 B"), ("0.25", 1.1, "0.275"), ("0.5 KiB", 0.9, "461 B"),
    ]) func aValueKeepsItsUnit(text: String, factor: Double, expected: String) throws
  {
    #expect(try moved(text, factor) == expected)
  }

  @Test(arguments: ["unlimited", "0 cycles", "-3 pJ", "", "pJ 3", "1e300 GiB", "inf"])
  func noNumberAboveZeroIsRefused(
    text: String
  ) {
    #expect(throws: InputError.self) { try moved(text, 1.1) }
  }

  private static let conclusions = PerturbedExperiments.all(
    weights: ConclusionWeights(in: "unused")
  )
  .flatMap(\.conclusions)
  private static let constants = Result {
    try PerturbedConstants.all(in: folders, for: conclusions)
  }

  @Test func everyConstantOfTheFilesIsMoved() throws {
    let constants = try Self.constants.get()
    // The report counts them; a constant that is lost, or a new one, changes it.
    #expect(constants.count == 50)
    for constant in constants {
      let moved = try constant.moved(by: 1.1, in: Self.folders)
      for (name, paths) in constant.places {
        let (before, after) = (
          try PerturbedConstant.file(name, in: Self.folders),
          try PerturbedConstant.file(name, in: moved)
        )
        for path in paths {
          let text = try PerturbedConstant.text(at: path, of: before)
          #expect(try PerturbedConstant.text(at: path, of: after) != text, "\(name) \(path)")
        }
      }
    }
  }

  @Test func theEnginesMoveTogether() throws {
    let clocks = try Self.constants.get().filter { $0.name == "clock" }.map(\.files)
    #expect(
      clocks == [
        ["arch/plum-sr", "arch/plum-dense", "arch/plum-sparse", "arch/plum-repetition"],
        ["arch/plum-sushi"], ["arch/nvdla-large"],
      ])
  }

  /// Lines of `file` whose values no source gives, each with the lines of which one must be covered.
  ///
  /// A comment beside a value or above it says so, or the source of an entry.
  private func unsourced(_ file: SpecFile) throws -> [(line: Int, covers: ClosedRange<Int>)] {
    let lines = try String(contentsOf: URL(filePath: file.path), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    func says(_ text: some StringProtocol) -> Bool {
      ["assumed", "calibrated"].contains { text.lowercased().contains($0) }
    }
    func trimmed(_ index: Int) -> String { lines[index].trimmingCharacters(in: .whitespaces) }
    // What is said above the name is said of the whole file.
    let head = lines.firstIndex { $0.hasPrefix("name:") } ?? 0
    return lines.indices.dropFirst(head).compactMap { index in
      let line = trimmed(index)
      if line.hasPrefix("#") {
        guard says(line) else { return nil }
        let first = lines.indices[index...].first { !trimmed($0).hasPrefix("#") } ?? index
        // Up to the next comment, or the end.
        let last = lines.indices[first...].first { trimmed($0).hasPrefix("#") } ?? lines.count
        return (index + 1, first + 1...max(first + 1, last))
      }
      let comment = line.range(of: "#").map { line[$0.lowerBound...] } ?? ""
      let source =
        line.hasPrefix("-") || line.hasPrefix("band")
        ? line.range(of: "source: \"").map { line[$0.lowerBound...] } ?? "" : ""
      return says(comment) || says(source) ? (index + 1, index + 1...index + 1) : nil
    }
  }

  @Test func noValueWithoutASourceIsForgotten() throws {
    var count = 0
    for name in PerturbedConstants.files(in: Self.folders) {
      let file = try PerturbedConstant.file(name, in: Self.folders)
      let covered = try PerturbedConstants.entries(of: file, called: name).flatMap(\.paths).map {
        try file.value(at: $0).location.line
      }
      for (line, covers) in try unsourced(file) {
        count += 1
        #expect(
          covered.contains(where: covers.contains),
          "\(name):\(line): name it under `assumed`, with `fixed` where it is not to be moved")
      }
    }
    // The comments were found.
    #expect(count > 90)
  }

  @Test func everyConclusionHasConstantsAndItsFilesAreThere() throws {
    let constants = try Self.constants.get()
    let moved = Set(constants.flatMap(\.files))
    for conclusion in Self.conclusions {
      #expect(!moved.isDisjoint(with: conclusion.files), "\(conclusion.name)")
      #expect(moved.isSuperset(of: conclusion.files), "\(conclusion.name)")
    }
    #expect(Set(Self.conclusions.map(\.name)).count == Self.conclusions.count)
  }

  @Test func aFileOfOnesOwnNeedsNoCode() throws {
    let scratch = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: scratch) }
    for folder in ["arch/energy/dram", "workloads"] {
      try FileManager.default.createDirectory(
        at: scratch.appending(path: folder), withIntermediateDirectories: true)
    }
    func write(_ name: String, _ origin: String) throws {
      let text = try String(
        contentsOf: Repository.root.appending(path: "arch/tpu-like.yaml"), encoding: .utf8)
      let head = text[..<(try #require(text.range(of: "assumed:\n")).lowerBound)]
      let own = """
        assumed:
          - {name: clock, origin: \(origin), paths: [frequency], group: mine}
          - {name: rows, origin: assumed, paths: [datapath.rows]}
          - {name: order, origin: assumed, paths: [datapath.dataflow], fixed: a choice}

        """
      try (head + own).write(
        to: scratch.appending(path: "arch/\(name).yaml"), atomically: true, encoding: .utf8)
    }
    try write("second", "assumed")
    try write("first", "assumed")
    let folders = SpecFolders(root: scratch.path)
    let asked = [Conclusion(name: "c", figure: "f", files: ["arch/second"])]
    let found = try PerturbedConstants.all(in: folders, for: asked)
    #expect(found.map(\.name) == ["clock", "rows"])
    #expect(found.map(\.files) == [["arch/first", "arch/second"], ["arch/second"]])
    let moved = try found[0].moved(by: 1.1, in: folders)
    for name in found[0].files {
      #expect(try PerturbedConstant.file(name, in: moved).scalar(at: "frequency") == "1034.0 MHz")
    }

    try write("second", "calibrated")
    #expect {
      try PerturbedConstants.all(in: folders, for: asked)
    } throws: { error in
      "\(error)".hasSuffix(
        "assumed[0].origin: `clock` is assumed in arch/first of the same group")
    }
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

  /// What the page of `results/sram-split` says of the largest sub-networks is what the files say now.
  @Test func thePageOfTheSplitSaysWhatItsDesignsSay() throws {
    let scratch = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let weights = ConclusionWeights(in: scratch)
    try weights.make(ConclusionWeights.supernets, folders: Self.folders)
    let split = SRAMSplit(
      files: ["arch/sushi-maps"], prices: [],
      weights: { weights.path(of: $0, ConclusionWeights.schemes[0]) })
    let verdicts = try split.verdicts(Self.folders, scratch: "\(scratch)/sweep")
    let page = try String(
      contentsOfFile: "\(Self.folders.root)/results/sram-split/report.md", encoding: .utf8)
    for (conclusion, verdict) in zip(split.conclusions, verdicts) {
      #expect(page.contains("- \(conclusion.name): \(verdict.words)\n"), "\(verdict.words)")
      #expect(verdict.figure.isFinite)
    }
    // Both kinds of memory together are better than either; no split costs time that is worth a name.
    #expect(verdicts[0].figure > 1 && verdicts[1].figure > 1 && verdicts[2].figure < 0.05)
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
