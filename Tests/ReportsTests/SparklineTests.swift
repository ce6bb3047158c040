import Testing

@testable import Reports

@Suite("Terminal lines")
struct SparklineTests {
  private func line(_ values: [Double], low: Double = 0, high: Double = 1) -> Trends.Line {
    .init("name", values, low: low, high: high, note: "note")
  }

  @Test("heights are values, zero and what is missing are blank")
  func heights() {
    let values = [0, 0.01, 0.2, 0.4, 0.6, 0.8, 0.99, 1, .nan]
    #expect(
      Sparkline.text(line(values), width: 20, hasBlocks: true)
        == " \u{2581}\u{2582}\u{2584}\u{2585}\u{2587}\u{2588}\u{2588} ")
    #expect(Sparkline.text(line(values), width: 20, hasBlocks: false) == " .:=+#@@ ")
  }

  @Test("the lowest value of a range that is not from zero is seen")
  func range() {
    let text = Sparkline.text(line([15, 16.6, 18], low: 15, high: 18), width: 9, hasBlocks: true)
    #expect(text == "\u{2581}\u{2585}\u{2588}")
    #expect(Sparkline.text(line([3, 3], low: 3, high: 3), width: 9, hasBlocks: true).count == 2)
  }

  @Test("more values than room become means of neighbours")
  func condensed() {
    #expect(Sparkline.condensed([1, 3, 5, 7], to: 2) == [2, 6])
    #expect(Sparkline.condensed([1, .nan, .nan, .nan], to: 2)[0] == 1)
    #expect(Sparkline.condensed([1, .nan, .nan, .nan], to: 2)[1].isNaN)
    #expect(Sparkline.condensed([1, 2], to: 5) == [1, 2])
    #expect(Sparkline.condensed([1, 2], to: 0).isEmpty)
    for count in [3, 17, 100, 4096] {
      let values = (0..<count).map(Double.init)
      let found = Sparkline.condensed(values, to: 16)
      #expect(found.count == min(count, 16))
      #expect(found == found.sorted())
    }
  }

  @Test("no line is wider than the terminal, and one without room is left out", arguments: 1...120)
  func width(columns: Int) {
    let trends = Trends(
      "layers",
      [
        .init("utilization", (0..<200).map { Double($0) / 200 }, low: 0, high: 1, note: "0 to 1"),
        .init("wait", [1, 1], low: 0, high: 1, note: "a longer note"),
      ])
    for hasBlocks in [true, false] {
      let lines = Sparkline.lines(
        trends, style: TerminalStyle(columns: columns, hasBlocks: hasBlocks))
      #expect(lines.allSatisfy { $0.count <= columns })
      #expect(lines.isEmpty == (columns < 11 + 2 + 13 + 2 + Sparkline.least))
    }
  }

  @Test("environment and terminal decide, in this order")
  func environment() {
    func style(_ environment: [String: String], _ width: Int? = nil) -> TerminalStyle {
      TerminalStyle(environment: environment, width: width)
    }
    #expect(style(["LANG": "C.UTF-8"], 132) == TerminalStyle(columns: 132, hasBlocks: true))
    #expect(style(["LANG": "de_DE.utf8", "COLUMNS": "50"], 132).columns == 50)
    #expect(style(["COLUMNS": "many"], 0) == TerminalStyle(columns: 80, hasBlocks: false))
    #expect(style(["LC_ALL": "C", "LANG": "en_US.UTF-8"]).hasBlocks == false)
    #expect(style(["LC_ALL": "", "LC_CTYPE": "en_US.UTF-8", "LANG": "C"]).hasBlocks)
    #expect(style(["LANG": "en_US.UTF-8", "TERM": "dumb"]).hasBlocks == false)
  }

  @Test("only a terminal gets lines")
  func terminalOnly() {
    let report = Report(
      title: "t", facts: [], table: Table(columns: [], rows: [], total: nil), conclusions: [],
      warnings: [], document: .null,
      trends: [Trends("layers", [line([0.1, 0.5, 1])])])
    let style = TerminalStyle(columns: 80, hasBlocks: true)
    #expect(
      TerminalTable.text(of: report, style: style).contains(
        "layers\nname  \u{2581}\u{2585}\u{2588}  note"))
    for format in ReportFormats.texts { #expect(!format.text(of: report).contains("\u{2581}")) }
  }
}
