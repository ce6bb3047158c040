import Components
import Testing
import Units

@testable import Serving

/// Answers: does the engine carry out every decision that a policy may give, and no other.
struct DecisionTests {
  /// Gives the decisions of a script, then serves the head alone.
  private struct Scripted: SchedulerPolicy {
    struct Spec: Codable, Hashable, Sendable {}
    static let kind = "scripted"
    static let summary = "For tests."
    var decisions: [Decision] = []
    init(_ spec: Spec) {}
    init(_ decisions: [Decision]) { self.decisions = decisions.reversed() }
    func prepare(for table: ProfileTable) {}
    mutating func decide(_ snapshot: Snapshot) throws(PolicyError) -> Decision {
      if snapshot.now == ms(77) { throw PolicyError("had enough") }
      return decisions.popLast() ?? .serve(subnet: 0, positions: 0..<1)
    }
  }

  private func simulation(
    _ decisions: [Decision], _ arrivals: ScriptedArrivals = ScriptedArrivals(0, 0, 0, 0)
  ) throws -> ServingSimulation {
    try ServingSimulation(
      table: table(
        [[[2, 3], [1, 1.5]]], batches: [1, 2],
        columns: [.init(name: "none"), .init(name: "g1", load: .init(time: ms(5)))]),
      arrivals: arrivals, demands: DemandMix(latency: ms(100)), policy: Scripted(decisions),
      caching: NoCaching(.init()), options: ServingOptions(queries: 9, devices: 2))
  }

  @Test func anyPositionsRunOnAnyIdleDeviceAfterALoad() throws {
    var log = EventLog()
    _ = try simulation([
      .run(positions: .list([3, 1]), subnet: 0, device: 1, loading: 1),
      .run(subnet: 0, positions: [1]),
    ]).run(observing: &log)
    #expect(
      log.lines.filter { !$0.contains("arrive") } == [
        "0 ps device 1 loads g1 until 5 ms", "0 ps device 0 runs 2 on s0 until 2 ms",
        "2 ms done 2", "2 ms device 0 runs 0 on s0 until 4 ms", "4 ms done 0",
        "5 ms device 1 runs 3 1 on s0 until 6500 us", "6500 us done 3", "6500 us done 1",
      ])
  }

  @Test(
    arguments: [
      (
        .run(positions: .list([0, 4]), subnet: 0, device: nil, loading: nil),
        "serves positions [0, 4] of a queue of 4"
      ),
      (
        .run(positions: .list([1, 1]), subnet: 0, device: nil, loading: nil),
        "serves positions [1, 1] of a queue of 4"
      ),
      (
        .run(positions: .list([]), subnet: 0, device: nil, loading: nil),
        "serves positions [] of a queue of 4"
      ),
      (.run(positions: .list([0]), subnet: 0, device: 2, loading: nil), "device 2 of 2"),
      (
        .run(positions: .list([0]), subnet: 0, device: nil, loading: 2),
        "loads sub-graph 2 of 2"
      ),
      (.drop(positions: .list([-1])), "drops positions [-1] of a queue of 4"),
    ] as [(Decision, String)])
  func impossibleDecisionsAreRefused(decision: Decision, reason: String) throws {
    let simulation = try simulation([decision])
    #expect(
      message { _ = try simulation.run() } == "policy scripted decided at 0 ps: \(reason)")
  }

  @Test func aBusyDeviceIsRefused() throws {
    let busy = Decision.run(positions: .list([0]), subnet: 0, device: 0, loading: nil)
    let simulation = try simulation([busy, busy])
    #expect(
      message { _ = try simulation.run() }
        == "policy scripted decided at 0 ps: device 0, which is serving")
  }

  @Test func whatAPolicyThrowsEndsTheRun() throws {
    let simulation = try simulation([], ScriptedArrivals(77))
    #expect(message { _ = try simulation.run() } == "at 77 ms: had enough")
  }

  @Test func aSnapshotSaysWhatEveryDeviceDoes() throws {
    struct Look: SchedulerPolicy {
      struct Spec: Codable, Hashable, Sendable {}
      static let kind = "look"
      static let summary = "For tests."
      init(_ spec: Spec) {}
      func prepare(for table: ProfileTable) {}
      func decide(_ snapshot: Snapshot) throws(PolicyError) -> Decision {
        if snapshot.now == ms(1) {
          throw PolicyError(
            "\(snapshot.asking) asks, "
              + snapshot.devices.map { "\($0.activity) until \($0.until)" }.joined(separator: ", "))
        }
        return .serve(subnet: 0, positions: 0..<1)
      }
    }
    let simulation = try ServingSimulation(
      table: table([[[2]]]), arrivals: ScriptedArrivals(0, 1), demands: DemandMix(latency: ms(9)),
      policy: Look(.init()), caching: NoCaching(.init()),
      options: ServingOptions(queries: 9, devices: 2))
    #expect(
      message { _ = try simulation.run() }
        == "at 1 ms: 1 asks, serving until 2 ms, idle until 0 ps")
  }
}
