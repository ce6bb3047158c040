import Foundation
import Testing

// Is a stored document all that pages, tables and pictures need, and are files that are no such documents
// refused at their place?
@Suite struct StoredReportTests {
  /// Both texts without the line of their command, which differs.
  private func withoutCommand(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { !$0.contains("umemaki ") }
  }

  @Test func runsGiveTheSameInEveryFormat() throws {
    let scratch = try Scratch()
    let design = scratch.path("design.yaml")
    try FileManager.default.copyItem(
      atPath: Program.root.appendingPathComponent("arch/tpu-like.yaml").path, toPath: design)
    try expectTheSame(scratch, "run \(design) resnet20-cifar --batch 2", inputs: [design])
  }

  @Test func experimentsGiveTheSameInEveryFormat() throws {
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
    try expectTheSame(scratch, "serve \(path)", inputs: [path])
  }

  @Test func sweepsGiveTheSamePage() throws {
    let scratch = try Scratch()
    let workload = try scratch.file("tiny.yaml", Small.workload())
    let file = try scratch.file("sweep.yaml", Small.sweep(workload: workload))
    let (folder, stored) = (scratch.path("folder"), scratch.path("stored.json"))
    _ = try Program.run(["sweep", file, "-o", folder, "--quiet"])
    let own = try Program.run(["report", folder, "--format", "html"])
    #expect(try Program.run(["report", folder, "-o", stored]).code == 0)
    let page = try Program.run(["report", stored, "--format", "html"])
    #expect(page.code == 0 && page.text.contains("id=\"points\""), "\(page.errors)")
    #expect(withoutCommand(own.text) == withoutCommand(page.text))
  }

  @Test func comparisonsOfDocumentsWhoseInputsAreGone() throws {
    let scratch = try Scratch()
    let paths = ["a", "b"].map { scratch.path("\($0).json") }
    for (path, design) in zip(paths, ["tpu-like", "systolic-32-ws"]) {
      let copy = scratch.path("\(design).yaml")
      try FileManager.default.copyItem(
        atPath: Program.root.appendingPathComponent("arch/\(design).yaml").path, toPath: copy)
      _ = try Program.run(["run", copy, "resnet20-cifar", "--format", "json", "-o", path])
      try FileManager.default.removeItem(atPath: copy)
    }
    try expectTheSame(scratch, "compare \(paths[0]) \(paths[1])", inputs: paths)
  }

  /// What `report` makes of the stored document of `command` once `inputs` are gone is what `command`
  /// makes itself, byte for byte but for the command that pages print.
  private func expectTheSame(
    _ scratch: Scratch, _ command: String, inputs: [String]
  ) throws {
    let stored = scratch.path("a b.json")
    let words = command.split(separator: " ").map(String.init)
    #expect(try Program.run(words + ["--format", "json", "-o", stored]).code == 0)
    let texts = ["table", "csv", "markdown", "html", "json"]
    let own = try texts.map { try Program.run(words + ["--format", $0]).output }
    let files = ["own.h5", "own.svg"].map(scratch.path)
    for file in files { #expect(try Program.run(words + ["-o", file]).code == 0) }
    for input in inputs { try FileManager.default.removeItem(atPath: input) }
    for (format, text) in zip(texts, own) {
      let outcome = try Program.run(["report", stored, "--format", format])
      #expect(outcome.code == 0, "\(format): \(outcome.errors)")
      let (first, second) = (
        String(decoding: text, as: UTF8.self), String(decoding: outcome.output, as: UTF8.self)
      )
      if format == "html" || format == "json" {
        #expect(withoutCommand(first) == withoutCommand(second), "\(format)")
      } else {
        #expect(first == second, "\(format)")
      }
    }
    let again = ["again.h5", "again.svg"].map(scratch.path)
    for file in again { #expect(try Program.run(["report", stored, "-o", file]).code == 0) }
    #expect(FileManager.default.contentsEqual(atPath: files[0], andPath: again[0]))
    let pictures = try FileManager.default.contentsOfDirectory(atPath: files[1])
    #expect(!pictures.isEmpty)
    #expect(FileManager.default.contentsEqual(atPath: files[1], andPath: again[1]))
    let trace = try Program.run(["report", stored, "--format", "trace"])
    #expect(trace.code == 65 && trace.errors.contains("but no trace"))
    // The document is given as it is.
    let json = try Program.run(["report", stored, "--format", "json"])
    #expect(try json.output == Data(contentsOf: URL(fileURLWithPath: stored)))
  }

  @Test func filesThatAreNoDocumentsAreRefusedAtTheirPlace() throws {
    let scratch = try Scratch()
    let path = scratch.path("run.json")
    _ = try Program.run(["run", "tpu-like", "resnet20-cifar", "--format", "json", "-o", path])
    let text = try String(contentsOfFile: path, encoding: .utf8)
    func refusal(_ changed: String) throws -> String {
      try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
      let outcome = try Program.run(["report", path, "--format", "html"])
      #expect(outcome.code == 65 && outcome.output.isEmpty)
      return outcome.errors
    }
    func place(of part: String) -> String {
      guard let range = text.range(of: part) else { return "missing \(part)" }
      let before = text[..<range.lowerBound]
      let line = before.count { $0 == "\n" } + 1
      let column = before.distance(
        from: before.lastIndex(of: "\n").map { before.index(after: $0) } ?? before.startIndex,
        to: before.endIndex)
      return "\(path):\(line):\(column + 1)"
    }
    let ending = "expected the folder of a sweep, or a file that `--format json` wrote, with "
    #expect(try refusal("{}") == "\(path):1:1: \(ending)`schema` and `provenance`\n")
    #expect(try refusal("") == "\(path):1:1: no JSON: the file ends early, expected a value\n")
    #expect(
      try refusal("{\"a\": 1,\n \"a\": 2}") == "\(path):2:2: no JSON: key `a` is there twice\n")
    #expect(
      try refusal(String(repeating: "[", count: 100_000))
        == "\(path):1:129: no JSON: more than 128 levels deep\n")
    // Cut at every hundredth of its length, a document is never taken for a whole one.
    for part in 1..<100 {
      let cut = text.index(text.startIndex, offsetBy: text.count * part / 100)
      #expect(try refusal(String(text[..<cut])).contains(": no JSON: the file ends early, "))
    }
    let schema = "\"schema\": \"umemaki.run/1\""
    #expect(
      try refusal(text.replacing(schema, with: "\"schema\": \"umemaki.run/2\""))
        == "\(place(of: "\"umemaki.run/1\"")): schema: umemaki.run/2 is of another version, this "
        + "umemaki reads umemaki.run/1\n")
    #expect(
      try refusal(text.replacing(schema, with: "\"schema\": \"other/1\""))
        .contains(": schema: unknown schema `other/1`, expected one of umemaki.analysis/1, "))
  }

  @Test func damagedPagesAreRefusedAtTheirPlace() throws {
    let scratch = try Scratch()
    let path = scratch.path("run.json")
    _ = try Program.run(["run", "tpu-like", "resnet20-cifar", "--format", "json", "-o", path])
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    func refusal(_ change: (inout [String: Any]) -> Void) throws -> String {
      var members = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      change(&members)
      try JSONSerialization.data(withJSONObject: members).write(to: URL(fileURLWithPath: path))
      let outcome = try Program.run(["report", path, "-o", scratch.path("page.html")])
      #expect(outcome.code == 65)
      #expect(outcome.errors.hasPrefix(path))
      return outcome.errors
    }
    func page(_ change: (inout [String: Any]) -> Void) throws -> String {
      try refusal { members in
        var page = members["page"] as? [String: Any] ?? [:]
        change(&page)
        members["page"] = page
      }
    }
    func chart(_ change: (inout [String: Any]) -> Void) throws -> String {
      try page { page in
        var charts = page["charts"] as? [[String: Any]] ?? []
        change(&charts[0])
        page["charts"] = charts
      }
    }
    #expect(
      try refusal { $0["page"] = nil }
        .hasSuffix(
          ": page: written by umemaki 0.1.0 before documents held pages; `umemaki rerun` makes it anew "
            + "from its inputs\n"))
    #expect(try page { $0["title"] = 5 }.hasSuffix(": page.title: expected a text\n"))
    #expect(try page { $0["title"] = nil }.hasSuffix(": page: missing key `title`\n"))
    #expect(
      try page { $0["table"] = ["columns": [], "rows": [[["text": "x"]]], "details": []] }
        .hasSuffix(": page.table: expected as many cells in every row as there are columns\n"))
    #expect(
      try chart { $0["name"] = "../outside" }
        .hasSuffix(": page.charts[0].name: `../outside` cannot be the name of one file\n"))
    #expect(
      try chart { $0["plot"] = [String: Any]() }.hasSuffix(
        ": page.charts[0].plot: is not a page's\n"))
    let axis: [String: Any] = [
      "title": "t", "unit": "B", "kind": ["logarithmic": ["base": 0]], "starts_at_zero": false,
    ]
    #expect(
      try chart { $0["plot"] = ["points": ["x": axis, "y": axis, "series": []]] }
        .hasSuffix(".kind.logarithmic.base: expected 2 or 10, found 0\n"))
    #expect(
      try chart { $0["width"] = 1e300 }
        .contains(": page.charts[0].width: number 1e+300 is out of range"))
  }

  @Test func aDocumentIsMadeAgainAndWhatDiffersIsSaid() throws {
    let scratch = try Scratch()
    let text = try String(
      contentsOf: Program.root.appendingPathComponent("arch/tpu-like.yaml"), encoding: .utf8)
    let design = try scratch.file("design.yaml", text)
    let path = scratch.path("run.json")
    _ = try Program.run(["run", design, "resnet20-cifar", "--format", "json", "-o", path])
    let table = try Program.run(["report", path])
    func rerun(_ changed: String, _ flags: String...) throws -> Outcome {
      _ = try scratch.file("design.yaml", changed)
      return try Program.run(["rerun", path] + flags)
    }
    // Comments say nothing, and neither does the order of keys.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let rate = lines.filter { $0.hasPrefix("frequency: ") }
    let moved = (rate + lines.filter { !$0.hasPrefix("frequency: ") }).joined(separator: "\n")
    for same in [text, "# A remark.\n\n\(text)\n# another\n", moved] {
      let outcome = try rerun(same, "--strict")
      #expect(outcome.code == 0 && outcome.output == table.output, "\(outcome.errors)")
      #expect(outcome.errors == "\(path): every input and every figure is as stored\n")
    }
    let other = text.replacing("frequency: ", with: "frequency: 1")
    let changed = try rerun(other)
    #expect(changed.code == 0 && changed.output != table.output)
    #expect(
      changed.errors.hasPrefix("\(path): \(design) has changed since: sha256 "), "\(changed.errors)"
    )
    #expect(changed.errors.contains("\(path): layers[0].latency_s: "))
    #expect(changed.errors.contains(" more\n"))
    let strict = try rerun(other, "--strict")
    #expect(strict.code == 65 && strict.output.isEmpty)
    #expect(strict.errors.hasSuffix("provenance.inputs: 1 of 5 inputs differ\n"))
    // What was stored is another figure.
    let stored = try String(contentsOfFile: path, encoding: .utf8)
    func edited(_ word: String, _ replacement: String) throws -> Outcome {
      try Data(stored.replacing(word, with: replacement).utf8).write(
        to: URL(fileURLWithPath: path))
      return try rerun(text, "--strict")
    }
    #expect(
      try edited("\"batch\": 1,", "\"batch\": 2,").errors
        == "\(path): batch: 2 then, 1 now\n"
        + "\(path): this umemaki computes 1 other figures from the same inputs\n")
    #expect(
      try edited("umemaki run ", "umemaki run --no-such-flag ").errors
        .contains("cannot be run again: "))
    #expect(
      try edited("umemaki run ", "umemaki sweep ").errors
        .contains(
          "expected a result of `run`, `explain`, `mapping`, `serve`, `compare`, `analyze`, `profile`, "
            + "`validate`, `tune`, `codecs`, `delta`, `stitch`, `probe`, `budget`"
        ))
    try Data(stored.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.removeItem(atPath: design)
    let gone = try Program.run(["rerun", path])
    #expect(gone.code == 66)
    #expect(
      gone.errors.hasPrefix("\(path): \(design) is not here, relative to the working directory\n"))
    #expect(try Program.run(["rerun", scratch.path("none.json")]).code == 66)
  }
}
