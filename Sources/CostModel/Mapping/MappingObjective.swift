/// What the best mapping has the least of; equal ones are told apart by cycles, by bytes, then
/// by tiles.
public enum MappingObjective: String, Codable, CaseIterable, Sendable {
  /// Cycles.
  case latency
  /// Energy.
  case energy
  /// Energy times cycles.
  case edp
  /// Bytes from and to DRAM.
  case bytes

  /// Whether prices decide which mapping is the best.
  var asksPrices: Bool { self == .energy || self == .edp }

  /// The rank of a mapping, or of a bound of mappings; `energy` is asked for only where it counts.
  func rank(cycles: Int, moved: Int, tiles: Int, energy: () -> Double) -> MappingRank {
    let first: Double =
      switch self {
      case .latency: Double(cycles)
      case .energy: energy()
      case .edp: energy() * Double(cycles)
      case .bytes: Double(moved)
      }
    return MappingRank(objective: first, cycles: cycles, moved: moved, tiles: tiles)
  }
}

/// By what a mapping is chosen.
struct MappingRank: Comparable {
  let objective: Double
  let cycles: Int
  let moved: Int
  let tiles: Int

  /// No rank is better.
  static let least = MappingRank(objective: 0, cycles: 0, moved: 0, tiles: 0)

  static func < (left: MappingRank, right: MappingRank) -> Bool {
    (left.objective, left.cycles, left.moved, left.tiles)
      < (right.objective, right.cycles, right.moved, right.tiles)
  }
}
