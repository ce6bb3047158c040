import Testing

@testable import Reports

@Suite("Curves that cover each other")
struct MergingTests {
  private let x = Axis("x", unit: "s")
  private let y = Axis("y", unit: "s")

  private func series(_ name: String, _ shift: Double, _ mark: PointPlot.Mark = .line)
    -> PointPlot.Series
  {
    .init(
      name, SeriesStyle(0), mark,
      (0...10).map { .init(Double($0), 10 + Double($0) + shift, tip: "\(name) \($0)") })
  }

  @Test("equal curves are one with both names and texts")
  func equal() {
    let found = PointPlot.merged([series("a", 0), series("b", 3), series("c", 0.01)], x: x, y: y)
    #expect(found.hasMerged)
    #expect(found.series.map(\.name) == ["a, c", "b"])
    #expect(found.series[0].points[4].tip == "a 4\nc 4")
    #expect(found.series[0].points.map(\.y) == series("a", 0).points.map(\.y))
  }

  @Test("what can be told apart stays apart")
  func apart() {
    // 0.5 % of 10 to 23 is 0.065.
    for other in [series("b", 3), series("b", 0.2), series("b", 0, .steps)] {
      let all = [series("a", 0), other, series("c", 3)]
      let found = PointPlot.merged(all, x: x, y: y).series
      #expect(found.contains { $0.name == "a" })
    }
    let short = PointPlot.Series("b", SeriesStyle(1), .line, [.init(0, 10)])
    #expect(!PointPlot.merged([series("a", 0), short], x: x, y: y).hasMerged)
    #expect(!PointPlot.merged([], x: x, y: y).hasMerged)
  }

  @Test("on a logarithmic axis ratios decide")
  func ratios() {
    let log = Axis("x", unit: "s", kind: .logarithmic(base: 10))
    func at(_ name: String, _ place: Double) -> PointPlot.Series {
      .init(name, SeriesStyle(0), .points(radius: 3), [.init(place, 1)])
    }
    let wide = [at("a", 1e-6), at("b", 1.5e-6), at("c", 1), at("d", 1.01)]
    #expect(PointPlot.merged(wide, x: x, y: y).series.map(\.name) == ["a, b", "c", "d"])
    #expect(PointPlot.merged(wide, x: log, y: y).series.map(\.name) == ["a", "b", "c, d"])
  }
}
