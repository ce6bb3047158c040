import Foundation
import Testing

@testable import Reports

@Suite("Pictures")
struct ChartTests {
  static let samples: [Chart] = [
    Fixture.chart("bars-stacked", .bars(Fixture.bars(.stacked))),
    Fixture.chart("bars-grouped", .bars(Fixture.bars(.grouped))),
    Fixture.chart("points", .points(Fixture.points(.points(radius: 5)))),
    Fixture.chart("lines", .points(Fixture.points(.markedLine))),
    Fixture.chart("steps", .points(Fixture.points(.steps))),
    Fixture.chart("cloud", .points(Fixture.points(.cloud))),
    Fixture.chart("timeline", .timeline(Fixture.timeline), .full),
    Fixture.chart("tracks", .tracks(Fixture.tracks), .full),
    Fixture.chart("cells", .cells(Fixture.cells)),
  ]

  @Test("a picture is drawn as before; RECORD=1 writes the snapshot", arguments: samples)
  func snapshot(chart: Chart) throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Snapshots/\(chart.name).svg")
    if ProcessInfo.processInfo.environment["RECORD"] != nil {
      try Data(chart.file.utf8).write(to: url)
      Issue.record("recorded \(chart.name).svg, look at it and run again without RECORD")
      return
    }
    let stored = try String(contentsOf: url, encoding: .utf8)
    #expect(chart.file == stored)
  }

  @Test("every picture has marks, and is well-formed", arguments: samples)
  func marks(chart: Chart) throws {
    #expect(!chart.isEmpty)
    #expect(chart.inline.contains("class=\"mark"))
    #expect(chart.inline.contains("role=\"img\" aria-label="))
    let checker = XMLChecker()
    #expect(try checker.isWellFormed(chart.file))
  }

  @Test(
    "every element of a file says its colours in a way that every renderer knows",
    arguments: samples)
  func plainColours(chart: Chart) throws {
    let file = chart.file
    for word in ["var(", "<style", "style=", "currentColor", "inherit"] {
      #expect(!file.contains(word), "\(word)")
    }
    let elements = file.components(separatedBy: "<").filter { element in
      ["rect ", "line ", "path ", "text "].contains { element.hasPrefix($0) }
    }
    #expect(elements.count > 5)
    for element in elements {
      let colours = ["fill", "stroke"].compactMap { name in
        element.components(separatedBy: " \(name)=\"").dropFirst().first?.prefix { $0 != "\"" }
      }
      // A shape that says neither would be black.
      #expect(!colours.isEmpty, "\(element)")
      #expect(
        colours.allSatisfy { $0 == "none" || $0.wholeMatch(of: /#[0-9a-f]{6}/) != nil },
        "\(element)")
      if element.hasPrefix("rect ") || element.hasPrefix("text ") {
        #expect(element.contains(" fill=\"#"), "\(element)")
      }
    }
    // The page has the same looks in its style sheet, light and dark.
    #expect(!chart.inline.contains(" fill=\"") && !chart.inline.contains(" stroke=\""))
    let page = HTMLPage.text(of: Fixture.report([chart]))
    #expect(page.contains(".chart .tick{fill:var(--soft);font-size:11px}"))
    #expect(page.contains("prefers-color-scheme:dark){.chart{--ink:#ececf1;"))
  }

  @Test("what a class adds goes over what the element has")
  func looks() {
    func look(_ element: String, _ classes: String) -> [String] {
      ChartStyle.attributes(of: element, class: classes).map { "\($0.0)=\($0.1)" }
    }
    #expect(look("text", "tick") == ["fill=#5b5b62", "font-size=11"])
    #expect(look("text", "lane") == ["fill=#1c1c1e", "font-size=12"])
    #expect(
      look("path", "mark line s1 d2") == [
        "fill=none", "stroke-width=2", "stroke-linejoin=round", "stroke-linecap=round",
        "stroke-dasharray=2 4", "stroke=#e69f00",
      ])
    #expect(look("path", "mark dot shade q4").contains("stroke=#1c1c1e"))
  }

  @Test("the strip of a table of cells says which shade is which value")
  func strip() {
    var canvas = SVGCanvas()
    _ = Fixture.cells.draw(on: &canvas, width: 480, top: 0)
    let legend = canvas.text.components(separatedBy: "</g>")[0]
    #expect(legend.hasPrefix("<g class=\"legend\">"))
    let shades = Fixture.numbers("fill-opacity", of: "rect", in: legend)
    #expect(shades.count == 12 && shades == shades.sorted())
    #expect(shades.first == 0.08 && shades.last == 0.55)
    let words = legend.components(separatedBy: "<text").dropFirst().map {
      $0.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" }
    }
    #expect(words == ["latency", "1.00 ms", "3.00 ms"])
    // The cells of these values have the shades of the strip's ends.
    let cells = canvas.text.components(separatedBy: "\n").filter { $0.contains("mark cell") }
    #expect(cells.contains { $0.contains("latency: 1.00 ms") && $0.contains("\"0.08\"") })
    #expect(cells.contains { $0.contains("latency: 3.00 ms") && $0.contains("\"0.55\"") })
  }

  @Test("an empty picture is a sentence")
  func empty() {
    let plots: [Chart.Plot] = [
      .bars(BarPlot(series: [], bars: [], axis: Axis("x", unit: "s"))),
      .bars(
        BarPlot(
          series: [.init("a", SeriesStyle(0))], bars: [.init("a", [.nan])],
          axis: Axis("x", unit: "s"))),
      .points(PointPlot(x: Axis("x", unit: ""), y: Axis("y", unit: ""), series: [])),
      .points(
        PointPlot(
          x: Axis("x", unit: "", kind: .logarithmic(base: 10)), y: Axis("y", unit: ""),
          series: [.init("a", SeriesStyle(0), .line, [.init(0, 1)])])),
      .timeline(TimelinePlot(axis: Axis("x", unit: "s"), series: [], lanes: [])),
      .tracks(TrackPlot(axis: Axis("x", unit: "s"), tracks: [.init("a", [])])),
      .cells(
        CellPlot(
          columns: ["a"], rows: ["b"], columnTitle: "", rowTitle: "", axis: Axis("x", unit: ""),
          values: [[.nan]])),
    ]
    for plot in plots {
      let chart = Fixture.chart("empty", plot)
      #expect(chart.isEmpty)
      #expect(chart.file.contains("There is nothing to draw"))
      #expect(!chart.file.contains("class=\"mark"))
      let page = HTMLPage.text(of: Fixture.report([chart]))
      #expect(page.contains("<p class=\"empty\">There is nothing to draw"))
      #expect(!page.contains("<svg class"))
    }
  }

  @Test("the parts of a stacked bar are together as long as its total")
  func stackedSums() {
    let plot = BarPlot(
      series: (0..<3).map { .init("part \($0)", SeriesStyle($0)) },
      bars: [.init("a", [1, 2, 3]), .init("b", [0, 4, 0.5]), .init("c", [2, .nan, -1])],
      axis: Axis("energy", unit: "J"))
    #expect(plot.bars.map(\.total) == [6, 4.5, 2])
    var canvas = SVGCanvas()
    _ = plot.draw(on: &canvas, width: 500, top: 0)
    let marks = canvas.text.components(separatedBy: "\n").filter { $0.contains("class=\"mark") }
    let widths = marks.flatMap { Fixture.numbers("width", of: "rect", in: $0) }
    #expect(widths.count == 6)
    let lengths = [widths[0] + widths[1] + widths[2], widths[3] + widths[4], widths[5]]
    #expect(abs(lengths[1] / lengths[0] - 4.5 / 6) < 0.001)
    #expect(abs(lengths[2] / lengths[0] - 2.0 / 6) < 0.001)
  }

  @Test("spans of a lane never rise above it")
  func laneHeights() {
    let plot = TimelinePlot(
      axis: Axis("time", unit: "s"),
      series: [.init("a", SeriesStyle(0)), .init("b", SeriesStyle(1))],
      lanes: [
        .init(
          "x",
          [
            .init(
              "s", start: 0, end: 1,
              parts: [.init(series: 0, share: 0.8), .init(series: 1, share: 0.7)], tip: "")
          ])
      ])
    var canvas = SVGCanvas()
    _ = plot.draw(on: &canvas, width: 500, top: 0)
    let marks = canvas.text.components(separatedBy: "\n").filter { $0.contains("class=\"mark") }
    #expect(
      abs(marks.flatMap { Fixture.numbers("height", of: "rect", in: $0) }.reduce(0, +) - 84) < 0.1)
  }

  @Test("long names are cut, and whole when pointed at")
  func longNames() {
    let name = String(repeating: "stage.block.conv.", count: 12)
    let chart = Fixture.chart("long", .bars(Fixture.bars(.stacked, name: name)))
    #expect(chart.inline.contains("\u{2026}<title>\(name)1</title>"))
    #expect(TextMetrics.width(TextMetrics.fitted(name, to: 100, size: 11), size: 11) <= 100)
  }

  @Test("a hundred thousand points stay below five megabytes, the same ones each time")
  func large() {
    var state: UInt64 = 7
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    let points = (0..<100_000).map { _ in PointPlot.Point(1 + next() * 100, 1 + next() * 9) }
    let x = Axis.fitting("latency", unit: "s", points.map(\.x))
    let y = Axis.fitting("energy", unit: "J", points.map(\.y))
    let drawn = PointPlot.thinned(points, x: x, y: y)
    #expect(drawn.count > 1000 && drawn.count <= 24_000)
    #expect(drawn == PointPlot.thinned(points, x: x, y: y))
    let chart = Fixture.chart(
      "large",
      .points(PointPlot(x: x, y: y, series: [.init("all", SeriesStyle(7), .cloud, drawn)])), .full)
    let page = HTMLPage.text(of: Fixture.report([chart]))
    #expect(page.utf8.count < 5_000_000)
    #expect(page == HTMLPage.text(of: Fixture.report([chart])))
  }
}
