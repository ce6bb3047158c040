import Documents
import Foundation
import Reports
import Testing

// `umemaki explain` as a user calls it.
@Suite struct ExplainCommandTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func document(_ words: String) throws -> ExplanationDocument {
    let path = scratch.path("explanation.json")
    let outcome = try Program.run("explain \(words) --format json -o \(path)")
    #expect(outcome.code == 0, "\(words): \(outcome.errors)")
    return try ExplanationDocument(fileAt: path)
  }

  @Test(arguments: [
    "tpu-like resnet20-cifar --layer layer3.0.conv1", "mesh-16 resnet20-cifar --layer conv1",
    "eyeriss-v1 alexnet --layer conv2 --energy eyeriss-relative-65nm --dram eyeriss-relative",
    "sushi-analytic ofa-resnet50 --subnet 0.6B --cached self --host fc --layer stem.0",
  ])
  func theBillIsTheEnergyOfTheRun(words: String) throws {
    let explanation = try document(words)
    let layer = try #require(explanation.layer)
    let run = scratch.path("run.json")
    let plain = words.split(separator: " ").map(String.init)
    let place = try #require(plain.firstIndex(of: "--layer"))
    let kept = plain.indices.filter { $0 != place && $0 != place + 1 }.map { plain[$0] }
    #expect(try Program.run(["run"] + kept + ["--format", "json", "-o", run]).code == 0)
    let stored = try RunDocument(fileAt: run)
    let own = try #require(stored.layers.first { $0.name == layer.name })
    #expect(explanation.layers[0].cycles == own.cycles)
    #expect(explanation.totals.energy == stored.totals.energy)
    #expect(layer.cycleBreakdown == own.cycleBreakdown)
    let bill = try #require(layer.bill)
    let sum = bill.reduce(0) { $0 + $1.amount }
    #expect(abs(sum - own.energy.amount) <= 1e-9 * own.energy.amount, "\(words)")
    for line in bill {
      #expect(abs(line.count * line.price - line.amount) <= 1e-9 * line.amount, "\(line.component)")
    }
    let text = try String(contentsOfFile: scratch.path("explanation.json"), encoding: .utf8)
    #expect(
      text.contains(words.contains("relative") ? "\"energy_price_macs\"" : "\"energy_price_j\""))
  }

  @Test func coresOfSeveralKindsHaveNoBill() throws {
    let explanation = try document("big-little resnet20-cifar --layer conv1")
    #expect(explanation.layer?.bill == nil && explanation.layer?.limits.isEmpty == true)
    let text = try Program.run("report \(scratch.path("explanation.json"))").text
    #expect(
      text.contains(
        "cores of several kinds have prices of their own: there are energies, but no counts times "
          + "prices"))
  }

  // What the article shows is what is printed, to the last letter.
  @Test func theArticleShowsWhatIsPrinted() throws {
    let article = try String(
      contentsOf: Program.root.appending(path: "Sources/umemaki/umemaki.docc/Explanations.md"),
      encoding: .utf8)
    let command = "explain nvdla-large resnet50 --layer layer4.1.conv2"
    let parts = article.components(separatedBy: "```sh\numemaki \(command)\n```\n\n```text\n")
    try #require(parts.count == 2)
    let shown = try #require(parts[1].components(separatedBy: "```").first)
    let outcome = try Program.run(command)
    #expect(outcome.text == shown)
  }

  @Test func aStoredRunIsExplainedWithItsFlags() throws {
    let run = scratch.path("run.json")
    let words = "sushi-analytic ofa-resnet50 --subnet 0.6B --cached self --host fc"
    #expect(try Program.run("run \(words) --format json -o \(run)").code == 0)
    let own = try document("\(words) --layer stem.0")
    let stored = try document("\(run) --layer stem.0")
    #expect(own.layer == stored.layer && own.layers == stored.layers && own.totals == stored.totals)
    #expect(stored.provenance.inputs.first?.path == run)
    let again = try Program.run("rerun \(scratch.path("explanation.json")) --strict --format csv")
    #expect(again.code == 0, "\(again.errors)")
    #expect(again.text.hasPrefix("component,counted,count,energy_price_j,energy_j,"))
    for format in ["table", "csv", "markdown", "html"] {
      #expect(
        try Program.run("report \(scratch.path("explanation.json")) --format \(format)").code == 0)
    }
  }

  @Test func whatIsWrongIsRefused() throws {
    let run = scratch.path("run.json")
    #expect(try Program.run("run tpu-like resnet20-cifar --format json -o \(run)").code == 0)
    let validation = scratch.path("validation.json")
    #expect(try Program.run("validate stonne-tpu --format json -o \(validation)").code == 0)
    for (words, code, message) in [
      (
        "explain tpu-like", 64,
        "Error: name a workload as well, or a file that `umemaki run --format json` wrote, found "
          + "only `tpu-like`\n"
      ),
      (
        "explain \(run) --subnet 0.6B", 64,
        "Error: flags of the question are those of the stored run; leave them out, or name a design "
          + "and a workload\n"
      ),
      (
        "explain \(run) --layer conv0", 65,
        "--layer: resnet20-cifar has no layer `conv0`, did you mean `conv1`?\n"
      ),
      (
        "explain \(validation)", 65,
        "\(validation): schema: expected umemaki.run/1, which `umemaki run --format json` writes, "
          + "found umemaki.validation/1\n"
      ),
      (
        "explain sushi-analytic ofa-resnet50 --subnet 0.6B --host fc --layer fc", 65,
        "--layer: `fc` runs elsewhere, on the host, and costs nothing here\n"
      ),
      (
        "explain tpu-like resnet20-cifar --format trace", 64,
        "Error: only `run` and `serve` have a trace\n"
      ),
    ] as [(String, Int32, String)] {
      let outcome = try Program.run(words)
      #expect(outcome.code == code && outcome.output.isEmpty, "\(words)")
      #expect(outcome.errors.hasPrefix(message), "\(words): \(outcome.errors)")
    }
    #expect(try Program.run("explain \(scratch.path("none.json"))").code == 66)
  }
}
