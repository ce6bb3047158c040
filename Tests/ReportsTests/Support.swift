import Foundation
import Testing

@testable import Reports

/// Hand-built pictures and reports.
enum Fixture {
  static let hostile = "<script>alert(\"x\")</script> & 'o' \u{202E}\u{05D0}\u{05D1} \u{0007}"

  static func chart(_ name: String, _ plot: Chart.Plot, _ width: Chart.Width = .half) -> Chart {
    Chart(name: name, title: "Picture \(name)", caption: "By hand.", width: width, plot: plot)
  }

  static func bars(_ arrangement: BarPlot.Arrangement, name: String = "conv") -> BarPlot {
    BarPlot(
      series: [.init("compute", SeriesStyle(0)), .init("wait", SeriesStyle(1))],
      bars: (1...4).map {
        .init("\(name)\($0)", [Double($0) * 1e-3, $0 == 2 ? 0 : 5e-4], note: "x 0.500")
      }, axis: Axis("latency", unit: "s"), arrangement: arrangement)
  }

  static func points(_ mark: PointPlot.Mark) -> PointPlot {
    PointPlot(
      x: Axis("latency", unit: "s", kind: .logarithmic(base: 10)), y: Axis("accuracy", unit: "%"),
      series: [
        .init(
          "first", SeriesStyle(0), mark,
          [(1e-3, 0.70), (1e-2, 0.74), (0.2, 0.78)].map { .init($0.0, $0.1, tip: "\($0.1)") }),
        .init("second", SeriesStyle(1), mark, [.init(5e-3, 0.71, tip: "one", label: "one")]),
      ])
  }

  static let timeline = TimelinePlot(
    axis: Axis("time", unit: "s"),
    series: [.init("compute", SeriesStyle(0)), .init("read", SeriesStyle(1))],
    lanes: [
      .init(
        "array",
        [
          .init(
            "a", start: 0, end: 2e-3,
            parts: [.init(series: 0, share: 0.75), .init(series: 1, share: 0.25)],
            tip: "a"),
          .init("b", start: 2e-3, end: 3e-3, parts: [.init(series: 0, share: 1)], tip: "b"),
        ]),
      .init(
        "DRAM", [.init("a", start: 0, end: 2e-3, parts: [.init(series: 1, share: 0.5)], tip: "a")]),
    ])

  static let tracks = TrackPlot(
    axis: Axis("cycles", unit: ""),
    tracks: [
      .init(
        "reads",
        (0..<5).map { .init($0, start: Double($0) * 20, end: Double($0) * 20 + 12, tip: "") }),
      .init(
        "array",
        (0..<5).map {
          .init($0, start: Double($0) * 20 + 12, end: Double($0) * 20 + 32, tip: "tile \($0)")
        }),
      .init("writes", [.init(4, start: 112, end: 112.01, tip: "short")]),
    ])

  static let cells = CellPlot(
    columns: ["256 KiB", "1 MiB", "4 MiB"], rows: ["8", "16"], columnTitle: "buffer",
    rowTitle: "kernels", axis: Axis("latency", unit: "s"),
    values: [[3e-3, 2e-3, 1e-3], [2e-3, 1.5e-3, .nan]])

  static func report(
    _ charts: [Chart], title: String = "title", rows: [[Table.Cell]]? = nil, text: String = "plain"
  ) -> Report {
    Report(
      title: title, facts: [(text, text)],
      table: Table(
        columns: [
          .init(text, "layer"), .init("latency", "latency_s", hasBars: true),
          .init("util", "utilization"),
        ],
        rows: rows ?? [
          [.text(text), .quantity(2e-3, unit: "s"), .share(0.5)],
          [.text("other"), .quantity(1e-3, unit: "s"), .share(0.25)],
        ], total: [.text("total"), .quantity(3e-3, unit: "s"), .none]),
      conclusions: [("latency", text), ("", text)], warnings: [text],
      document: .object([
        "provenance": Provenance(
          version: "1", inputs: [.init(path: text, digest: "abc")], command: text, seed: 3
        ).document
      ]), headline: [.init(text, text, note: text)], charts: charts)
  }

  /// Elements of a class in markup.
  static func count(_ text: String, in markup: String) -> Int {
    markup.components(separatedBy: text).count - 1
  }

  /// The values of an attribute, in order.
  static func numbers(_ attribute: String, of name: String, in markup: String) -> [Double] {
    markup.components(separatedBy: "<").filter { $0.hasPrefix(name) }.compactMap { element in
      element.components(separatedBy: " \(attribute)=\"").dropFirst().first
        .flatMap { $0.split(separator: "\"").first }.flatMap { Double($0) }
    }
  }
}
