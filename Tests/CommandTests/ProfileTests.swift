import Foundation
import Testing

// The profile table as files that other programs read and write.
@Suite struct ProfileTests {
  /// A serving report without what names its inputs, and without doubts about their prices.
  private func results(_ outcome: Outcome) throws -> Data {
    #expect(outcome.code == 0, "\(outcome.errors)")
    var document = try #require(
      try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    #expect(document.removeValue(forKey: "provenance") != nil)
    // Its texts name the inputs again.
    #expect(document.removeValue(forKey: "page") != nil)
    // An imported table does not know how its energies were priced.
    let warnings = try #require(document["warnings"] as? [String])
    document["warnings"] = warnings.filter { !$0.contains("where energy table") }
    return try JSONSerialization.data(withJSONObject: document, options: .sortedKeys)
  }

  @Test func anImportedTableServesAsTheBuiltOne() throws {
    let scratch = try Scratch()
    let profile = try Program.run([
      "profile", "sushi-analytic", "ofa-resnet50", "--format", "hdf5", "-o",
      scratch.path("table.h5"),
    ])
    #expect(profile.code == 0, "\(profile.errors)")
    try FileManager.default.copyItem(
      atPath: scratch.path("table.h5"), toPath: scratch.path("table.measured"))
    let sources = [
      "profile: {architecture: sushi-analytic, workload: ofa-resnet50}", "table: table.h5",
      "table: table.measured",
    ]
    let reports = try sources.map { source in
      let scenario = """
        name: same
        summary: A table that was exported stands in for the model.
        source: made for the test
        \(source)
        arrivals: {kind: closed-loop}
        demands:
          accuracy: {low: 0.75, high: 0.798}
          latency: {low: 1 s, high: 1 s}
        options: {queries: 2000, seed: 1, warm_up: 100}
        seeds: [1, 2, 3]
        runs:
          - {name: SUSHI, policy: {kind: strict-accuracy}, caching: {kind: average, window: 8}}
        """
      let path = try scratch.file("scenario.yaml", scenario)
      return try results(Program.run(["serve", path, "--format", "json"]))
    }
    #expect(reports[0] == reports[1] && reports[1] == reports[2])
  }

  @Test(
    arguments: [
      ("profile sushi-analytic ofa-resnet50 --format hdf5", 64, "needs a file to write"),
      ("profile sushi-analytic ofa-resnet50 --format xml", 64, "xml"),
      (
        "profile sushi-analytic ofa-resnet50 --subnets 0.6B --format hdf5 -o no-such-folder/t.h5",
        73, "no-such-folder/t.h5: there is no folder no-such-folder"
      ),
    ] as [(String, Int32, String)])
  func wrongUse(line: String, code: Int32, text: String) throws {
    let outcome = try Program.run(line)
    #expect(outcome.code == code)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }
}
