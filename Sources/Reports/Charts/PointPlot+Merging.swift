internal import Foundation

extension PointPlot {
  /// How far apart points may lie, in shares of what the axes cover, and still be drawn as one.
  private static let tolerance = 0.005

  /// `series` with those drawn as one that would cover each other, and whether there were any.
  ///
  /// The one has the look of the first, the names of all and the texts of all points. Only series of
  /// the same mark and number of points can be one.
  public static func merged(
    _ series: [Series], x: Axis, y: Axis
  ) -> (series: [Series], hasMerged: Bool) {
    let groups = groups(of: series, x: x, y: y)
    let merged = groups.map { group -> Series in
      let members = group.map { series[$0] }
      let first = members[0]
      guard members.count > 1 else { return first }
      let names = members.map(\.name).filter { !$0.isEmpty }.joined(separator: ", ")
      return Series(
        names, first.style, first.mark,
        first.points.indices.map { index in
          let points = members.map { $0.points[index] }
          var tips: [String] = []
          for tip in points.map(\.tip) where !tips.contains(tip) { tips.append(tip) }
          return Point(
            points[0].x, points[0].y, tip: tips.joined(separator: "\n"), label: points[0].label,
            weight: points[0].weight)
        })
    }
    return (merged, groups.count < series.count)
  }

  /// Positions of series that would cover each other, in order of the first of each group.
  static func groups(of series: [Series], x: Axis, y: Axis) -> [[Int]] {
    let plot = PointPlot(x: x, y: y, series: series)
    let points = series.flatMap { $0.points.filter(plot.isDrawable) }
    let limits = [
      tolerance * extent(points.map(\.x), x), tolerance * extent(points.map(\.y), y),
    ]
    func covers(_ first: Series, _ second: Series) -> Bool {
      guard first.mark == second.mark, first.points.count == second.points.count,
        !first.points.isEmpty
      else { return false }
      return zip(first.points, second.points).allSatisfy { one, other in
        plot.isDrawable(one) && plot.isDrawable(other)
          && abs(scaled(one.x, x) - scaled(other.x, x)) <= limits[0]
          && abs(scaled(one.y, y) - scaled(other.y, y)) <= limits[1]
      }
    }
    var found: [[Int]] = []
    for index in series.indices {
      if let group = found.firstIndex(where: { covers(series[$0[0]], series[index]) }) {
        found[group].append(index)
      } else {
        found.append([index])
      }
    }
    return found
  }

  private static func scaled(_ value: Double, _ axis: Axis) -> Double {
    axis.isLogarithmic ? log(value) : value
  }

  private static func extent(_ values: [Double], _ axis: Axis) -> Double {
    let covered = values.map { scaled($0, axis) } + (axis.startsAtZero ? [0] : [])
    return (covered.max() ?? 0) - (covered.min() ?? 0)
  }
}
