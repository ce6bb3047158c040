import Documents
import Foundation
import Inputs
import Reports
import Testing

// Are documents values: read strictly, written back as they were, compared and made again?
@Suite struct DocumentTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs a command that stores its document.
  private func stored(_ name: String, _ arguments: String) throws -> String {
    let path = scratch.path("\(name).json")
    let words = arguments.split(separator: " ").map(String.init)
    let outcome = try Program.run(words + ["--format", "json", "-o", path])
    #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
    return path
  }

  /// What is read is what is written, to the last byte.
  private func expectRoundTrip<Value: Document>(_ type: Value.Type, _ path: String) throws {
    let text = try JSONText(fileAt: path)
    guard case .object(var members) = JSONValue(text.root) else {
      Issue.record("no mapping")
      return
    }
    members["page"] = nil
    #expect(try Value(text).json.text == JSONValue.object(members).text, "\(Value.schema)")
  }

  private let profile = "profile sushi-analytic ofa-resnet50 --subnets 0.6B"

  @Test func everyTypedDocumentReadsBack() throws {
    let scenario = try scratch.file(
      "s.yaml",
      """
      name: small
      summary: Few queries.
      source: made for the test
      profile: {architecture: sushi-analytic, workload: ofa-resnet50, subnets: [0.6B]}
      arrivals: {kind: poisson, rate: 30 Hz}
      demands: {latency: {low: 40 ms, high: 60 ms}}
      options: {queries: 50}
      seeds: [1, 2]
      runs: [{name: only, policy: {kind: fcfs}, caching: {kind: none}}]
      """)
    try expectRoundTrip(
      CapacityDocument.self, stored("capacity", "serve \(scenario) --capacity 90"))
    let (plain, quantized) = (scratch.path("w.h5"), scratch.path("q.h5"))
    #expect(try Program.run(["make-weights", "resnet20-cifar", "-o", plain]).code == 0)
    #expect(
      try Program.run(["quantize", plain, "--scheme", "signed-binary", "-o", quantized]).code == 0)
    for file in [plain, quantized] {
      try expectRoundTrip(AnalysisDocument.self, stored("analysis", "analyze \(file)"))
    }
    try expectRoundTrip(ProfileDocument.self, stored("profile", profile))
    try expectRoundTrip(ValidationDocument.self, stored("validation", "validate stonne-tpu"))
    let runs = try ["tpu-like", "systolic-32-ws"].map {
      try stored($0, "run \($0) resnet20-cifar")
    }
    try expectRoundTrip(
      ComparisonDocument.self, stored("comparison", "compare \(runs[0]) \(runs[1])"))
  }

  @Test func documentsOfTokensReadBack() throws {
    let scenario = try scratch.file(
      "s.yaml",
      """
      name: small
      summary: Few requests.
      source: made for the test
      model: gpt2
      costs: {kind: formula, start: 1 ms, token: 10 us}
      requests:
        count: 50
        arrivals: {kind: poisson, rate: 10 Hz}
        lengths: {kind: fixed, prompt: 100, output: 10}
      cache: {blocks: 100}
      targets: {first_token: 50 ms, between_tokens: 5 ms}
      seeds: [1, 2]
      runs: [{name: only, policy: {kind: sarathi, budget: 64}}]
      """)
    let rows = scratch.path("rows.csv")
    try expectRoundTrip(
      TokenServingDocument.self, stored("tokens", "serve \(scenario) --iterations \(rows)"))
    let lines = try String(contentsOfFile: rows, encoding: .utf8).split(separator: "\n")
    #expect(lines[0].hasPrefix("run,seed,replica,start_s,end_s,tokens,blocks"))
    #expect(lines[1].contains(",0p64,"))
    try expectRoundTrip(
      TokenCapacityDocument.self, stored("capacity", "serve \(scenario) --capacity 90"))
    let resolved = try Program.run(["check", scenario, "--resolved"])
    #expect(resolved.code == 0)
    let again = try scratch.file("again.yaml", resolved.text)
    #expect(try Program.run(["check", again, "--resolved"]).text == resolved.text)
  }

  @Test func documentsOfBudgetsReadBack() throws {
    let words = [
      "budget", "tpu-like", "gpt2", "--target", "5 ms", "--decodes", "8", "--context", "512",
      "--prompt", "128", "--format", "json", "-o", scratch.path("budget.json"),
    ]
    let outcome = try Program.run(words)
    #expect(outcome.code == 0, "\(outcome.errors)")
    try expectRoundTrip(BudgetDocument.self, scratch.path("budget.json"))
    let document = try BudgetDocument(fileAt: scratch.path("budget.json"))
    // Beside eight decodes more than 16 and less than 64 tokens take 5 ms.
    let budget = try #require(document.budgetTokens)
    #expect((17..<64).contains(budget))
    #expect(document.chunks.first?.tokens == 16 && document.chunks.last?.tokens == 128)
    // Smaller parts never take less in all.
    #expect(
      zip(document.chunks, document.chunks.dropFirst()).allSatisfy { $0.promptS >= $1.promptS })
    for (flags, message) in [
      (["--target", "5"], "--target: expected a value with a unit, such as `36 ms`, found `5`\n"),
      (
        ["--target", "5 ms", "--context", "1024"],
        "--context: the model has 1024 positions, found 1024 cached tokens\n"
      ),
      (
        ["--target", "5 ms", "--granule", "4096"],
        "--granule: expected 1 to the 2048 tokens of the prompt, found 4096\n"
      ),
    ] {
      let refused = try Program.run(["budget", "tpu-like", "gpt2"] + flags)
      #expect(refused.code == 65)
      #expect(flags.contains("4096") || refused.errors == message, "\(refused.errors)")
    }
  }

  // Every kind of member: hosts and fills, maps on chip, coded links and rows of elements, relative
  // energies, areas, weights, fused operations and work on a vector unit.
  @Test(arguments: [
    "tpu-like resnet20-cifar --batch 2",
    "sushi-analytic ofa-resnet50 --subnet 0.6B --cached self --host fc --fill bytes",
    "sushi-maps ofa-resnet50 --subnet 0.6B", "eyeriss-v1 alexnet",
    "eyeriss-v1 alexnet --energy eyeriss-relative-65nm --dram eyeriss-relative",
    "systolic-32-is squeezenet", "plum-dense resnet20-cifar",
  ])
  func everyRunReadsBack(_ words: String) throws {
    try expectRoundTrip(RunDocument.self, stored("run", "run \(words)"))
  }

  @Test func aRunOnStoredWeightsReadsBack() throws {
    let (plain, quantized) = (scratch.path("w.h5"), scratch.path("q.h5"))
    #expect(try Program.run(["make-weights", "resnet20-cifar", "-o", plain]).code == 0)
    #expect(
      try Program.run(["quantize", plain, "--scheme", "signed-binary", "-o", quantized]).code == 0)
    let path = try stored("run", "run plum-sr resnet20-cifar --weights \(quantized)")
    try expectRoundTrip(RunDocument.self, path)
    #expect(try RunDocument(fileAt: path).layers.contains { $0.weights?.scheme == "signed-binary" })
  }

  @Test func aWrongMemberOfARunIsRefusedAtItsPlace() throws {
    let path = try stored("run", "run tpu-like resnet20-cifar")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    func errors(_ old: String, _ new: String, _ command: [String]) throws -> String {
      #expect(text.contains(old), "\(old)")
      let changed = try scratch.file(
        "changed.json", text.replacing(old, with: new, maxReplacements: 1))
      let outcome = try Program.run(command.map { $0 == "FILE" ? changed : $0 })
      #expect(outcome.code == 65 && outcome.output.isEmpty, "\(old)")
      return outcome.errors
    }
    for command in [["report", "FILE", "--format", "csv"], ["compare", path, "FILE"]] {
      #expect(
        try errors("\"bound\": \"compute\"", "\"bound\": 3", command)
          .contains(": layers[0].bound: expected text, found "))
      #expect(
        try errors("\"energy_j\":", "\"energy\":", command)
          .contains(": layers[0]: missing key `energy_j`"))
      #expect(
        try errors("\"energy_j_low\":", "\"energy_j_lo\":", command)
          .contains(": totals: missing key `energy_j_low`"))
      #expect(
        try errors("\"mapping_rule\":", "\"mapping_rules\":", command)
          .contains(": unknown key `mapping_rules`, did you mean `mapping_rule`?"))
    }
  }

  @Test func aWrongMemberIsRefusedAtItsPlace() throws {
    let path = try stored("profile", profile)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    func message(_ old: String, _ new: String) throws -> String {
      let changed = try scratch.file(
        "changed.json", text.replacing(old, with: new, maxReplacements: 1))
      do throws(InputError) {
        _ = try ProfileDocument(fileAt: changed)
        return "read"
      } catch {
        return
          "\(error.location.map { "\($0.line > 1)" } ?? "nowhere") \(error.path): \(error.message)"
      }
    }
    let wrong = try message("\"architecture\": \"sushi-analytic\"", "\"architecture\": 3")
    #expect(wrong.hasPrefix("true architecture: expected text, found "), "\(wrong)")
    #expect(try message("\"latency_s\":", "\"latency\":").contains("did you mean `latency_s`?"))
    #expect(
      try message("umemaki.profile/1", "umemaki.profile/2")
        == "true schema: expected schema umemaki.profile/1, found umemaki.profile/2")
    let newer = try scratch.file(
      "newer.json", text.replacing("umemaki.profile/1", with: "umemaki.profile/2"))
    let outcome = try Program.run(["report", newer])
    #expect(outcome.code == 65)
    #expect(
      outcome.errors.contains(
        "umemaki.profile/2 is of another version, this umemaki reads umemaki.profile/1"))
  }

  @Test func aProfileIsRenderedComparedAndMadeAgain() throws {
    let path = try stored("one", profile)
    let wider = try stored("two", "\(profile) --batches 1,2")
    for format in ["table", "csv", "markdown", "html", "json"] {
      #expect(try Program.run(["report", path, "--format", format]).code == 0, "\(format)")
    }
    let same = try Program.run(["compare", path, path])
    #expect(same.text.contains("0 of "))
    let compared = try Program.run(["compare", path, wider, "--format", "csv"])
    #expect(compared.code == 0 && compared.text.contains("cells[0.6B none 1].latency_s"))
    let again = try Program.run(["rerun", path, "--strict", "--format", "csv"])
    #expect(again.code == 0, "\(again.errors)")
  }

  @Test func aValidationIsMadeAgainAndCompared() throws {
    let path = try stored("validation", "validate stonne-tpu")
    #expect(try Program.run(["rerun", path, "--strict"]).code == 0)
    let run = try stored("run", "run tpu-like resnet20-cifar")
    #expect(try Program.run(["compare", path, path]).code == 0)
    let mixed = try Program.run(["compare", path, run])
    #expect(mixed.code == 65)
    #expect(
      mixed.errors == "\(run): schema: expected umemaki.validation/1, as \(path) is, found "
        + "umemaki.run/1\n")
  }
}
