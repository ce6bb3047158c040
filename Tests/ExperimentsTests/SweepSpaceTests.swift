import Components
import Inputs
import Networks
import Studies
import TestSupport
import Testing

@testable import Exploration

// Which points does a sweep file span?
@Suite struct SweepSpaceTests {
  private let fixture: SweepFixture

  init() throws { fixture = try SweepFixture() }

  private func values(_ sweep: Sweep, _ index: Int) -> [String] {
    sweep.space.point(sweep.space.picks(at: index)).point.settings.map { $0.value.flowText }
  }

  @Test func theLastAxisIsFastest() throws {
    let sweep = try fixture.sweep(axes: SweepFixture.axes)
    #expect(sweep.space.count == 36)
    #expect(values(sweep, 0) == ["512 KiB", "4.8 GB/s", "8"])
    #expect(values(sweep, 1) == ["512 KiB", "4.8 GB/s", "16"])
    #expect(values(sweep, 4) == ["512 KiB", "9.6 GB/s", "8"])
    #expect(values(sweep, 35) == ["4 MiB", "19.2 GB/s", "64"])
  }

  @Test func zippedAxesAdvanceTogether() throws {
    let sweep = try fixture.sweep(axes: [
      "zip: [{name: a, path: batch, values: [1, 2]}, {name: b, path: architecture.frequency, values: [1 GHz, 2 GHz]}]",
      "{name: c, path: cached, values: [none, self]}",
    ])
    #expect(sweep.space.count == 4)
    #expect(values(sweep, 2) == ["2", "2 GHz", "none"])
  }

  @Test func zippedAxesRepeatValuesButNotWhatTheyMakeTogether() throws {
    let sweep = try fixture.sweep(axes: [
      "zip: [{name: a, path: batch, values: [1, 1, 2]}, {name: b, path: cached, values: [none, self, none]}]"
    ])
    #expect((0..<3).map { values(sweep, $0) } == [["1", "none"], ["1", "self"], ["2", "none"]])
  }

  @Test(arguments: [
    (
      "{from: 64 KiB, to: 1 MiB, scale: log2}",
      ["64 KiB", "128 KiB", "256 KiB", "512 KiB", "1 MiB"]
    ),
    ("{from: 4.8 GB/s, to: 19.2 GB/s, scale: log2}", ["4.8 GB/s", "9.6 GB/s", "19.2 GB/s"]),
    (
      "{from: 100 MHz, to: 400 MHz, step: 150 MHz, scale: linear}",
      ["100 MHz", "250 MHz", "400 MHz"]
    ),
    ("{from: 3, to: 9, step: 3, scale: linear}", ["3", "6", "9"]),
    ("{from: 0.25, to: 1, step: 0.25, scale: linear}", ["0.25", "0.5", "0.75", "1"]),
  ])
  func rangesGiveRoundValues(text: String, expected: [String]) throws {
    let node = try YAMLParser.parse(text, file: "range")
    let range = try StrictDecoder().decode(RangeSpec.self, from: node)
    #expect(try AxisBuilder.values(range, "range") == expected)
  }

  @Test func derivedValuesFollow() throws {
    let sweep = try fixture.sweep(
      axes: [
        "{name: total, values: [2 MiB, 4 MiB]}",
        "{name: buffer, path: architecture.memory.persistent_buffer.size, values: [512 KiB, 1 MiB]}",
      ],
      rest: """
        derived:
          - {name: half, path: "architecture.memory.buffers[weight_buffer].size", relation: product, of: [rest, 0.5]}
          - {name: rest, relation: difference, of: [total, buffer]}
          - {path: "architecture.memory.buffers[input_buffer].size", relation: smallest, of: [rest, 2 MiB]}
          - {path: batch, relation: ratio, of: [total, buffer]}
          - {path: architecture.frequency, relation: equal, of: [1 GHz]}
        """)
    // 4 MiB - 1 MiB = 3 MiB, half of it, no more than 2 MiB, and 4 MiB / 1 MiB = 4.
    let point = sweep.space.point(sweep.space.picks(at: 3)).point
    let found = Dictionary(
      uniqueKeysWithValues: point.settings.map { ($0.name, $0.value.flowText) })
    #expect(found["rest"] == "3 MiB")
    #expect(found["half"] == "1536 KiB")
    #expect(found["derived[2]"] == "2 MiB")
    #expect(found["derived[3]"] == "4")
    #expect(found["derived[4]"] == "1 GHz")
    #expect(point.axisCount == 2)
  }

  @Test func everyPickOfASpaceIsASubnetOfIt() throws {
    for (workload, spaceSize) in [
      ("ofa-mobilenetv3", 8), ("ofa-resnet50", 8), ("ofa-proxyless", 8), ("compofa", 8),
      ("compofa-elastic", 8), ("superfednas-cifar", 8),
    ] {
      let path = try Repository.folders.path(of: workload, in: "workloads")
      guard case .supernet(let space, _) = try Workload(SpecFile(path: path)).content else {
        Issue.record("\(workload) is no supernet")
        continue
      }
      var random = PickRandom(seed: 7)
      for _ in 0..<40 * spaceSize {
        let subnet = space.subnet(picks: random.picks(space.choices), resolution: 192)
        #expect(throws: Never.self) { try space.layers(of: subnet) }
        // The text that a result shows can be given to --subnet again.
        let again = try StrictDecoder().decode(
          SubnetSpec.self, from: YAMLParser.parse(subnet.flowText, file: "text"))
        #expect(again == subnet)
      }
      let first = space.subnet(picks: space.choices.map { _ in 0 }, resolution: 192)
      #expect(try space.layers(of: first) == space.layers(of: space.smallest(resolution: 192)))
      let last = space.subnet(picks: space.choices.map { $0 - 1 }, resolution: 192)
      #expect(try space.layers(of: last) == space.layers(of: space.largest(resolution: 192)))
    }
  }

  @Test func editingAddsReplacesAndRefuses() throws {
    let file = SpecFile(
      path: "f",
      node: try YAMLParser.parse("a: {b: [{name: left, c: 1}, {name: right, c: 2}]}", file: "f"))
    let value = try YAMLParser.parse("9", file: "v")
    #expect(try file.replacing("a.b[1].c", with: value).scalar(at: "a.b[1].c") == "9")
    #expect(try file.replacing("a.b[right].c", with: value).scalar(at: "a.b[1].c") == "9")
    #expect(try file.replacing("a.b[right].c", with: value).scalar(at: "a.b[0].c") == "1")
    #expect(try file.replacing("a.d", with: value).scalar(at: "a.d") == "9")
    for (path, message) in [
      ("a.other.f", "no `other` in `a`, expected one of b"),
      ("a.b[rigth].c", "no `rigth` in `a.b`, did you mean `right`?"),
      ("a.b[2].c", "no `2` in `a.b`, expected one of left, right"),
      ("a.b[0].c.d", "`a.b[0].c` is a single value, it has no `d`"),
      ("", "the path is empty"),
    ] {
      #expect(throws: SpecError("", message)) { try file.replacing(path, with: value) }
    }
  }
}
