import Testing

@testable import Exploration

// Does a deadline go through a sweep without holding it?
@Suite struct DeadlineTests {
  @Test(arguments: [(10, 16), (16, 16), (17, 16), (1000, 16), (4097, 64)])
  func everyPositionComesOnce(count: Int, window: Int) {
    var order = PositionOrder(5..<5 + count, window: window)
    var seen: [Int] = []
    while !order.isAtEnd {
      let part = order.next(7)
      #expect(!part.isEmpty && part.count <= 7)
      seen += part
    }
    #expect(order.next(7).isEmpty)
    #expect(seen.sorted() == Array(5..<5 + count))
    // In order where all of them fit the window, else from everywhere.
    #expect((seen == seen.sorted()) == (count <= window))
  }

  @Test func aHugeSweepStopsInTimeWithAFewPoints() throws {
    let fixture = try SweepFixture()
    let range = "range: {from: 1, to: 460, step: 1, scale: linear}"
    let sweep = try fixture.sweep(
      axes: [
        "{name: a, path: architecture.datapath.output_channels, \(range)}",
        "{name: b, path: architecture.datapath.input_channels, \(range)}",
        "{name: c, path: architecture.datapath.pixels, \(range)}",
      ])
    #expect(sweep.manifest.points == 460 * 460 * 460)
    let clock = ContinuousClock()
    let time = try clock.measure {
      let run = try fixture.run(sweep, into: "huge", deadline: 2)
      #expect(run.ending == .deadline)
      #expect(run.table.split(separator: "\n").count > 1)
    }
    // Two seconds, and what is under way when they are over, on a machine with other work.
    #expect(time < .seconds(60))
  }
}
