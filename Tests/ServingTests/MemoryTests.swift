import Components
import Testing
import Units

@testable import Serving

/// Answers: do models come into memories and leave them as the rules say, and do the bytes add up.
struct MemoryTests {
  private static func model(_ name: String, _ row: Int, _ bytes: Int, pinned: Bool = false)
    -> ServedModel
  {
    ServedModel(name: name, rows: [row], bytes: Bytes(bytes), isPinned: pinned)
  }

  @Test func theModelUsedLongestAgoLeavesFirst() throws {
    let models = [Self.model("a", 0, 4), Self.model("b", 1, 3), Self.model("c", 2, 5)]
    var account = ByteAccount(capacity: Bytes(8))
    #expect(account.take(models[0], numbered: 0) == [])
    #expect(account.take(models[1], numbered: 1) == [])
    #expect(account.used == Bytes(7))
    // `a` is used again, so that `b` goes; 5 bytes beside `a` are too many, so `a` goes, too.
    let isThere = account.use(0)
    #expect(isThere)
    #expect(account.models == [1, 0])
    #expect(account.take(models[2], numbered: 2) == [1, 0])
    #expect(account.models == [2] && account.used == Bytes(5))
    #expect(account.loaded == 12 && account.evicted == 7)
    #expect(account.take(Self.model("d", 3, 9), numbered: 3) == nil)
    #expect(account.models == [2])
  }

  @Test func pinnedModelsStay() {
    var account = ByteAccount(capacity: Bytes(8))
    _ = account.take(Self.model("a", 0, 4, pinned: true), numbered: 0)
    _ = account.take(Self.model("b", 1, 3), numbered: 1)
    #expect(account.take(Self.model("c", 2, 4), numbered: 2) == [1])
    #expect(account.models == [0, 2])
    #expect(account.take(Self.model("d", 3, 5), numbered: 3) == nil)
  }

  /// Random models, uses and failures: the seed is printed with a failure.
  @Test(arguments: 1...20)
  func noAccountIsEverNegativeOrAboveTheMemory(seed: Int) {
    var random = RandomStream(seed: UInt64(seed), name: "memory")
    let capacity = 20 + random.index(below: 80)
    let models = (0..<12).map { number in
      Self.model("m\(number)", number, 1 + random.index(below: 30), pinned: number < 2)
    }
    var account = ByteAccount(capacity: Bytes(capacity))
    for _ in 0..<2000 {
      if random.index(below: 100) == 0 {
        _ = account.clear()
      } else {
        let number = random.index(below: models.count)
        if !account.use(number) {
          let before = account
          let left = account.take(models[number], numbered: number)
          if left == nil { #expect(account == before) }
          #expect((left ?? []).allSatisfy { !models[$0].isPinned })
          #expect(left == nil || account.models.last == number)
        }
      }
      let resident = account.models.reduce(0) { $0 + models[$1].bytes.count }
      #expect(account.used.count == resident)
      #expect((0...capacity).contains(resident))
      #expect(account.loaded - account.evicted == Int128(resident))
      #expect(Set(account.models).count == account.models.count)
    }
    #expect(account.evicted > 0)
  }

  /// Two models of 6 and 4 bytes on one device of 8 bytes, whose link takes 1 ms for a byte.
  private func simulation(
    _ asked: [Int], memory: Int = 8, failures: Failures? = nil, pinned: Bool = false
  ) throws -> ServingSimulation {
    let replay = try Self.replay(asked)
    var options = ServingOptions(queries: 99)
    options.failures = failures
    return try ServingSimulation(
      fleet: DeviceFleet([
        DeviceKind(
          name: "edge", count: 1, table: table([[[1]], [[2]], [[3]]]), memory: Bytes(memory),
          link: Bandwidth(bytesPerSecond: 1000))
      ]),
      models: [
        ServedModel(name: "big", rows: [0, 2], bytes: Bytes(6), isPinned: pinned),
        ServedModel(name: "small", rows: [1], bytes: Bytes(4)),
      ], arrivals: replay, demands: DemandMix(latency: ms(100)),
      policy: FirstComeFirstServed(.init()), caching: NoCaching(.init()), options: options)
  }

  private static func replay(_ asked: [Int]) throws -> TraceReplay {
    var replay = try TraceReplay(.init(file: "t.csv", format: .queries))
    let text = "arrival_s,model\n" + asked.map { "0,s\($0)\n" }.joined()
    try replay.load { _ in text }
    return replay
  }

  @Test func aBatchOfAModelThatIsNotThereBeginsWithItsLoad() throws {
    var log = EventLog()
    let run = try simulation([0, 2, 1, 0]).run(observing: &log)
    // 6 ms for `big`, which s2 shares; 4 ms for `small`, which drives it out; 6 ms again.
    #expect(
      log.lines.filter { $0.contains("runs") } == [
        "0 ps device 0 runs 0 on s0 until 7 ms", "7 ms device 0 runs 1 on s2 until 10 ms",
        "10 ms device 0 runs 2 on s1 until 16 ms", "16 ms device 0 runs 3 on s0 until 23 ms",
      ])
    #expect(run.metrics.memory.loads == 3)
    #expect(run.metrics.memory.evictions == 2)
    #expect(run.metrics.memory.bytes == 16)
    #expect(run.metrics.perDevice.map(\.memory) == [run.metrics.memory])
    // Bytes of models are no off-chip bytes of the accelerator.
    #expect(run.metrics.dramBytes == Int128(10 + 30 + 20 + 10))
  }

  @Test func aFailureEmptiesTheMemory() throws {
    var log = EventLog()
    let outage = Failures.Outage(device: 0, at: ms(8), back: ms(20))
    _ = try simulation([0, 2], failures: Failures(outages: [outage])).run(observing: &log)
    #expect(
      log.lines.filter { $0.contains("runs") } == [
        "0 ps device 0 runs 0 on s0 until 7 ms", "7 ms device 0 runs 1 on s2 until 10 ms",
        "20 ms device 0 runs 1 on s2 until 29 ms",
      ])
  }

  @Test func pinnedModelsAreThereFromTheStart() throws {
    var log = EventLog()
    let run = try simulation([0, 1, 0], memory: 10, pinned: true).run(observing: &log)
    #expect(
      log.lines.filter { $0.contains("runs") } == [
        "0 ps device 0 runs 0 on s0 until 1 ms", "1 ms device 0 runs 1 on s1 until 7 ms",
        "7 ms device 0 runs 2 on s0 until 8 ms",
      ])
    #expect(run.metrics.memory.loads == 1)
  }

  @Test func recordsShareTheBytesOfModels() throws {
    struct Kept: QueryRecordSink {
      var all: [QueryRecord] = []
      mutating func take(_ record: QueryRecord) { all.append(record) }
    }
    let simulation = try simulation([0, 2, 1])
    var recorder = QueryRecorder(simulation, sink: Kept())
    _ = try simulation.run(observing: &recorder)
    #expect(recorder.sink.all.map(\.modelBytes) == [6, 0, 4])
    #expect(recorder.sink.all.map(\.parts.load) == [ms(6), ms(0), ms(4)])
    #expect(recorder.sink.all.map(\.parts.service) == [ms(1), ms(3), ms(2)])
  }

  @Test func whatCannotFitIsRefused() throws {
    #expect(
      message { _ = try simulation([0], memory: 5) }
        == "devices[0].memory: expected at least 6 B, for `big` beside what is pinned, found 5 B")
    #expect(
      message { _ = try simulation([0], memory: 9, pinned: true) }
        == "devices[0].memory: expected at least 10 B, for `small` beside what is pinned, found 9 B"
    )
    func refusal(_ models: [ServedModel]) -> String {
      message {
        _ = try ServingSimulation(
          fleet: DeviceFleet([
            DeviceKind(name: "e", count: 1, table: table([[[1]], [[2]]]), memory: Bytes(8))
          ]), models: models, arrivals: ScriptedArrivals(0), demands: DemandMix(latency: ms(1)),
          policy: AnyPolicy.fixed(), caching: NoCaching(.init()),
          options: ServingOptions(queries: 1))
      }
    }
    #expect(
      refusal([]) == "models: expected what the memory of devices holds, found nothing")
    #expect(
      refusal([Self.model("a", 0, 1)])
        == "models: s1 is of no model, expected every sub-network in one")
    #expect(
      refusal([Self.model("a", 0, 1), Self.model("b", 0, 1)])
        == "models[1].subnets: s0 is of `a` already")
  }
}
