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
  /// Whether the reads of stages are on chip, stage by stage, and where each stage's begin; empty where
  /// none is.
  private var held: [Bool] = []
  private var firstRead: [Int] = []
  /// Whether maps that are written stay away from DRAM; empty where all go there.
  private var kept: [Bool] = []
  /// What is on chip, in order of the first stage.
  public internal(set) var holdings: [Holding] = []
  /// Stages that run row by row together.
  public internal(set) var groups: [Range<Int>] = []
  private let precision: PrecisionSpec

  /// A plan that keeps nothing on chip.
  init(
    _ maps: StoredMaps, policy: ActivationsSpec.Policy, capacity: Bytes, precision: PrecisionSpec,
    batch: Int
  ) {
    self.maps = maps
    self.policy = policy
    self.capacity = capacity
    self.precision = precision
    self.batch = batch
  }

  /// Whether a stage finds what it reads on chip.
  public func isHeld(_ read: Int, of stage: Int) -> Bool {
    !held.isEmpty && held[firstRead[stage] + read] || maps.stages[stage].reads[read].isLocal
  }

  /// Whether a map that is written goes to DRAM.
  public func isStored(_ map: Int) -> Bool {
    (kept.isEmpty || !kept[map]) && !maps.maps[map].isLocal
  }

  /// Notes that a stage finds what it reads on chip.
  mutating func hold(_ read: Int, of stage: Int) {
    if held.isEmpty {
      var reads = 0
      firstRead.reserveCapacity(maps.stages.count)
      for stage in maps.stages.indices {
        firstRead.append(reads)
        reads += maps.stages[stage].reads.count
      }
      held = Array(repeating: false, count: reads)
    }
    held[firstRead[stage] + read] = true
  }

  /// Notes that a map does not go to DRAM.
  mutating func leave(_ map: Int) {
    if kept.isEmpty { kept = Array(repeating: false, count: maps.maps.count) }
    kept[map] = true
  }

  /// Bytes of maps that are read from DRAM.
  public var read: Bytes {
    let sizes = MapSizes(maps, precision, batch: batch)
    var sum = Bytes.zero
    for (place, stage) in maps.stages.enumerated() {
      for (index, read) in stage.reads.enumerated() where !isHeld(index, of: place) {
        sum = sum + sizes.read[read.map]
      }
    }
    return sum
  }

  /// Bytes of maps that are written to DRAM.
  public var written: Bytes {
    let sizes = MapSizes(maps, precision, batch: batch)
    return maps.stages.flatMap(\.writes).reduce(.zero) {
      isStored($1) ? $0 + sizes.written[$1] : $0
    }
  }

  /// Bytes of maps that pass the pins.
  public var moved: Bytes { read + written }

  /// Bytes of maps on chip while a stage runs.
  public func live(at stage: Int) -> Bytes {
    holdings.reduce(.zero) { $1.stages.contains(stage) ? $0 + $1.bytes : $0 }
  }

  /// The most that is on chip at once.
  public var peak: Bytes {
    // What comes and what goes at each stage.
    var changes = Array(repeating: 0, count: maps.stages.count + 1)
    for holding in holdings {
      changes[holding.stages.lowerBound] += holding.bytes.count
      changes[holding.stages.upperBound + 1] -= holding.bytes.count
    }
    var (live, peak) = (0, 0)
    for change in changes {
      live += change
      peak = max(peak, live)
    }
    return Bytes(peak)
  }

  /// What a stage moves of maps, nil where that is its own input and output.
  func moves(of place: Int) -> MapMoves? {
    let plain = maps.stages[place].moves
    guard !holdings.isEmpty else { return plain?.times(batch) }
    var isPlain = true
    var (input, factors, terms) = (MapMoves.Amount(), MapMoves.Amount(), MapMoves.Amount())
    var (kernels, result, vectors) = (MapMoves.Amount(), MapMoves.Amount(), MapMoves.Amount())
    func add(_ map: Int, _ isOnChip: Bool, to amount: inout MapMoves.Amount) {
      let elements = maps.maps[map].elements * batch
      if isOnChip {
        amount.inside += elements
        isPlain = false
      } else {
        amount.outside += elements
      }
    }
    for (index, read) in maps.stages[place].reads.enumerated() {
      let isHeld = isHeld(index, of: place)
      switch read.use {
      case .input: add(read.map, isHeld, to: &input)
      case .factor: add(read.map, isHeld, to: &factors)
      case .term: add(read.map, isHeld, to: &terms)
      case .kernels: add(read.map, isHeld, to: &kernels)
      }
    }
    for map in maps.stages[place].writes {
      if maps.maps[map].isMeans {
        add(map, !isStored(map), to: &vectors)
      } else {
        add(map, !isStored(map), to: &result)
      }
    }
    if isPlain { return plain?.times(batch) }
    return MapMoves(
      input: input, taken: plain.map { $0.taken * batch } ?? input.all, windows: plain?.windows,
      factors: factors, terms: terms, result: result, vectors: vectors, kernels: kernels)
  }
}

/// Bytes of each map of a network on a design.
struct MapSizes: Sendable {
  /// As one reader reads it.
  let read: [Bytes]
  /// As it is written and kept.
  let written: [Bytes]

  init(_ maps: StoredMaps, _ precision: PrecisionSpec, batch: Int) {
    // By index: a copy of a map counts its references.
    func sizes(_ element: Bits) -> [Bytes] {
      maps.maps.indices.map { Bytes(holding: element * (maps.maps[$0].elements * batch)) }
    }
    read = sizes(precision.input)
    written = precision.output == precision.input ? read : sizes(precision.output)
  }
}
