/// A metric and how it is read off what became of a point.
///
/// Name, unit and value stand together, so that a figure cannot land in another one's column.
struct Measure<Figures>: Sendable {
  /// Name and unit.
  let metric: Metric
  /// Its value, not a number where there is none.
  let value: @Sendable (Figures) -> Double

  init(_ metric: Metric, _ value: @escaping @Sendable (Figures) -> Double) {
    self.metric = metric
    self.value = value
  }
}
