public import Architectures
public import Networks
public import Units

/// Which of a network's maps are on chip at each of its stages, and what of them passes the pins.
///
/// Bytes are counted by definition: every map that is stored is written once, and every map that is not
/// on chip is read once, whole, by each of its readers. The tiles of a layer may read less, where
/// windows leave elements out, or more, where strips overlap.
public struct MapPlan: Sendable {
  /// A map, or the window of its rows that is needed at a time, on chip.
  public struct Holding: Hashable, Sendable {
    /// The map's place in `maps`.
    public let map: Int
    /// The room that it takes.
    public let bytes: Bytes
    /// The stages at which it takes that.
    public let stages: ClosedRange<Int>
    /// Whether only some of its rows are there at a time.
    public let isWindow: Bool
  }

  /// The maps and the stages.
  public let maps: StoredMaps
  /// The policy.
  public let policy: ActivationsSpec.Policy
  /// Room for maps.
  public let capacity: Bytes
  /// Images at once.
  public let batch: Int
  /// For each stage, which of its reads are on chip.
  public internal(set) var held: [[Bool]]
  /// For each stage, which of the maps that it writes go to DRAM.
  public internal(set) var stored: [[Bool]]
  /// What is on chip, in order of the first stage.
  public internal(set) var holdings: [Holding] = []
  /// Stages that run row by row together.
  public internal(set) var groups: [Range<Int>] = []
  let sizes: MapSizes

  /// A plan that keeps nothing on chip.
  init(_ maps: StoredMaps, policy: ActivationsSpec.Policy, capacity: Bytes, sizes: MapSizes) {
    self.maps = maps
    self.policy = policy
    self.capacity = capacity
    self.sizes = sizes
    batch = sizes.batch
    held = maps.stages.map { $0.reads.map { _ in false } }
    stored = maps.stages.map { $0.writes.map { _ in true } }
  }

  /// Bytes of maps that are read from DRAM.
  public var read: Bytes {
    var sum = Bytes.zero
    for (stage, held) in zip(maps.stages, held) {
      for (read, isHeld) in zip(stage.reads, held) where !isHeld { sum = sum + sizes.read[read.map] }
    }
    return sum
  }

  /// Bytes of maps that are written to DRAM.
  public var written: Bytes {
    var sum = Bytes.zero
    for (stage, stored) in zip(maps.stages, stored) {
      for (map, isStored) in zip(stage.writes, stored) where isStored {
        sum = sum + sizes.written[map]
      }
    }
    return sum
  }

  /// Bytes of maps that pass the pins.
  public var moved: Bytes { read + written }

  /// Bytes of maps on chip while a stage runs.
  public func live(at stage: Int) -> Bytes {
    holdings.reduce(.zero) { $1.stages.contains(stage) ? $0 + $1.bytes : $0 }
  }

  /// The most that is on chip at once.
  public var peak: Bytes { maps.stages.indices.map(live).max() ?? .zero }

  /// What a stage moves of maps, nil where that is its own input and output.
  func moves(of place: Int) -> MapMoves? {
    let (stage, held, stored) = (maps.stages[place], held[place], stored[place])
    guard held.contains(true) || stored.contains(false) else { return stage.moves?.times(batch) }
    func amount(_ use: StoredMaps.Use) -> MapMoves.Amount {
      var amount = MapMoves.Amount()
      for (read, isHeld) in zip(stage.reads, held) where read.use == use {
        let elements = maps.maps[read.map].elements * batch
        if isHeld { amount.inside += elements } else { amount.outside += elements }
      }
      return amount
    }
    func written(means: Bool) -> MapMoves.Amount {
      var amount = MapMoves.Amount()
      for (map, isStored) in zip(stage.writes, stored) where maps.maps[map].isMeans == means {
        let elements = maps.maps[map].elements * batch
        if isStored { amount.outside += elements } else { amount.inside += elements }
      }
      return amount
    }
    let input = amount(.input)
    return MapMoves(
      input: input, taken: stage.moves.map { $0.taken * batch } ?? input.all,
      windows: stage.moves?.windows, factors: amount(.factor), terms: amount(.term),
      result: written(means: false), vectors: written(means: true), kernels: amount(.kernels))
  }
}

/// Bytes of each map of a network on a design.
struct MapSizes: Sendable {
  /// Images at once.
  let batch: Int
  /// As one reader reads it.
  let read: [Bytes]
  /// As it is written and kept.
  let written: [Bytes]

  init(_ maps: StoredMaps, _ precision: PrecisionSpec, batch: Int) {
    self.batch = batch
    read = maps.maps.map { Bytes(holding: precision.input * ($0.elements * batch)) }
    written = maps.maps.map { Bytes(holding: precision.output * ($0.elements * batch)) }
  }
}
