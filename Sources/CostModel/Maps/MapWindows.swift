internal import Networks
internal import Units

/// Rows of maps that are needed at a time where layers run row by row.
struct MapWindows {
  private let maps: StoredMaps
  private let sizes: MapSizes
  /// Rows of each map where the stages between two cuts run row by row.
  private var scheduled: [Int]

  init(_ maps: StoredMaps, _ sizes: MapSizes, pieces: [Range<Int>]) {
    self.maps = maps
    self.sizes = sizes
    scheduled = Array(repeating: 0, count: maps.maps.count)
    for piece in pieces where Self.joinsBranches(piece, maps) {
      for (map, rows) in RowSchedule.most(maps, piece).enumerated() {
        scheduled[map] = max(scheduled[map], rows)
      }
    }
  }

  /// Whether stages of a piece read more than one map of rows.
  private static func joinsBranches(_ piece: Range<Int>, _ maps: StoredMaps) -> Bool {
    piece.contains { maps.stages[$0].reads.count > 1 }
  }

  /// Bytes of the rows of a map that its readers need at a time.
  ///
  /// As many as the tallest kernel or the largest stride of those that work on it. Where it is read
  /// twice, as many as the layers in between, which have rows to wait for, are behind, or as many as
  /// a schedule of the branches finds, where they are joined. Its whole height where a mean of each
  /// channel has to be known before it is read.
  func window(of map: Int) -> Bytes {
    waitsForMeans(map)
      ? sizes.written[map]
      : Bytes(min(max(rows(of: map), scheduled[map]), maps.maps[map].rows) * row(of: map).count)
  }

  /// Bytes of one row of a map.
  func row(of map: Int) -> Bytes {
    Bytes(sizes.written[map].count / max(maps.maps[map].rows, 1))
  }

  private func waitsForMeans(_ map: Int) -> Bool {
    guard let producer = maps.maps[map].producer, !maps.maps[map].isMeans else { return false }
    return maps.stages[producer].writes.contains {
      maps.maps[$0].isMeans && !maps.maps[$0].readers.isEmpty
    }
  }

  private func rows(of map: Int) -> Int {
    let readers = maps.maps[map].readers
    var rows = 1
    for reader in readers {
      let stage = maps.stages[reader]
      guard stage.reads.contains(where: { $0.map == map && $0.use == .input }) else { continue }
      rows = max(rows, stage.window.rows, stage.window.stride)
    }
    guard let first = readers.first, let last = readers.last, readers.count > 1 else { return rows }
    let behind = (first...last).reduce(0) { sum, stage in
      sum + ((maps.stages[stage].work.layer?.rows.span ?? 1) - 1) / 2
    }
    return max(rows, 1 + behind)
  }
}
