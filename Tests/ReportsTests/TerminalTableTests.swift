import Testing

@testable import Reports

@Suite("Tables in a terminal")
struct TerminalTableTests {
  private static let names = [
    "model.encoder.layers.0.self_attention.output.projection.dense",
    "model.encoder.layers.1.self_attention.output.projection.dense",
    "model.encoder.layers.1.feed_forward.intermediate.projection.dense",
    "fc",
  ]

  private static func table(_ names: [String]) -> Table {
    Table(
      columns: [
        .init("layer", "layer"), .init("latency", "latency_s", hasBars: true),
        .init("DRAM", "dram_bytes"), .init("bound", "bound"),
      ],
      rows: names.map {
        [.text($0), .quantity(2e-3, unit: "s"), .quantity(4096, unit: "B"), .text("compute")]
      },
      total: [.text("total"), .quantity(6e-3, unit: "s"), .none, .text("")])
  }

  private func lines(_ names: [String], columns: Int, hasBlocks: Bool = true) -> [String] {
    let report = Report(
      title: "t", facts: [], table: Self.table(names), conclusions: [], warnings: [],
      document: .null)
    return TerminalTable.text(
      of: report, style: TerminalStyle(columns: columns, hasBlocks: hasBlocks)
    ).split(separator: "\n").dropFirst().map(String.init)
  }

  @Test("names are cut where they are still told apart")
  func cut() {
    #expect(
      lines(Self.names, columns: 56) == [
        "layer                         latency      DRAM  bound",
        "----------------------------  -------  --------  -------",
        "model.encoder.layers.0.s…nse  2.00 ms  4.00 KiB  compute",
        "model.encoder.layers.1.s…nse  2.00 ms  4.00 KiB  compute",
        "model.encoder.layers.1.f…nse  2.00 ms  4.00 KiB  compute",
        "fc                            2.00 ms  4.00 KiB  compute",
        "----------------------------  -------  --------  -------",
        "total                         6.00 ms         -",
      ])
  }

  @Test("where no cut tells names apart their row stands in the gap")
  func numbered() {
    #expect(
      lines(Self.names, columns: 44).dropFirst(2).prefix(4) == [
        "model.e…1….dense  2.00 ms  4.00 KiB  compute",
        "model.e…2….dense  2.00 ms  4.00 KiB  compute",
        "model.e…3….dense  2.00 ms  4.00 KiB  compute",
        "fc                2.00 ms  4.00 KiB  compute",
      ])
    // A name that appears twice is the same both times.
    let twice = MiddleCut(limit: 8, ellipsis: "..")
      .cut(["a-long-name-b", "a-long-same-b", "a-long-name-b", "a-long-name-b-x-b"])
    #expect(twice[0] == twice[2] && Set(twice).count == 3)
    #expect(twice.allSatisfy { $0.count == 8 })
  }

  @Test("no line is wider than the terminal from 80 columns on", arguments: [80, 81, 92, 100, 132])
  func fits(columns: Int) {
    for hasBlocks in [true, false] {
      let lines = lines(Self.names, columns: columns, hasBlocks: hasBlocks)
      #expect(lines.allSatisfy { DisplayWidth.of($0) <= columns })
      // Different names stay different, the short one whole.
      let cells = lines.dropFirst(2).prefix(4).map { $0.split(separator: " ")[0] }
      #expect(Set(cells).count == 4 && cells[3] == "fc")
      // 93 columns hold the longest name whole.
      #expect(lines.contains { $0.contains(hasBlocks ? "…" : "..") } == (columns < 93))
    }
  }

  @Test("short names keep their bars, long ones lose them before they are cut")
  func bars() {
    #expect(lines(["a", "b"], columns: 80).contains { $0.contains("\u{2588}") })
    let wide = lines(Self.names, columns: 103)
    #expect(wide.contains { $0.hasPrefix(Self.names[2]) && $0.contains("\u{2588}") })
    let narrow = lines(Self.names, columns: 102)
    #expect(narrow.contains { $0.hasPrefix(Self.names[2]) })
    #expect(!narrow.contains { $0.contains("\u{2588}") })
  }

  @Test("headings of numbers are cut too, numbers never")
  func headings() {
    let table = Table(
      columns: [.init("name", nil), .init("architecture.memory.dram.bandwidth", nil)],
      rows: [[.text("a"), .count(1_234_567)]], total: nil)
    let grid = TextGrid(table).fitted(to: 20, ellipsis: "\u{2026}")
    #expect(grid?.headings == ["name", "archite…dwidth"])
    #expect(grid?.rows == [["a", "1,234,567"]])
    #expect(TextGrid(table).fitted(to: 11, ellipsis: "\u{2026}") == nil)
  }

  @Test("files and pipes have whole names")
  func whole() {
    let report = Report(
      title: "t", facts: [], table: Self.table(Self.names), conclusions: [], warnings: [],
      document: .null)
    for format in ReportFormats.texts where format.kind != "json" {
      let text = format.text(of: report)
      #expect(Self.names.allSatisfy { text.contains($0) }, "\(format.kind)")
    }
  }

  @Test("wide characters count twice, marks that join others not at all")
  func widths() {
    #expect(DisplayWidth.of("conv1") == 5)
    #expect(DisplayWidth.of("畳み込み") == 8)
    #expect(DisplayWidth.of("한국어") == 6)
    #expect(DisplayWidth.of("ﬀｆ") == 3)
    #expect(DisplayWidth.of("e\u{301}\u{200B}x") == 2)
    #expect(DisplayWidth.of("👩‍💻🇩🇪❤️") == 6)
    #expect(DisplayWidth.of("…é") == 2)
    #expect(DisplayWidth.prefix(of: "畳み込み", columns: 5) == "畳み")
    #expect(DisplayWidth.suffix(of: "畳み込み", columns: 5) == "込み")
    let lines = lines(["畳み込み層一", "畳み込み層二"], columns: 80)
    let ends = Set(lines[2...3].map { DisplayWidth.of($0) })
    #expect(ends.count == 1)
    let cut = MiddleCut(limit: 7, ellipsis: "…").cut(["畳み込み層一", "畳み込み層二"])
    #expect(cut.allSatisfy { DisplayWidth.of($0) <= 7 } && Set(cut).count == 2)
  }
}
