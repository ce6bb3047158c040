/// Pieces of `range`, each `step` long but the last.
func ranges(_ range: Range<Int>, _ step: Int) -> [Range<Int>] {
  stride(from: range.lowerBound, to: range.upperBound, by: step).map {
    $0..<min($0 + step, range.upperBound)
  }
}
