internal import Foundation
internal import Networks
internal import Units

/// Accuracy of sub-networks that nobody measured, read off the published ones of a workload.
///
/// Piecewise linear in the logarithm of the multiply-accumulates, through the best accuracy
/// published at or below each count; nothing outside the published range.
/// Assumption: sub-networks of one supernet that do as much work are about as accurate. CompOFA's
/// own figures support it within 0.25 points between its networks and OFA's (Sahni et al., ICLR
/// 2021, FLOPs panel of the Pareto curves, read by eye).
struct AccuracyEstimate: Hashable, Sendable {
  private let points: [(macs: Double, accuracy: Double)]

  /// Takes every named sub-network with a top-1 accuracy; nil where fewer than two have one.
  init?(_ workload: Workload) {
    guard case .supernet(_, let subnets) = workload.content else { return nil }
    let known = subnets.compactMap { subnet -> (macs: Double, accuracy: Double)? in
      guard let name = subnet.name, let top1 = subnet.top1,
        let network = try? workload.network(subnet: name)
      else { return nil }
      return (Double(network.macs), top1.value)
    }
    var best: [(macs: Double, accuracy: Double)] = []
    for point in known.sorted(by: { ($0.macs, $0.accuracy) < ($1.macs, $1.accuracy) })
    where point.accuracy > best.last?.accuracy ?? 0 {
      if best.last?.macs == point.macs { best.removeLast() }
      best.append(point)
    }
    guard best.count >= 2 else { return nil }
    points = best
  }

  /// The estimate, nil outside the published range.
  func accuracy(macs: Int) -> Double? {
    let value = Double(macs)
    guard let first = points.first, let last = points.last, value >= first.macs,
      value <= last.macs, let above = points.firstIndex(where: { $0.macs >= value })
    else { return nil }
    guard above > 0 else { return first.accuracy }
    let (low, high) = (points[above - 1], points[above])
    let share = log(value / low.macs) / log(high.macs / low.macs)
    return low.accuracy + (high.accuracy - low.accuracy) * share
  }

  static func == (left: AccuracyEstimate, right: AccuracyEstimate) -> Bool {
    left.points.elementsEqual(right.points) { $0 == $1 }
  }

  func hash(into hasher: inout Hasher) {
    for point in points { hasher.combine(point.macs) }
  }
}
