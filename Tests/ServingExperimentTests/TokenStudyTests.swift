import Foundation
import TestSupport
import Testing

// Do the committed studies of language models say what the page ServingLanguageModels says of them?
@Suite struct TokenStudyTests {
  /// A column of the rows over all seeds, by run.
  private func column(_ name: String, of study: String) throws -> [String: Double] {
    let file = Repository.root.appending(path: "results/language-models/\(study).csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let head = try #require(lines.first)
    let (run, value) = (
      try #require(head.firstIndex(of: "run")), try #require(head.firstIndex(of: name))
    )
    let seed = head.firstIndex(of: "seed")
    var found: [String: Double] = [:]
    for line in lines.dropFirst() where seed.map({ line[$0].isEmpty }) ?? true {
      found[line[run]] = Double(line[value])
    }
    return found
  }

  /// The orders of Agrawal et al., Sarathi-Serve, OSDI 2024, table 4.
  @Test(arguments: ["stall-free-rtx", "stall-free-edge"])
  func partsAndMixingTogetherAreBest(study: String) throws {
    let first = try column("first_token_p50_s", of: study)
    let gap = try column("between_tokens_p99_s", of: study)
    let runs = ["mixed only", "both", "chunks only"]
    let values = try runs.map { try #require(first[$0]) }
    #expect(values[0] < values[1] && values[1] < values[2], "\(values)")
    let gaps = try ["both", "chunks only", "mixed only", "prompts first"].map {
      try #require(gap[$0])
    }
    #expect(gaps == gaps.sorted(), "\(gaps)")
  }

  @Test func manyCoresWinByAreaAndNotByEnergy() throws {
    let perArea = try column("rate_per_mm2_hz", of: "edge-capacity")
    let perJoule = try column("requests_per_joule", of: "edge-capacity")
    #expect(try #require(perArea["mesh-16"]) > #require(perArea["tpu-like"]))
    #expect(try #require(perJoule["tpu-like"]) > 3 * #require(perJoule["mesh-16"]))
    #expect(try #require(perJoule["sushi-analytic"]) > #require(perJoule["mesh-16"]))
  }
}
