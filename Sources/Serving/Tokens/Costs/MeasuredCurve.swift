/// Measured values over a length: straight between two of them, the first one before, as between the last two
/// behind.
struct MeasuredCurve: Hashable, Sendable {
  /// Rising.
  let lengths: [Double]
  let values: [Double]

  /// At least one value; lengths rise.
  init(_ points: [(length: Double, value: Double)]) {
    lengths = points.map(\.length)
    values = points.map(\.value)
  }

  func value(at length: Double) -> Double {
    guard length > lengths[0], lengths.count > 1 else { return values[0] }
    var (low, high) = (0, lengths.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lengths[middle] <= length { low = middle } else { high = middle }
    }
    let slope = (values[high] - values[low]) / (lengths[high] - lengths[low])
    return max(0, values[low] + slope * (length - lengths[low]))
  }
}

/// Curves over a second length, the rows of a grid whose columns may differ.
struct MeasuredSurface: Hashable, Sendable {
  let rows: [Double]
  let curves: [MeasuredCurve]

  /// Points of any order; at least one, and none of them twice.
  init(_ points: [(row: Double, length: Double, value: Double)]) {
    let groups = Dictionary(grouping: points, by: \.row).sorted { $0.key < $1.key }
    rows = groups.map(\.key)
    curves = groups.map { group in
      MeasuredCurve(
        group.value.map { (length: $0.length, value: $0.value) }.sorted { $0.length < $1.length })
    }
  }

  func value(at row: Double, _ length: Double) -> Double {
    guard row > rows[0], rows.count > 1 else { return curves[0].value(at: length) }
    var high = rows.firstIndex { $0 >= row } ?? rows.count - 1
    high = max(high, 1)
    let (below, above) = (curves[high - 1].value(at: length), curves[high].value(at: length))
    let share = (row - rows[high - 1]) / (rows[high] - rows[high - 1])
    return max(0, below + (above - below) * share)
  }
}
