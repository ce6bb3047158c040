import Components
import Foundation
import Reports
import Serving
import TestSupport
import Testing

@testable import Studies

// Is a window chosen by what it gives on the training queries, and by nothing that is judged?
@Suite struct WindowTuningTests {
  @Test func theFirstOfTheBestIsTaken() {
    func chosen(_ values: [Double?], prefersLarge: Bool = false) -> Int {
      TunedWindow(
        seed: 1,
        trials: values.enumerated().map { .init(window: 10 + $0.offset, value: $0.element) },
        prefersLarge: prefersLarge
      ).window
    }
    #expect(chosen([3, 1, 1, 2]) == 11)
    #expect(chosen([3, 1, 1, 3], prefersLarge: true) == 10)
    #expect(chosen([nil, 2, nil]) == 11)
    #expect(chosen([nil, nil]) == 10)
  }

  /// A scenario of these runs in a folder of its own.
  private func experiment(_ runs: [String], options: String, seeds: String) throws
    -> ServingExperiment
  {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let text = """
      name: windows
      summary: Windows of a test.
      source: "test"
      profile: {architecture: sushi-analytic, workload: ofa-resnet50}
      arrivals: {kind: closed-loop, clients: 1}
      demands:
        accuracy: {low: 0.75, high: 0.798}
        latency: {low: 1 s, high: 1 s}
      options: {\(options)}
      seeds: [\(seeds)]
      runs:
      \(runs.map { "  - {name: r, policy: {kind: strict-accuracy}, \($0)}" }.joined(separator: "\n"))

      """
    let path = folder.appendingPathComponent("windows.yaml").path
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try ServingExperiment(path, folders: Repository.folders)
  }

  /// Against runs whose window is written out, on a stream of another seed.
  @Test(arguments: [("latency", false), ("energy", false), ("accuracy", true)])
  func theWindowIsTheBestOnTheTrainingStream(goal: String, prefersLarge: Bool) throws {
    let windows = [1, 4, 32]
    let training = try experiment(
      windows.map { "caching: {kind: average, window: \($0)}" },
      options: "queries: 120, seed: 9", seeds: "9")
    let arrivals = try training.loadedArrivals()
    let figures = try windows.indices.map { index in
      SeedFigures(
        seed: 9, try training.run(index, arrivals: arrivals, seed: 9),
        energyUnit: training.table.energyUnit, curve: [])
    }
    let values = figures.map { figure -> Double in
      (goal == "latency"
        ? figure.latencyMean : goal == "energy" ? figure.energy : figure.servedAccuracy)
        ?? .nan
    }
    let best = try #require(prefersLarge ? values.max() : values.min())
    let window = windows[try #require(values.firstIndex(of: best))]
    let tuned = try experiment(
      [
        "caching: {kind: average}, tune: {windows: [1, 4, 32], queries: 120, seed: 9, by: \(goal)}",
        "caching: {kind: average, window: \(window)}",
      ], options: "queries: 200, seed: 1, warm_up: 20", seeds: "1, 2")
    for seed in [1, 2] {
      let found = try #require(try tuned.tunedWindow(0, arrivals: arrivals, seed: seed))
      #expect(found.window == window)
      #expect(found.trials.map(\.value) == values)
      // The judged run is that of the chosen window.
      let (own, written) = (
        try tuned.run(0, arrivals: arrivals, seed: seed),
        try tuned.run(1, arrivals: arrivals, seed: seed)
      )
      #expect(own.metrics.latency.meanSeconds == written.metrics.latency.meanSeconds)
      #expect(own.metrics.subgraphLoads == written.metrics.subgraphLoads)
    }
    let report = try tuned.report(command: "umemaki serve windows")
    #expect(
      report.conclusions.contains {
        $0.0 == "r, window"
          && $0.1.hasPrefix("\(window) with seeds 1, 2: \(prefersLarge ? "most" : "least") \(goal)")
      })
  }

  /// Without a seed of its own the training part is the warm-up of each seed.
  @Test func theWarmUpTrains() throws {
    let tuned = try experiment(
      ["caching: {kind: most-frequent}, tune: {windows: [1, 8], queries: 60}"],
      options: "queries: 150, seed: 1, warm_up: 60", seeds: "1, 2")
    let arrivals = try tuned.loadedArrivals()
    for seed in [1, 2] {
      let alone = try experiment(
        [1, 8].map { "caching: {kind: most-frequent, window: \($0)}" },
        options: "queries: 60, seed: \(seed)", seeds: "\(seed)")
      let values = try [0, 1].map {
        try alone.run($0, arrivals: alone.loadedArrivals(), seed: seed).metrics.latency.meanSeconds
      }
      let found = try #require(try tuned.tunedWindow(0, arrivals: arrivals, seed: seed))
      #expect(found.trials.map(\.value) == values)
    }
  }
}
