import Foundation
import Testing

// Do the pictures of a stored profile show its cells?
@Suite struct ProfilePictureTests {
  /// The document of a profile, and its page.
  private func stored(_ arguments: String) throws -> (document: [String: Any], html: String) {
    let scratch = try Scratch()
    let path = scratch.path("profile.json")
    let words = arguments.split(separator: " ").map(String.init)
    let outcome = try Program.run(words + ["--format", "json", "-o", path])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let html = try Program.run(["report", path, "--format", "html"])
    #expect(html.code == 0, "\(html.errors)")
    return (
      try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any]), html.text
    )
  }

  /// The pictures of a document by name.
  private func charts(_ document: [String: Any]) throws -> [String: [String: Any]] {
    let page = try #require(document["page"] as? [String: Any])
    let charts = try #require(page["charts"] as? [[String: Any]])
    return Dictionary(uniqueKeysWithValues: charts.map { ($0["name"] as? String ?? "", $0) })
  }

  private func plot(_ chart: [String: Any]?, _ kind: String) throws -> [String: Any] {
    let plot = try #require(chart?["plot"] as? [String: Any])
    return try #require(plot[kind] as? [String: Any])
  }

  @Test func picturesShowTheCells() throws {
    let (document, html) = try stored(
      "profile sushi-analytic ofa-resnet50 --subnets 0.6B,0.9B --batches 1,2")
    let charts = try charts(document)
    #expect(
      charts.keys.sorted() == [
        "cache-effect", "energy-accuracy", "latency-accuracy", "latency-batch",
      ])
    #expect(html.contains("Accuracy against latency of each sub-network"))
    #expect(html.contains("Latency saved by what is on chip"))
    let cells = try #require(document["cells"] as? [[String: Any]])
    func latency(_ subnet: String, _ subgraph: String, _ batch: Int = 1) -> Double {
      cells.first {
        $0["subnet"] as? String == subnet && $0["subgraph"] as? String == subgraph
          && $0["batch"] as? Int == batch
      }?["latency_s"] as? Double ?? .nan
    }
    let effect = try plot(charts["cache-effect"], "cells")
    let names = ["0.6B", "0.9B"]
    #expect(effect["rows"] as? [String] == names)
    let columns = try #require(effect["columns"] as? [String])
    #expect(columns == ["0.6B", "0.9B", "mix"])
    let values = try #require(effect["values"] as? [[Double]])
    for (row, name) in names.enumerated() {
      for (column, subgraph) in columns.enumerated() {
        // The reader of JSON here rounds the last digit of a decimal otherwise than the program.
        let saved = 1 - latency(name, subgraph) / latency(name, "none")
        #expect(abs(values[row][column] - saved) < 1e-12)
      }
    }
    let points = try #require(
      try plot(charts["latency-accuracy"], "points")["series"] as? [[String: Any]])
    let drawn = points.map { ($0["points"] as? [[String: Any]] ?? []).map { $0["x"] as? Double } }
    #expect(drawn[0] == names.map { latency($0, "none") })
    #expect(
      drawn[1] == names.map { name in columns.map { latency(name, $0) }.min() })
    let batches = try #require(
      try plot(charts["latency-batch"], "points")["series"] as? [[String: Any]])
    let second = (batches[0]["points"] as? [[String: Any]])?.last
    #expect(second?["x"] as? Double == 2)
    #expect(second?["y"] as? Double == latency("0.6B", "none", 2) / 2)
  }

  @Test func aBufferThatIsAlwaysEmptyHasNoEffect() throws {
    let (document, _) = try stored("profile tpu-like ofa-mobilenetv3")
    #expect(
      try charts(document).keys.sorted() == ["energy-accuracy", "latency-accuracy"])
  }
}
