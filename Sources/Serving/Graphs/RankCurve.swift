/// The area under the curve of true over false positives.
///
/// The probability that a positive scores above a negative, ties counting half (Mann and Whitney, 1947):
/// exact, by ranks.
public enum RankCurve {
  /// The area of scores with labels, 0...1; nil without positives or without negatives.
  public static func area(scores: [Double], labels: [Bool]) -> Double? {
    let positives = labels.reduce(0) { $0 + ($1 ? 1 : 0) }
    let negatives = labels.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    // Twice the sum of the ranks of positives, those of equal scores being their mean.
    var ranks = 0
    var place = 0
    while place < order.count {
      var end = place
      while end < order.count, scores[order[end]] == scores[order[place]] { end += 1 }
      let own = order[place..<end].reduce(0) { $0 + (labels[$1] ? 1 : 0) }
      ranks += own * (place + 1 + end)
      place = end
    }
    let twice = ranks - positives * (positives + 1)
    return Double(twice) / (2 * Double(positives) * Double(negatives))
  }
}
