internal import Architectures
internal import CostModel
internal import Networks

/// Memories between DRAM and the buffers of a case, and the tiles that they hold.
struct LevelsCase: Sendable, Hashable {
  /// One memory, from DRAM inwards.
  struct Level: Sendable, Hashable {
    var holds: [Operand]
    var pingPong: Bool
    /// Its size in percent of what it feeds.
    var percent: Int
    /// Bytes per cycle of its link in tenths, nil for unlimited.
    var link: Int?
    /// Whether reads and writes on its inside take turns.
    var sharesPort: Bool
    var order: Mapping.Order
    var keepsInput: Bool
    var keepsWeights: Bool
    /// Tiles of the memory inside along pixels, kernels and channels, 0 for all that there are.
    var times: [Int]
  }

  var levels: [Level]
  /// The rule that cuts the layer; nil for tiles from the dice.
  var rule: String?
  /// What the array's tiles are cut for: the size of its buffers divided by this.
  var slack: Int
  /// What the array's tiles keep and in which order they follow, nil for what suits them.
  var array: InnerTiles?

  /// Order and keeps of the array's tiles.
  struct InnerTiles: Sendable, Hashable {
    var order: Mapping.Order
    var keepsInput: Bool
    var keepsWeights: Bool
  }

  init(_ draw: inout Draw) {
    let isUnlimited = draw.whole(0...5) == 0
    levels = (0..<draw.one(of: [1, 1, 2, 2, 3])).map { _ in
      let bits = draw.one(of: [7, 7, 7, 1, 2, 3, 4, 5, 6])
      let link = draw.whole(3...80) * 5
      return Level(
        holds: Operand.allCases.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element),
        pingPong: draw.whole(0...2) > 0, percent: draw.one(of: [100, 100, 130, 200, 400, 1000]),
        link: isUnlimited && draw.whole(0...1) == 0 ? nil : link,
        sharesPort: draw.whole(0...3) == 0, order: draw.one(of: Mapping.Order.allCases),
        keepsInput: draw.whole(0...1) == 0, keepsWeights: draw.whole(0...1) == 0,
        times: (0..<3).map { _ in draw.one(of: [0, 1, 1, 2, 3, 5]) })
    }
    let rule = draw.one(of: ["largest", "even", "search"])
    self.rule = draw.whole(0...3) == 0 ? rule : nil
    slack = draw.one(of: [1, 2, 2, 3, 4, 8])
    let array = InnerTiles(
      order: draw.one(of: Mapping.Order.allCases), keepsInput: draw.whole(0...1) == 0,
      keepsWeights: draw.whole(0...1) == 0)
    self.array = draw.whole(0...2) > 0 ? array : nil
  }

  /// The tiles of all memories around those that the array's buffers alone would be given.
  func mapping(_ inner: Mapping, of nest: LoopNest) -> Mapping {
    let array =
      array
      ?? InnerTiles(
        order: inner.order, keepsInput: inner.keepsInput, keepsWeights: inner.keepsWeights)
    var (tile, mappings) = (inner.tile, [LevelMapping]())
    for level in levels.reversed() {
      func extent(_ inside: Int, _ place: Int, _ all: Int) -> Int {
        level.times[place] == 0 ? all : min(all, inside * level.times[place])
      }
      tile.pixels = extent(tile.pixels, 0, nest.pixels)
      tile.kernels = extent(tile.kernels, 1, nest.kernels)
      // Channels are cut where one block of sums is all there is.
      let isOne = tile.pixels <= inner.tile.pixels && tile.kernels <= inner.tile.kernels
      tile.channels = isOne ? extent(tile.channels, 2, nest.channels) : nest.channels
      mappings.insert(
        LevelMapping(
          order: level.order, tile: tile, keepsInput: level.keepsInput && !nest.isDepthwise,
          keepsWeights: level.keepsWeights), at: 0)
    }
    return Mapping(
      order: array.order, tile: inner.tile, keepsInput: array.keepsInput && !nest.isDepthwise,
      keepsWeights: array.keepsWeights, images: inner.images, levels: mappings)
  }

  /// Cases with one thing made plainer.
  var simpler: [LevelsCase] {
    var cases: [LevelsCase] = []
    func change(_ body: (inout LevelsCase) -> Void) {
      var copy = self
      body(&copy)
      if copy != self { cases.append(copy) }
    }
    change { $0.array = nil }
    for place in levels.indices {
      change { $0.levels.remove(at: place) }
      change { $0.levels[place].sharesPort = false }
      change { $0.levels[place].link = nil }
      change { $0.levels[place].link = 100 }
      for operand in Operand.allCases where levels[place].holds.count > 1 {
        change { $0.levels[place].holds.removeAll { $0 == operand } }
      }
      change { $0.levels[place].keepsInput = false }
      change { $0.levels[place].keepsWeights = false }
      change { $0.levels[place].pingPong = true }
      change { $0.levels[place].order = .pixelsOuter }
      change { $0.levels[place].percent = 1000 }
      for loop in 0..<3 {
        change { $0.levels[place].times[loop] = 1 }
        change { $0.levels[place].times[loop] = 0 }
      }
    }
    return cases
  }
}

extension DifferentialCase {
  /// Whether the memory that takes the array's results has one port.
  var sharesArrayPort: Bool {
    levels?.levels.last { $0.holds.contains(.output) }?.sharesPort ?? sharesPort
  }

  /// The list of levels in the architecture file, with its key; empty where there is none.
  var levelLines: String {
    guard let levels = levels?.levels, !levels.isEmpty else { return "" }
    let lines = levels.enumerated().map { place, level in
      let holds = level.holds.map(\.rawValue).joined(separator: ", ")
      return "    - {name: level\(place), holds: [\(holds)], size: \(levelSizes[place]) B, "
        + "ping_pong: \(level.pingPong), link: \(Self.rate(level.link)), "
        + "bandwidth: \(Self.rate(supply)), ports: \(level.sharesPort ? "shared" : "separate")}"
    }
    return (["\n  levels:"] + lines).joined(separator: "\n")
  }

  /// As much as all links draw together; nil where one of them is unlimited.
  var supply: Int? {
    var sum = 0
    for rate in [rates.input, rates.weight, rates.output] + (levels?.levels.map(\.link) ?? []) {
      guard let rate else { return nil }
      sum += 2 * rate
    }
    return sum
  }

  /// Bytes of the levels: some percent of all that they feed.
  private var levelSizes: [Int] {
    let levels = levels?.levels ?? []
    var found = Array(repeating: 0, count: levels.count)
    for (place, level) in levels.enumerated().reversed() {
      var (feeds, counted) = (0, Set<Int>())
      for operand in level.holds {
        let inside = levels.indices.first { $0 > place && levels[$0].holds.contains(operand) }
        let (size, pingPong) =
          if let inside { (found[inside], levels[inside].pingPong) } else { buffer(operand) }
        if let inside, !counted.insert(inside).inserted { continue }
        feeds += size * (level.pingPong && !pingPong ? 2 : 1)
      }
      found[place] = feeds * level.percent / 100
    }
    return found
  }

  private func buffer(_ operand: Operand) -> (Int, Bool) {
    switch operand {
    case .input: (sizes.input, pingPong.input)
    case .weight: (sizes.weight, pingPong.weight)
    case .output: (sizes.output, pingPong.output)
    }
  }
}

extension LevelsCase: CustomStringConvertible {
  /// The tiles.
  var description: String {
    let tiles = levels.map { level in
      "\(level.order.rawValue) \(level.times)" + (level.keepsInput ? " keeps input" : "")
        + (level.keepsWeights ? " keeps weights" : "")
    }
    return
      "levels: \(rule ?? "tiles \(tiles), array \(array.map { "\($0)" } ?? "as cut"), slack \(slack)")"
  }
}
