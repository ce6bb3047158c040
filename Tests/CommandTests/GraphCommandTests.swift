import Documents
import Foundation
import Inputs
import Reports
import Testing

// Graphs of networks from the command line.
@Suite struct GraphCommandTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func scenario() throws -> String {
    try SmallGraphScenario.write(in: scratch, more: "tune: {kind: order}")
  }

  private func expectRoundTrip<Value: Document>(_ type: Value.Type, _ words: [String]) throws {
    let path = scratch.path("d.json")
    let outcome = try Program.run(words + ["--format", "json", "-o", path])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let text = try JSONText(fileAt: path)
    guard case .object(var members) = JSONValue(text.root) else {
      Issue.record("no mapping")
      return
    }
    members["page"] = nil
    #expect(try Value(text).json.text == JSONValue.object(members).text)
    let report = try Program.run(["report", path, "--format", "csv"])
    let direct = try Program.run(words + ["--format", "csv"])
    #expect(report.code == 0 && report.output == direct.output)
  }

  @Test func documentsReadBack() throws {
    let file = try scenario()
    let rows = scratch.path("rows.csv")
    try expectRoundTrip(GraphServingDocument.self, ["serve", file])
    try expectRoundTrip(TuningDocument.self, ["tune", file])
    #expect(try Program.run(["serve", file, "--queries", rows]).code == 0)
    let lines = try String(contentsOfFile: rows, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 101)
    #expect(
      lines[0]
        == "run,seed,query,sample,arrival_s,start_s,end_s,work_s,outcome,nodes,answered_by,accuracy,energy,"
        + "dram_bytes")
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("only,") })
  }

  @Test func resolvedMeansTheSame() throws {
    let first = try Program.run(["check", try scenario(), "--resolved"])
    #expect(first.code == 0, "\(first.errors)")
    let again = try scratch.file("again.yaml", first.text)
    #expect(try Program.run(["check", again, "--resolved"]).text == first.text)
  }

  /// Documents of all commands on graphs are made again from their inputs, figure by figure.
  @Test func documentsAreMadeAgain() throws {
    let file = try scenario()
    for words in [["serve", file], ["tune", file]] {
      let path = scratch.path("\(words[0]).json")
      #expect(try Program.run(words + ["--format", "json", "-o", path]).code == 0)
      let again = try Program.run(["rerun", path, "--strict", "--format", "csv"])
      #expect(again.code == 0, "\(again.errors)")
      #expect(again.errors == "\(path): every input and every figure is as stored\n")
      #expect(try again.output == Program.run(words + ["--format", "csv"]).output)
    }
  }

  /// Runs have bars of latency, energy and traffic, nodes their reach, and searches a picture of settings.
  @Test func reportsHavePictures() throws {
    let file = try scenario()
    let folder = scratch.path("pictures")
    let outcome = try Program.run(["serve", file, "--format", "svg", "-o", folder])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let found = try FileManager.default.contentsOfDirectory(atPath: folder)
    for name in [
      "latency", "tail", "energy-per-query", "dram-per-query", "reach", "latency-accuracy",
    ] {
      #expect(found.contains { $0.hasSuffix("\(name).svg") }, "\(name) in \(found)")
    }
    for words in [["serve", file], ["tune", "tuned-stages"]] {
      let page = try Program.run(words + ["--format", "html"])
      #expect(page.code == 0 && page.text.contains("<svg"), "\(words)")
    }
  }
}
