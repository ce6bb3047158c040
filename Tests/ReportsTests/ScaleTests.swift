import Testing

@testable import Reports

@Suite("Scales and ticks")
struct ScaleTests {
  private func scale(_ axis: Axis, _ values: [Double], count: Int = 5) -> Scale {
    Scale(axis, covering: values, range: (0, 100), count: count)
  }

  @Test("steps are 1, 2 or 5 times a power of ten")
  func steps() {
    #expect(LinearTicks.step(from: 0, to: 10, count: 5) == 2)
    #expect(LinearTicks.step(from: 0, to: 1, count: 4) == 0.5)
    #expect(LinearTicks.step(from: 0, to: 7.3, count: 10) == 1)
    #expect(LinearTicks.step(from: 3, to: 3, count: 5) == 1)
  }

  @Test("a linear axis takes the prefix of its largest value")
  func prefixes() {
    let time = scale(Axis("latency", unit: "s", startsAtZero: true), [0, 0.0085])
    #expect(time.title == "latency (ms)")
    #expect(time.ticks.map(\.label) == ["0", "2", "4", "6", "8"])
    #expect(time.ticks.map(\.value)[1] == 0.002)
    let rate = scale(Axis("rate", unit: "B/s", startsAtZero: true), [3e9])
    #expect(rate.title == "rate (GB/s)")
    #expect(rate.ticks.map(\.label) == ["0", "1", "2", "3"])
    let bytes = scale(Axis("size", unit: "B", startsAtZero: true), [4 * 1_048_576])
    #expect(bytes.title == "size (MiB)")
    #expect(bytes.ticks.last?.value == 4_194_304.0)
    let share = scale(Axis("share", unit: "%", startsAtZero: true), [0, 1])
    #expect(share.ticks.map(\.label) == ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"])
  }

  @Test("a logarithmic axis has decades, or 1, 2, 5 where there are few, or powers of two")
  func logarithms() {
    let ten = Axis("time", unit: "s", kind: .logarithmic(base: 10))
    #expect(
      scale(ten, [1e-6, 1e-2]).ticks.map(\.label) == ["1 us", "10 us", "100 us", "1 ms", "10 ms"])
    #expect(scale(ten, [0.9, 21]).ticks.map(\.value) == [1, 2, 5, 10, 20])
    let two = Axis("buffer", unit: "B", kind: .logarithmic(base: 2))
    #expect(
      scale(two, [262_144, 4_194_304]).ticks.map(\.label)
        == ["256 KiB", "512 KiB", "1 MiB", "2 MiB", "4 MiB"])
    #expect(scale(ten, [3.1, 3.2]).ticks.count >= 2)
  }

  @Test("equal differences and equal ratios take equal room")
  func positions() {
    let linear = Scale(
      Axis("x", unit: "", startsAtZero: true), covering: [0, 100], range: (10, 110), count: 5)
    #expect(linear.position(0) == 10)
    #expect(
      abs(linear.position(50) - linear.position(0) - (linear.position(100) - linear.position(50)))
        < 1e-9)
    let log = scale(Axis("x", unit: "", kind: .logarithmic(base: 10)), [1, 100])
    #expect(abs(log.position(10) - 50) < 1e-9)
    #expect(log.position(-1) == 0)
  }

  @Test(
    "no values, one value, or values that are none still give an axis",
    arguments: [[], [7.0], [0], [.nan, .infinity], [-3, -3]])
  func degenerate(values: [Double]) {
    for kind in [Axis.Kind.linear, .logarithmic(base: 10), .logarithmic(base: 2)] {
      let scale = scale(Axis("x", unit: "s", kind: kind), values)
      #expect(scale.domain.low < scale.domain.high)
      #expect(scale.ticks.count >= 2)
      #expect(scale.ticks.allSatisfy { scale.position($0.value).isFinite })
    }
  }

  @Test("labels that would touch are left out evenly")
  func spacing() {
    let scale = Scale(
      Axis("x", unit: "", startsAtZero: true), covering: [0, 10], range: (0, 100), count: 10)
    let kept = scale.spaced { _ in 20 }
    let places = kept.map { scale.position($0.value) }
    #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 > 26 })
    #expect(kept.count > 1)
  }

  @Test("coordinates have two decimals at most")
  func coordinates() {
    #expect(Coordinate.text(1.005) == "1" || Coordinate.text(1.005) == "1.01")
    #expect(Coordinate.text(-0.001) == "0")
    #expect(Coordinate.text(-2.5) == "-2.5")
    #expect(Coordinate.text(12.3456) == "12.35")
    #expect(Coordinate.text(.nan) == "0")
    #expect(Coordinate.fixed(0.5, decimals: 2) == "0.50")
  }

  @Test("an axis is logarithmic where values span more than a factor of twenty")
  func fitting() {
    #expect(Axis.fitting("x", unit: "s", [1, 30]).isLogarithmic)
    #expect(!Axis.fitting("x", unit: "s", [1, 10]).isLogarithmic)
    #expect(!Axis.fitting("x", unit: "s", [0, 30]).isLogarithmic)
    #expect(!Axis.fitting("x", unit: "%", [0.001, 1]).isLogarithmic)
  }
}
