import Components
import Inputs
import Testing

@testable import Serving

/// What is written to a process is what the schema of the messages says.
@Suite struct PolicyMessageTests {
  private func read<Message: Decodable>(_ type: Message.Type, _ text: String) throws -> Message {
    #expect(!text.contains("\n"))
    let place = SourceLocation(file: "message", line: 1, column: 1)
    return try StrictDecoder().decode(type, from: JSONLine.parse(text, at: place))
  }

  @Test func `every message reads as its type, with every key`() throws {
    let table = try monotone()
    let spec = ProcessSpec(
      command: ["p"],
      options: PolicyOptions(["a\"\n": .text("\\"), "b": .number(0.5), "c": .bool(true)]))
    let hello = try read(
      PolicyMessages.Hello.self,
      PolicyText.hello(role: "scheduler", spec: spec, table: table, seed: 7, devices: 2))
    #expect(hello.protocol == "umemaki.policy/1")
    #expect(hello.options == spec.options)
    #expect(hello.profile.subnets.map(\.name) == table.subnets.map(\.name))
    #expect(hello.profile.subnets.map(\.accuracy) == table.subnets.map(\.accuracy))
    for (row, columns) in hello.profile.latencyPs.enumerated() {
      for (column, batches) in columns.enumerated() {
        for (batch, latency) in batches.enumerated() {
          #expect(latency == table.latency(row, column, batch: batch))
        }
      }
    }
    #expect(hello.profile.energy.value?.count == table.subnets.count)

    let query = Query(
      id: 5, arrival: ms(1), demand: QueryDemand(accuracy: 0.7, latency: ms(3), subnet: 1))
    let snapshot = Snapshot(
      now: ms(2),
      devices: [DeviceState(index: 0, subgraph: 0), DeviceState(index: 1, subgraph: 1, subnet: 0)],
      asking: 1)
    let decide = try read(
      PolicyMessages.Decide.self,
      PolicyText.decide(snapshot, taken: [0], queue: [query], waiting: 9, table))
    #expect(decide.nowPs == 2_000_000_000)
    #expect(decide.device == 1)
    #expect(decide.devices.map(\.activity) == [.taken, .idle])
    #expect(decide.devices.map(\.subnet.value) == [nil, "s0"])
    #expect(decide.waiting == 9)
    #expect(decide.queue.map(\.query) == [5])
    #expect(decide.queue.map(\.deadlinePs) == [4_000_000_000])
    #expect(decide.queue.map(\.subnet.value) == ["s1"])

    let served = try read(
      PolicyMessages.Served.self, PolicyText.served(1, holding: 0, at: ms(4), table))
    #expect(served.subnet == "s1")
    _ = try read(PolicyMessages.Bye.self, PolicyText.bye)
  }

  private func monotone() throws -> ProfileTable {
    var random = RandomStream(seed: 11, name: "table")
    return try monotoneTable(&random)
  }
}
