/// Cuts texts in the middle, so that they take no more than some columns and are still told apart.
///
/// Names of layers often share their start, and as often their end, so the cut moves away from the
/// middle where that keeps different names different; where no cut does, the place in the list stands
/// in the gap.
struct MiddleCut {
  /// Columns that a text may take.
  let limit: Int
  /// What stands for what was cut.
  let ellipsis: String

  /// Columns that are left beside the ellipsis.
  private var room: Int { limit - DisplayWidth.of(ellipsis) }

  /// The texts in their order; those that fit stay as they are.
  func cut(_ texts: [String]) -> [String] {
    let all = Set(texts)
    let long = all.filter { DisplayWidth.of($0) > limit }
    guard !long.isEmpty, room > 0 else { return texts }
    let short = all.subtracting(long)
    for head in heads {
      let parts = long.map { ($0, joined($0, head: head, gap: ellipsis)) }
      guard Set(parts.map(\.1)).union(short).count == all.count else { continue }
      let found = Dictionary(parts) { first, _ in first }
      return texts.map { found[$0] ?? $0 }
    }
    return numbered(texts, long)
  }

  /// Columns before the gap, from half of the room outwards.
  private var heads: [Int] {
    let middle = (room + 1) / 2
    return (0...room).flatMap { shift -> [Int] in
      (shift == 0 ? [middle] : [middle - shift, middle + shift]).filter { (0...room).contains($0) }
    }
  }

  private func joined(_ text: String, head: Int, gap: String) -> String {
    DisplayWidth.prefix(of: text, columns: head) + gap
      + DisplayWidth.suffix(of: text, columns: limit - DisplayWidth.of(gap) - head)
  }

  /// The place of a text's first appearance, from one, in its gap.
  private func numbered(_ texts: [String], _ long: Set<String>) -> [String] {
    let first = Dictionary(texts.enumerated().map { ($1, $0 + 1) }) { first, _ in first }
    return texts.map { text in
      guard long.contains(text), let place = first[text] else { return text }
      let gap = "\(ellipsis)\(place)\(ellipsis)"
      let left = max(0, limit - DisplayWidth.of(gap))
      return joined(text, head: (left + 1) / 2, gap: gap)
    }
  }
}
