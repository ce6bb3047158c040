import Components
import Networks
import Studies
import TestSupport
import Testing
import Units

@testable import CostModel

// Do the tiles of a trace fill the layer's time, each in its place?
@Suite struct TileTimelineTests {
  private let folders = Repository.folders

  @Test(arguments: [
    "sushi-analytic", "sushi-zcu104", "tpu-like", "systolic-32-os", "xilinx-dpu-b1152",
  ])
  func tilesFillTheLayer(architecture: String) throws {
    var paths: [String] = []
    let design = try Resolver.design(architecture, folders: folders, paths: &paths)
    let workload = try Workload(SpecFile(path: folders.path(of: "resnet50", in: "workloads")))
    let network = try workload.network(subnet: nil)
    let evaluator = Evaluator(design)
    let run = try evaluator.evaluate(network)
    let timelines = evaluator.timelines(of: run, limit: 5000)
    #expect(timelines.count == run.entries.count)
    for (entry, timeline) in zip(run.entries, timelines) {
      let events = try #require(timeline.events, "\(entry.name)")
      let name = "\(architecture), \(entry.name)"
      // The last event ends with the layer.
      #expect(
        events.map(\.end).max() == entry.cost.total.count - entry.cost.cycles[.overhead].count,
        "\(name)")
      #expect(events.allSatisfy { $0.start >= 0 && $0.tile < timeline.tiles }, "\(name)")
      let computed = events.filter { $0.track == .compute }
      #expect(computed.count == timeline.tiles, "\(name)")
      #expect(
        computed.reduce(0) { $0 + $1.end - $1.start } >= entry.cost.cycles[.compute].count,
        "\(name)")
      // Nobody does two things at once.
      for track in TileEvent.Track.allCases {
        let own = events.filter { $0.track == track }.sorted {
          ($0.start, $0.end) < ($1.start, $1.end)
        }
        for (before, after) in zip(own, own.dropFirst()) {
          #expect(before.end <= after.start, "\(name), \(track)")
        }
      }
    }
  }

  // On a shared port, with ping-pong halves, streamed, and with the store before the next tile.
  @Test(arguments: [
    "sushi-analytic", "sushi-zcu104", "tpu-like", "systolic-32-ws", "xilinx-dpu-b1152",
  ])
  func theFirstTilesAreThoseOfTheWholeLayer(architecture: String) throws {
    var paths: [String] = []
    let design = try Resolver.design(architecture, folders: folders, paths: &paths)
    let workload = try Workload(SpecFile(path: folders.path(of: "mobilenetv2", in: "workloads")))
    let evaluator = Evaluator(design)
    let run = try evaluator.evaluate(workload.network(subnet: nil))
    let timelines = evaluator.timelines(of: run, limit: 20_000)
    var cut = 0
    for (index, timeline) in timelines.enumerated() {
      let all = try #require(timeline.events)
      for tiles in [0, 1, 2, 7, 40, timeline.tiles] {
        let opening = evaluator.opening(of: run, layer: index, tiles: tiles)
        #expect(opening.tiles == timeline.tiles)
        #expect(
          opening.events == all.filter { $0.tile < tiles },
          "\(architecture), \(run.entries[index].name), \(tiles) tiles")
        if tiles < timeline.tiles { cut += 1 }
      }
    }
    #expect(cut > 50)
  }

  @Test func layersOfManyTilesGiveTheirNumber() throws {
    var paths: [String] = []
    let design = try Resolver.design("sushi-analytic", folders: folders, paths: &paths)
    let workload = try Workload(SpecFile(path: folders.path(of: "resnet18", in: "workloads")))
    let evaluator = Evaluator(design)
    let run = try evaluator.evaluate(workload.network(subnet: nil))
    let all = evaluator.timelines(of: run, limit: 100_000)
    let none = evaluator.timelines(of: run, limit: 0)
    #expect(none.allSatisfy { $0.events == nil })
    #expect(none.map(\.tiles) == all.map(\.tiles))
  }
}
