import Foundation
import Inputs
import Testing

@testable import Reports

@Suite("Points that readers explore")
struct PointTableTests {
  private func table(
    name: String = "three", values: [Double] = [1, .nan, 3.5], precision: Int = 8,
    texts: [String] = ["a", "b"]
  ) -> PointTable {
    PointTable(
      name: name, precision: precision, note: "A note.", points: [0, 5, 70_000],
      front: [true, false, true],
      axes: [
        .init(
          name: "axis", values: texts, isDrawn: true, isEnvironment: false, paths: ["batch"],
          places: [0, 1, 0])
      ],
      figures: [
        .init(
          name: "latency_s", title: "latency", unit: "s", prefersLarge: false, isObjective: true,
          isCounted: false, values: values, precision: precision),
        .init(
          name: "macs", title: "macs", unit: "", prefersLarge: false, isObjective: false,
          isCounted: true, values: [7, 7, 7], precision: precision),
      ], head: "name: x\n", tail: "objectives: [latency]\n")
  }

  private func report(_ table: PointTable?) -> Report {
    Report(
      title: "title", facts: [], table: Table(columns: [], rows: [], total: nil), conclusions: [],
      warnings: [], document: .object(["schema": .string("test/1")]), points: { table })
  }

  @Test("columns are little-endian numbers in base64")
  func columns() {
    let table = table()
    // 0, 5 and 70,000 = 0x11170.
    #expect(table.points == Data([0, 0, 0, 0, 5, 0, 0, 0, 0x70, 0x11, 1, 0]).base64EncodedString())
    #expect(table.front == Data([0b101]).base64EncodedString())
    #expect(table.axes[0].places == Data([0, 1, 0]).base64EncodedString())
    // 1 is 0x3FF0000000000000 in IEEE 754.
    #expect(
      Data(base64Encoded: table.figures[0].values)?.prefix(8)
        == Data([0, 0, 0, 0, 0, 0, 0xF0, 0x3F]))
    #expect(table.figures[1].constant == 7 && table.figures[1].values.isEmpty)
    // 3.5 is 0x40600000 in single precision.
    #expect(
      Data(base64Encoded: self.table(precision: 4).figures[0].values)?.suffix(4)
        == Data([0, 0, 0x60, 0x40]))
    #expect([1, 256, 257, 65536, 65537].map(PointTable.width) == [1, 1, 2, 2, 4])
    #expect(table.fault == nil)
  }

  @Test("a stored page gives them back")
  func stored() throws {
    let text = report(table()).stored.text
    let read = try ReportPage.read(JSONText(bytes: Array(text.utf8), file: "x"))
    let points = try #require(read.points)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try encoder.encode(points) == encoder.encode(table()))
    let none = try ReportPage.read(
      JSONText(bytes: Array(report(nil).stored.text.utf8), file: "x"))
    #expect(none.points == nil)
  }

  @Test("damaged columns are refused at their place")
  func damaged() throws {
    func refusal(_ old: String, _ new: String) throws -> String {
      let text = report(table()).stored.text
      try #require(text.contains(old), "\(old)")
      do {
        _ = try ReportPage.read(
          JSONText(bytes: Array(text.replacing(old, with: new).utf8), file: "x"))
        return "nothing"
      } catch {
        return String("\(error)".drop { $0 != " " }.dropFirst())
      }
    }
    let places = "\"places\": \"\(table().axes[0].places)\""
    #expect(
      try refusal(places, "\"places\": \"AAE=\"")
        == "page.points.axes[0].places: expected 3 bytes, found 2")
    #expect(
      try refusal(places, "\"places\": \"AAIA\"")
        == "page.points.axes[0].places: a position beyond the 2 values")
    #expect(
      try refusal(places, "\"places\": \"%\"") == "page.points.axes[0].places: expected base64")
    #expect(
      try refusal("\"count\": 3", "\"count\": 4")
        == "page.points.points: expected 16 bytes, found 12")
    #expect(
      try refusal("\"count\": 3", "\"count\": -1")
        == "page.points.count: expected 0 to 16777216, found -1")
    #expect(
      try refusal("\"precision\": 8", "\"precision\": 5")
        == "page.points.precision: expected 4 or 8, found 5")
    #expect(
      try refusal("\"constant\": 7", "\"constants\": 7")
        == "page.points.figures[1].values: expected 24 bytes, found 0")
  }

  @Test("a page holds them as data that no text can leave, and asks nobody unless it is served")
  func page() throws {
    let hostile = Fixture.hostile
    let page = HTMLPage.text(of: report(table(name: hostile, texts: [hostile, "</script><b>"])))
    #expect(Fixture.count("<script", in: page) == 2)
    #expect(Fixture.count("</script", in: page) == 2)
    #expect(page.contains("<script type=\"application/json\" id=\"points\">"))
    #expect(page.contains("\\u003cscript>") && !page.contains("<b>"))
    #expect(page.contains("A note.</p>") && !page.contains("connect-src"))
    for outside in ["http://", "https://", " src=", "@import", "url(", " style=", "onclick"] {
      #expect(!page.contains(outside), "\(outside)")
    }
    #expect(HTMLPage.text(of: report(table())) == HTMLPage.text(of: report(table())))
    let served = HTMLPage.text(of: report(table()), version: "1-a")
    #expect(served.contains("; connect-src 'self'\">"))
    #expect(served.contains("<meta name=\"version\" content=\"1-a\">"))
    #expect(!HTMLPage.text(of: report(nil)).contains("id=\"explore\""))
  }

  @Test("an index and a fault escape what people typed")
  func served() {
    let index = ServedPage.index(
      Fixture.hostile, [.init(name: Fixture.hostile, address: "/page/a%20b", kind: "k<")], note: "",
      version: "1")
    #expect(Fixture.count("<script", in: index) == 1 && index.contains("k&lt;"))
    #expect(index.contains("<a href=\"/page/a%20b\">"))
    #expect(
      ServedPage.index("t", [], note: "", version: "1").contains("No folder of a sweep is here"))
    let fault = ServedPage.fault("t", "a.json:1:2: <b>\nand more", version: "1")
    #expect(fault.contains("a.json:1:2: &lt;b&gt;\nand more</pre>"))
  }
}
