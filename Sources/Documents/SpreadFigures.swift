/// A figure over seeds.
package struct SpreadFigures: Codable, Hashable, Sendable {
  package let mean: Double
  package let low: Double
  package let high: Double
  /// Half the width of the 95 % interval of the mean; nil with one seed.
  @OrNull package var ci95: Double?

  package init(
    mean: Double, low: Double, high: Double, ci95: Double?
  ) {
    self.mean = mean
    self.low = low
    self.high = high
    self.ci95 = ci95
  }
}
