/// Alternatives of a space whose stages have elastic depths and whose blocks have choices of their
/// own: first one pick per stage, then one per block slot and kind of choice.
struct ElasticBlocks: Sendable {
  /// Depth values of each stage.
  let depths: [[Int]]
  /// Blocks of each stage at each depth value.
  let blocks: [[Int]]
  /// Alternatives of each kind of per-block choice.
  let alternatives: [Int]

  private var slots: [Int] { blocks.map { $0.max() ?? 0 } }

  /// Number of alternatives of each pick.
  var choices: [Int] {
    depths.map(\.count)
      + alternatives.flatMap { Array(repeating: $0, count: slots.reduce(0, +)) }
  }

  /// The depth of each stage and, per kind, the picks of the blocks that exist.
  func read(_ picks: [Int]) -> (depths: [Int], kinds: [[[Int]]]) {
    let chosen = zip(depths, picks).map { $0[$1] }
    var next = depths.count
    let kinds = alternatives.map { _ in
      slots.indices.map { stage in
        let row = Array(picks[next..<next + blocks[stage][picks[stage]]])
        next += slots[stage]
        return row
      }
    }
    return (chosen, kinds)
  }
}
