internal import Networks
internal import Units

extension MappingSpace {
  /// Values that are worked out when they are asked for, by two numbers.
  struct Places<Value> {
    private let count: Int
    /// Where each value is, -1 where there is none.
    private var places: [Int32]
    private var values: [Value] = []

    init(_ rows: Int, by count: Int) {
      self.count = count
      places = Array(repeating: -1, count: rows * count)
    }

    subscript(row: Int, column: Int) -> Value? {
      get {
        let place = Int(places[row * count + column])
        return place < 0 ? nil : values[place]
      }
      set {
        guard let newValue else { return }
        places[row * count + column] = Int32(values.count)
        values.append(newValue)
      }
    }
  }

  /// The input of a strip in parts of some channels.
  struct Input {
    let loads: MappingBound.Loads
    /// What it takes of its buffer where it does not stay, and where it stays in each order.
    let bare: BufferSpace.Need
    let kept: (pixelsOuter: BufferSpace.Need, kernelsOuter: BufferSpace.Need)
  }

  /// What a tile that has room takes of the buffers where nothing stays, and its input.
  struct Room {
    let input: Input
    let bare: BufferSpace.Demand
  }
}

extension MappingSpace {
  /// The largest strip that blocks of one size have room for.
  func largestStrip(_ blocks: Blocks) -> Int? {
    // Of whole rows larger strips need more, and so it is with the others.
    func first(_ places: [Int]) -> Int? {
      var (low, high) = (0, places.count)
      while low < high {
        let middle = (low + high) / 2
        if fits(blocks, places[middle]) { high = middle } else { low = middle + 1 }
      }
      return low < places.count ? places[low] : nil
    }
    return switch (first(sizes.rows), first(sizes.ragged)) {
    case (let row?, let other?): min(row, other)
    case (let row, let other): row ?? other
    }
  }

  /// The room of a tile; nil where it has none.
  func room(_ blocks: Blocks, _ strip: Int) -> Room? {
    guard traits.allows(blocks.tile(pixels: sizes.pixels[strip]), of: nest) else { return nil }
    let input = input(blocks, strip)
    let bare = BufferSpace.Demand(
      input: input.bare, weight: BufferSpace.Need(replaced: blocks.bare),
      sums: memory.sumBits(pixels: sizes.pixels[strip], kernels: blocks.tile.kernels))
    return limits.fits(bare) ? Room(input: input, bare: bare) : nil
  }

  private func fits(_ blocks: Blocks, _ strip: Int) -> Bool { room(blocks, strip) != nil }

  /// What may stay on chip with some strip.
  func stays(_ blocks: Blocks) -> Stays {
    var stays = Stays()
    for strip in smallest {
      guard let room = room(blocks, strip) else { continue }
      for order in Mapping.Order.allCases {
        let own = kept(blocks, room, order)
        if own.hasInput { stays.insert(.input, order) }
        if own.hasWeights { stays.insert(.weights, order) }
      }
    }
    return stays
  }

  /// What stays of a tile that has room, under one order: everything that finds room; where not all of it does,
  /// each that does.
  func kept(_ blocks: Blocks, _ room: Room, _ order: Mapping.Order) -> KeptSet {
    let isOuter = order == .pixelsOuter
    let input = isOuter ? room.input.kept.pixelsOuter : room.input.kept.kernelsOuter
    let weights = isOuter ? blocks.kept.pixelsOuter : blocks.kept.kernelsOuter
    return KeptSet(isDepthwise: nest.isDepthwise) { keepsInput, keepsWeights in
      var demand = room.bare
      if keepsInput { demand.input = input }
      if keepsWeights { demand.weight = weights }
      return limits.fits(demand)
    }
  }
}
