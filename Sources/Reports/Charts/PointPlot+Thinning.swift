internal import Foundation

extension PointPlot {
  /// The first of `points` in every cell of a grid over their range, in order.
  ///
  /// A picture of any number of points thus has a bounded size, keeps its outline and depends on
  /// nothing but the points. Points that cannot be drawn on the axes are left out.
  public static func thinned(
    _ points: [Point], x: Axis, y: Axis, columns: Int = 200, rows: Int = 120
  ) -> [Point] {
    let plot = PointPlot(x: x, y: y, series: [])
    let usable = points.filter(plot.isDrawable)
    func scaled(_ value: Double, _ axis: Axis) -> Double {
      axis.isLogarithmic ? log(value) : value
    }
    let horizontal = usable.map { scaled($0.x, x) }
    let vertical = usable.map { scaled($0.y, y) }
    guard let left = horizontal.min(), let right = horizontal.max(), let low = vertical.min(),
      let high = vertical.max()
    else { return [] }
    func cell(_ value: Double, _ from: Double, _ to: Double, _ count: Int) -> Int {
      to > from ? min(Int((value - from) / (to - from) * Double(count)), count - 1) : 0
    }
    var seen: Set<Int> = []
    return usable.indices.compactMap { index in
      let column = cell(horizontal[index], left, right, columns)
      let row = cell(vertical[index], low, high, rows)
      return seen.insert(row * columns + column).inserted ? usable[index] : nil
    }
  }
}
