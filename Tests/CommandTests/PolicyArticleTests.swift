import Foundation
import Testing

/// Answers: does what the article on policies shows run as it stands there.
struct PolicyArticleTests {
  private struct Snippet {
    let language: String
    let text: String
  }

  private let scratch = try? Scratch()

  /// The fenced blocks of the article.
  private static func snippets() throws -> [Snippet] {
    let path = "Sources/umemaki/umemaki.docc/WritingAPolicy.md"
    let article = try String(contentsOf: Program.root.appendingPathComponent(path), encoding: .utf8)
    let parts = article.components(separatedBy: "\n```")
    // Before the first fence, then in turn what is inside one and what is between two.
    #expect(parts.count % 2 == 1, "a fence that is not closed")
    return stride(from: 1, to: parts.count, by: 2).map { index in
      let lines = parts[index].split(
        separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
      return Snippet(language: String(lines[0]), text: lines.dropFirst().joined() + "\n")
    }
  }

  private static func only(_ language: String) throws -> String {
    let found = try snippets().filter { $0.language == language }
    #expect(found.count == 1)
    return try #require(found.first).text
  }

  /// A snippet that is added needs a language, and what runs it here.
  @Test func everySnippetIsRun() throws {
    #expect(try Self.snippets().map(\.language) == ["python", "yaml", "csv"])
  }

  @Test func theyRunTogether() throws {
    let scratch: Scratch = try #require(scratch)
    // Places as the YAML names them.
    for folder in ["policies", "scenarios"] {
      try FileManager.default.createDirectory(
        atPath: scratch.path(folder), withIntermediateDirectories: true)
    }
    _ = try scratch.file("policies/drain.py", Self.only("python"))
    _ = try scratch.file("policies/decisions.csv", Self.only("csv"))
    let policy = try Self.only("yaml").split(separator: "\n").map { "    \($0)" }
    let path = try scratch.file(
      "scenarios/article.yaml",
      """
      name: article
      summary: What the article shows.
      source: made for the test
      profile: {architecture: sushi-analytic, workload: ofa-resnet50, batches: [1, 2, 4, 8, 16]}
      arrivals: {kind: bursty, base_rate: 75 Hz, variant_rate: 275 Hz, squared_variation: 8}
      demands: {latency: {low: 36 ms, high: 36 ms}}
      options: {queries: 600, devices: 2}
      runs:
        - name: process
      \(policy.joined(separator: "\n"))
          caching: {kind: none}
        - name: table
          policy: {kind: table, file: ../policies/decisions.csv}
          caching: {kind: none}

      """)
    let rows = try records(of: path)
    let process = rows.filter { $0["run"] == "process" }
    let table = rows.filter { $0["run"] == "table" }
    #expect(process.count == 600 && table.count == 600)
    #expect(process.allSatisfy { ["met", "late"].contains($0["outcome"]) })
    // It looks at the queue: both small and large batches, on several sub-networks.
    #expect(Set(process.compactMap { $0["subnet"] }).count > 1)
    #expect(Set(process.compactMap { $0["batch"] }).count > 2)
    // The rows of the table, and batches of all that wait where that is less than 8.
    #expect(Set(table.compactMap { $0["subnet"] }) == ["0.6B", "1.8B"])
    #expect(table.allSatisfy { $0["subnet"] == "0.6B" || $0["batch"] == "1" })
    #expect(table.contains { $0["subnet"] == "0.6B" && $0["batch"] == "8" })
  }

  /// What became of every query, by column.
  private func records(of scenario: String) throws -> [[String: String]] {
    let path = try #require(scratch).path("queries.csv")
    let outcome = try Program.run(["serve", scenario, "--quiet", "--queries", path])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }
}
