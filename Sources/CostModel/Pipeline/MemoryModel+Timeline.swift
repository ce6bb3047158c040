extension MemoryModel {
  /// What every tile of a layer does, or how many tiles there are where they are more than `limit`.
  func timeline(_ task: LayerTask, mapping: Mapping, limit: Int) -> TileTimeline {
    let programs = programs(task, mapping)
    let tiles = Self.tiles(of: programs)
    guard tiles <= limit else { return TileTimeline(tiles: tiles, events: nil) }
    var pipeline = recorder
    for (program, count) in programs { pipeline.append(program.segments, repeated: count) }
    return TileTimeline(tiles: tiles, events: pipeline.recorded())
  }

  /// What the first `limit` tiles of a layer do.
  ///
  /// A tile's store may wait for the load of the next tile and for none after it, so one tile more
  /// is walked than is shown.
  func opening(_ task: LayerTask, mapping: Mapping, tiles limit: Int) -> TileTimeline {
    let programs = programs(task, mapping)
    var pipeline = recorder
    var left = limit + 1
    for (program, count) in programs {
      for _ in 0..<count where left > 0 {
        program.forEachRun { run in
          pipeline.append([TileRun(run.step, count: min(run.count, left))])
          left -= min(run.count, left)
          return left > 0
        }
      }
    }
    return TileTimeline(
      tiles: Self.tiles(of: programs), events: pipeline.recorded().filter { $0.tile < limit })
  }

  private var recorder: TilePipeline {
    TilePipeline(sharedPort: sharedPort, storeOverlap: storeOverlap, records: true)
  }

  private func programs(
    _ task: LayerTask, _ mapping: Mapping
  ) -> [(program: TileProgram, count: Int)] {
    task.groups.filter { $0.count > 0 }.map {
      (transfers.program(task.nest, $0, mapping), $0.count)
    }
  }

  private static func tiles(of programs: [(program: TileProgram, count: Int)]) -> Int {
    programs.reduce(0) { sum, entry in
      sum + entry.count * entry.program.segments.reduce(0) { $0 + $1.tiles }
    }
  }
}
