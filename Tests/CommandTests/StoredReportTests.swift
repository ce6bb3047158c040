import Foundation
import Testing

// Is a stored document made into the report that its command would have written, or refused?
@Suite struct StoredReportTests {
  /// Both texts without the line of their command, which differs.
  private func withoutCommand(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { !$0.contains("umemaki ") }
  }

  @Test func runsGiveTheSamePage() throws {
    try expectTheSamePage(Scratch(), "run sushi-zcu104 resnet20-cifar --batch 2")
  }

  @Test func experimentsGiveTheSamePage() throws {
    let scratch = try Scratch()
    let scenario = """
      name: stored
      summary: Sub-networks of ResNet-50, plain and cached.
      source: made for the test
      profile: {architecture: sushi-analytic, workload: ofa-resnet50}
      arrivals: {kind: poisson, rate: 30 Hz}
      demands:
        accuracy: {low: 0.75, high: 0.798}
        latency: {low: 20 ms, high: 60 ms}
      options: {queries: 500, seed: 1, warm_up: 10}
      seeds: [1, 2, 3]
      runs:
        - {name: plain, policy: {kind: strict-accuracy}, caching: {kind: none}}
        - {name: cached, policy: {kind: strict-accuracy}, caching: {kind: most-frequent, window: 8}}
        - {name: planned, policy: {kind: strict-accuracy}, caching: {kind: lookahead, interval: 8}}
      """
    let path = try scratch.file("scenario.yaml", scenario)
    try expectTheSamePage(scratch, "serve \(path)")
  }

  /// A page made from a stored document of `command` is the one that `command` makes itself.
  private func expectTheSamePage(_ scratch: Scratch, _ command: String) throws {
    let (stored, first, second) = (
      scratch.path("a b.json"), scratch.path("first.html"), scratch.path("second.html")
    )
    let words = command.split(separator: " ").map(String.init)
    #expect(try Program.run(words + ["--format", "json", "-o", stored]).code == 0)
    #expect(try Program.run(words + ["--format", "html", "-o", first]).code == 0)
    let outcome = try Program.run(["report", stored, "--format", "html", "-o", second])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let pages = try [first, second].map { try String(contentsOfFile: $0, encoding: .utf8) }
    #expect(withoutCommand(pages[0]) == withoutCommand(pages[1]))
    // The page says how its figures were made.
    #expect(pages[1].contains("<pre dir=\"auto\">umemaki \(command) --format json -o &#39;"))
  }

  @Test func comparisonsToo() throws {
    let scratch = try Scratch()
    let paths = ["a", "b", "c"].map { scratch.path("\($0).json") }
    for (path, design) in zip(paths, ["tpu-like", "systolic-32-ws"]) {
      _ = try Program.run(["run", design, "resnet20-cifar", "--format", "json", "-o", path])
    }
    let words = ["compare", paths[0], paths[1]]
    _ = try Program.run(words + ["--format", "json", "-o", paths[2]])
    let table = try Program.run(words)
    let again = try Program.run(["report", paths[2]])
    #expect(again.code == 0 && again.output == table.output)
    // An input of the comparison is another run now.
    _ = try Program.run(["run", "tpu-like", "resnet18", "--format", "json", "-o", paths[1]])
    let refused = try Program.run(["report", paths[2]])
    #expect(refused.code == 65)
    #expect(
      refused.errors.contains("made from \(paths[1]), which has changed since: sha256 "),
      "\(refused.errors)")
    #expect(
      refused.errors.hasSuffix(
        "to make it anew: umemaki compare \(paths[0]) \(paths[1]) --format table\n"))
  }

  @Test func commentsLayoutAndTheOrderOfKeysDoNotMatter() throws {
    let scratch = try Scratch()
    let text = try String(
      contentsOf: Program.root.appendingPathComponent("arch/tpu-like.yaml"), encoding: .utf8)
    let design = try scratch.file("design.yaml", text)
    let path = scratch.path("run.json")
    _ = try Program.run(["run", design, "resnet20-cifar", "--format", "json", "-o", path])
    let table = try Program.run(["report", path])
    func report(_ changed: String) throws -> Outcome {
      _ = try scratch.file("design.yaml", changed)
      return try Program.run(["report", path])
    }
    #expect(text.contains("\nfrequency: "))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let rate = lines.filter { $0.hasPrefix("frequency: ") }
    let moved = (rate + lines.filter { !$0.hasPrefix("frequency: ") }).joined(separator: "\n")
    for same in ["# A remark.\n\n\(text)\n# another\n", moved] {
      let outcome = try report(same)
      #expect(outcome.code == 0 && outcome.output == table.output, "\(outcome.errors)")
    }
    // A value that is quoted is another one, even where it reads the same.
    for other in [
      text.replacing("frequency: ", with: "frequency: 1"),
      moved.replacing(String(rate[0]), with: "frequency: '\(rate[0].dropFirst(11))'"),
    ] {
      let outcome = try report(other)
      #expect(outcome.code == 65)
      #expect(
        outcome.errors.hasPrefix(
          "\(path): provenance.inputs: made from \(design), which has changed since: sha256 "))
      // The document itself is still there.
      let json = try Program.run(["report", path, "--format", "json"])
      #expect(json.code == 0)
      #expect(try json.output == Data(contentsOf: URL(fileURLWithPath: path)))
    }
  }

  @Test func otherFiguresAreRefused() throws {
    let scratch = try Scratch()
    let path = scratch.path("run.json")
    let design = scratch.path("design.yaml")
    try FileManager.default.copyItem(
      atPath: Program.root.appendingPathComponent("arch/tpu-like.yaml").path, toPath: design)
    let words = ["run", design, "resnet20-cifar"]
    _ = try Program.run(words + ["--format", "json", "-o", path])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    func refusal(_ changed: String) throws -> String {
      try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
      let outcome = try Program.run(["report", path, "--format", "csv"])
      #expect(outcome.code == 65 && outcome.output.isEmpty)
      return outcome.errors
    }
    let advice = "; to make it anew: umemaki run \(design) resnet20-cifar --format csv\n"
    // Spaces and the order of keys say nothing.
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    try JSONSerialization.data(withJSONObject: object).write(to: URL(fileURLWithPath: path))
    #expect(try Program.run(["report", path]).code == 0)
    #expect(
      try refusal(text.replacing("\"batch\": 1,", with: "\"batch\": 2,"))
        == "\(path): batch: this umemaki computes other figures from the same inputs\(advice)")
    #expect(
      try refusal(
        text.replacing("\"batch\": 1,", with: "\"batch\": 2,")
          .replacing("\"version\": \"", with: "\"version\": \"0.0.")
      ).contains(", which is not the 0.0."))
    #expect(
      try refusal(text.replacing("umemaki run ", with: "umemaki run --no-such-flag "))
        .contains("cannot be run again: "))
    #expect(
      try refusal(text.replacing("umemaki run ", with: "umemaki sweep "))
        .contains("expected a result of `run`, `serve`, `compare`, `analyze`"))
    #expect(
      try refusal("{}")
        == "\(path): expected the folder of a sweep, or a file that `--format json` wrote, with "
        + "`schema` and `provenance`\n")
    try FileManager.default.removeItem(atPath: design)
    #expect(
      try refusal(text)
        == "\(path): provenance.inputs: made from \(design), which is not here, relative to the "
        + "working directory\(advice)")
    #expect(try Program.run(["report", scratch.path("none.json")]).code == 66)
  }
}
