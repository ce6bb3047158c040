import Foundation
import Testing

@testable import Reports

@Suite("HTML reports")
struct PageTests {
  @Test("what people typed is escaped everywhere")
  func escaping() throws {
    let hostile = Fixture.hostile
    let plots: [Chart.Plot] = [
      .bars(
        BarPlot(
          series: [.init(hostile, SeriesStyle(0)), .init("b", SeriesStyle(1))],
          bars: [.init(hostile, [1, 2], note: hostile)], axis: Axis(hostile, unit: "s"))),
      .points(
        PointPlot(
          x: Axis(hostile, unit: "s"), y: Axis(hostile, unit: "J"),
          series: [
            .init(
              hostile, SeriesStyle(0), .points(radius: 3),
              [.init(1, 2, tip: hostile, label: hostile)])
          ])),
      .timeline(
        TimelinePlot(
          axis: Axis(hostile, unit: "s"), series: [.init(hostile, SeriesStyle(0))],
          lanes: [
            .init(
              hostile,
              [.init(hostile, start: 0, end: 1, parts: [.init(series: 0, share: 1)], tip: hostile)])
          ])),
      .cells(
        CellPlot(
          columns: [hostile], rows: [hostile], columnTitle: hostile, rowTitle: hostile,
          axis: Axis(hostile, unit: "s"), values: [[1]])),
    ]
    let charts = plots.map {
      Chart(name: "x", title: hostile, caption: hostile, width: .half, plot: $0)
    }
    for chart in charts {
      #expect(try XMLChecker().isWellFormed(chart.file))
      #expect(!chart.file.contains("<script"))
    }
    let page = HTMLPage.text(of: Fixture.report(charts, title: hostile, text: hostile))
    #expect(Fixture.count("<script", in: page) == 1)
    #expect(Fixture.count("</script", in: page) == 1)
    #expect(page.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;o&#39;"))
    #expect(!page.contains("\u{0007}"))
    #expect(!page.contains("alert(\"x\")"))
  }

  @Test("nothing comes from elsewhere, and the policy names what is inside by digest")
  func selfContained() {
    let page = HTMLPage.text(of: Fixture.report(ChartTests.samples))
    #expect(page.contains("default-src 'none'; style-src 'sha256-"))
    #expect(page.contains("script-src 'sha256-"))
    #expect(!page.contains("unsafe-inline"))
    for outside in ["http://", "https://", " src=", "@import", "url(", " style=", "onclick"] {
      #expect(!page.contains(outside), "\(outside)")
    }
  }

  @Test("facts, headline, pictures, table and warnings are there, in this order")
  func order() throws {
    let page = HTMLPage.text(of: Fixture.report(ChartTests.samples))
    let marks = [
      "class=\"facts\"", "<pre dir", "class=\"headline\"", "class=\"pictures\"", "<figure",
      "<figcaption", "<svg", "Findings", "<table>", "<th scope=\"col\"", "<th scope=\"row\"",
      "<tfoot>", "id=\"warnings\"",
    ]
    let places = try marks.map { try #require(page.range(of: $0)?.lowerBound, "\($0)") }
    #expect(places == places.sorted())
    #expect(Fixture.count("<figure ", in: page) == ChartTests.samples.count)
    #expect(page.contains("data-key=\"0.002\""))
    #expect(page.contains("seed 3"))
  }

  @Test("a report without pictures, rows, headline and warnings is still a page")
  func bare() {
    let report = Report(
      title: "bare", facts: [], table: Table(columns: [], rows: [], total: nil), conclusions: [],
      warnings: [], document: .object([:]))
    let page = HTMLPage.text(of: report)
    #expect(page.contains("<h1 dir=\"auto\">bare</h1>"))
    for part in ["<figure ", "<table", "Warnings", "Findings"] { #expect(!page.contains(part)) }
  }

  @Test("the same report gives the same bytes")
  func deterministic() {
    let report = Fixture.report(ChartTests.samples)
    #expect(HTMLPage.text(of: report) == HTMLPage.text(of: report))
    #expect(ChartFiles.files(of: report).map(\.name) == ChartTests.samples.map { "\($0.name).svg" })
  }
}

@Suite("Terminal bars")
struct TerminalBarTests {
  @Test("only a terminal gets bars")
  func bars() {
    let report = Fixture.report([])
    #expect(!TerminalTable.text(of: report).contains("\u{2588}"))
    let style = TerminalStyle(columns: 80, hasBlocks: true)
    let lines = TerminalTable.text(of: report, style: style).split(separator: "\n")
    #expect(
      lines.contains {
        $0.contains("2.00 ms  \u{2588}\u{2588}\u{2588}\u{2588}\u{2588}\u{2588}\u{2588}\u{2588}  ")
      })
    #expect(lines.contains { $0.contains("1.00 ms  \u{2588}\u{2588}\u{2588}\u{2588}  ") })
  }

  @Test("without block characters a bar is of number signs")
  func ascii() {
    let style = TerminalStyle(columns: 80, hasBlocks: false)
    let text = TerminalTable.text(of: Fixture.report([]), style: style)
    #expect(text.contains("2.00 ms  ########  "))
    #expect(text.contains("1.00 ms  ####  "))
    #expect(text.utf8.allSatisfy { $0 < 128 })
    #expect(BlockBar.text(0.001, width: 8, hasBlocks: false) == "#")
  }

  @Test("a narrow terminal gets the plain table")
  func narrow() {
    let report = Fixture.report([])
    let style = TerminalStyle(columns: 20, hasBlocks: true)
    #expect(TerminalTable.text(of: report, style: style) == TerminalTable.text(of: report))
  }

  @Test("a bar is as long as its share, to an eighth of a block")
  func lengths() {
    #expect(
      BlockBar.text(1, width: 8)
        == "\u{2588}\u{2588}\u{2588}\u{2588}\u{2588}\u{2588}\u{2588}\u{2588}")
    #expect(BlockBar.text(0.5, width: 1) == "\u{258C}")
    #expect(BlockBar.text(0, width: 8) == "")
    #expect(BlockBar.text(0.001, width: 8) == "\u{258F}")
    #expect(BlockBar.text(.nan, width: 8) == "")
  }
}
