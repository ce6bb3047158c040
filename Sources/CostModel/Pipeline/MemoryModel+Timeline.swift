extension MemoryModel {
  /// What every tile of a layer does, or how many tiles there are where they are more than `limit`.
  func timeline(_ task: LayerTask, mapping: Mapping, limit: Int) -> TileTimeline {
    let programs = programs(task, mapping)
    let tiles = Self.tiles(of: programs)
    if let kernel = transfers.kernel(task, mapping: mapping) {
      return TileTimeline(tiles: 1, events: limit < 1 ? nil : kernel.events)
    }
    guard tiles <= limit else { return TileTimeline(tiles: tiles, events: nil) }
    return TileTimeline(tiles: tiles, events: recorded(programs))
  }

  /// Everything that the array's tiles do, in order of start.
  private func recorded(_ programs: [(program: TileProgram, count: Int)]) -> [TileEvent] {
    var pipeline = recorder
    guard !transfers.levels.isEmpty else {
      for (program, count) in programs { pipeline.append(program.segments, repeated: count) }
      return pipeline.recorded()
    }
    var outside = LevelPipeline(transfers.levels.map(\.pipeline), around: pipeline)
    for (program, count) in programs { outside.append(program.tiles, repeated: count) }
    return outside.recorded()
  }

  /// What the first `limit` tiles of a layer do.
  ///
  /// A tile's store may wait for the load of the next tile and for none after it, so one tile more
  /// is walked than is shown.
  func opening(_ task: LayerTask, mapping: Mapping, tiles limit: Int) -> TileTimeline {
    if let kernel = transfers.kernel(task, mapping: mapping) {
      return TileTimeline(tiles: 1, events: limit < 1 ? [] : kernel.events)
    }
    let programs = programs(task, mapping)
    guard transfers.levels.isEmpty else {
      // Where a tile lies decides when it is loaded, so nothing of the list is left out.
      return TileTimeline(
        tiles: Self.tiles(of: programs), events: recorded(programs).filter { $0.tile < limit })
    }
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
      sum + entry.count
        * (entry.program.segments.reduce(0) { $0 + $1.tiles }
          + entry.program.tiles.reduce(0) { $0 + $1.arrayTiles })
    }
  }
}
