internal import Architectures
internal import Networks
internal import Units

/// The room that a mapping takes in the buffers, and whether it is there.
struct BufferSpace: Hashable {
  /// A buffer and what of it an operand may fill.
  struct Pool: Hashable {
    let name: String
    var size: Bits
    /// Whether one half is filled while the other is used.
    let isHalved: Bool
  }

  /// The buffers of input, weights and sums, as places in `pools`.
  private let input: Int
  private let weight: Int
  private let output: Int
  private(set) var pools: [Pool]

  init(_ architecture: Architecture) {
    var pools: [Pool] = []
    var names: [String] = []
    func place(_ operand: Operand) -> Int {
      let buffer = architecture.buffer(for: operand)
      if let known = names.firstIndex(of: buffer.name) { return known }
      names.append(buffer.name)
      pools.append(Pool(name: buffer.name, size: buffer.size.bits, isHalved: buffer.pingPong))
      return pools.count - 1
    }
    (input, weight, output) = (place(.input), place(.weight), place(.output))
    self.pools = pools
  }

  /// Bits that one tile needs of each operand, and how much of it stays beyond the tile: nothing, as
  /// much as is replaced as a whole, or an amount that comes once.
  struct Need {
    /// Bits that are replaced as a whole, so that the next ones need as many beside them.
    var replaced: Bits
    /// Bits that come once and stay.
    var once: Bits = .zero

    /// Bits of a buffer with or without halves.
    func bits(isHalved: Bool) -> Int {
      max(isHalved ? 2 * replaced.count : replaced.count, once.count)
    }
  }

  /// What a mapping needs at once.
  struct Demand {
    var input: Need
    var weight: Need
    var sums: Bits
  }

  /// Whether everything has room at once, however the buffers are divided.
  func fits(_ demand: Demand) -> Bool {
    for index in pools.indices where bits(of: demand, in: index) > pools[index].size.count {
      return false
    }
    return true
  }

  /// What the buffers hold, without their names: for many demands.
  struct Limits {
    private let (inputSize, weightSize, outputSize): (Int, Int, Int)
    private let (inputIsHalved, weightIsHalved, outputIsHalved): (Bool, Bool, Bool)
    /// Which operands are in one buffer.
    private let (inputWithWeight, inputWithOutput, weightWithOutput): (Bool, Bool, Bool)

    fileprivate init(_ space: BufferSpace) {
      let pools = space.pools
      let (input, weight, output) = (pools[space.input], pools[space.weight], pools[space.output])
      (inputSize, weightSize, outputSize) = (
        input.size.count, weight.size.count, output.size.count
      )
      (inputIsHalved, weightIsHalved, outputIsHalved) = (
        input.isHalved, weight.isHalved, output.isHalved
      )
      inputWithWeight = space.input == space.weight
      inputWithOutput = space.input == space.output
      weightWithOutput = space.weight == space.output
    }

    /// Whether everything has room at once: every buffer is that of some operand.
    func fits(_ demand: Demand) -> Bool {
      let input = demand.input.bits(isHalved: inputIsHalved)
      let weight = demand.weight.bits(isHalved: weightIsHalved)
      let sums = Need(replaced: demand.sums).bits(isHalved: outputIsHalved)
      return input + (inputWithWeight ? weight : 0) + (inputWithOutput ? sums : 0) <= inputSize
        && weight + (inputWithWeight ? input : 0) + (weightWithOutput ? sums : 0) <= weightSize
        && sums + (inputWithOutput ? input : 0) + (weightWithOutput ? weight : 0) <= outputSize
    }
  }

  /// What the buffers hold.
  var limits: Limits { Limits(self) }

  /// The first buffer that is too small, with what it would have to hold.
  func shortage(_ demand: Demand) -> (name: String, needs: Bits, has: Bits)? {
    for (index, pool) in pools.enumerated() {
      let bits = Bits(bits(of: demand, in: index))
      if bits > pool.size { return (pool.name, bits, pool.size) }
    }
    return nil
  }

  /// What a demand takes of each buffer.
  func bits(of demand: Demand) -> [Int] { pools.indices.map { bits(of: demand, in: $0) } }

  /// Whether these are the buffers of `other`, each as large or larger.
  func covers(_ other: BufferSpace) -> Bool {
    guard input == other.input, weight == other.weight, output == other.output,
      pools.count == other.pools.count
    else { return false }
    for index in pools.indices {
      guard pools[index].isHalved == other.pools[index].isHalved,
        pools[index].size >= other.pools[index].size
      else { return false }
    }
    return true
  }

  private func bits(of demand: Demand, in index: Int) -> Int {
    // A pool is not copied, for it has a name.
    let isHalved = pools[index].isHalved
    var bits = 0
    if input == index { bits += demand.input.bits(isHalved: isHalved) }
    if weight == index { bits += demand.weight.bits(isHalved: isHalved) }
    if output == index { bits += Need(replaced: demand.sums).bits(isHalved: isHalved) }
    return bits
  }

  /// More than any layer needs.
  static let endless = Bits(1 << 60)

  /// The same with endless buffers.
  var endless: BufferSpace {
    var space = self
    for index in space.pools.indices { space.pools[index].size = Self.endless }
    return space
  }

  /// The same with one buffer of another size.
  func resized(_ pool: Int, to size: Bits) -> BufferSpace {
    var space = self
    space.pools[pool].size = size
    return space
  }
}

extension BufferSpace.Pool {
  /// Bits that `need` takes of it.
  func bits(_ need: BufferSpace.Need) -> Int { need.bits(isHalved: isHalved) }
}

extension MemoryModel {
  /// What a tile needs of the buffers, and what stays beside it.
  ///
  /// `rows` are the input rows that the tile's strip and all strips read at most; worked out where they
  /// are not given. Where a memory outside holds a part of the nest only, `outer` is its tile: what stays
  /// lasts as long as that, and is replaced then.
  func demand(
    of nest: LoopNest, _ tile: Tile, order: Mapping.Order, keepsInput: Bool, keepsWeights: Bool,
    within outer: Tile? = nil, rows: (strip: Int, all: Int)? = nil
  ) -> BufferSpace.Demand {
    let all = outer ?? nest.whole
    let rows =
      rows
      ?? (
        mostInputRows(pixels: tile.pixels, in: nest),
        mostInputRows(pixels: all.pixels, in: nest)
      )
    func allChannels(_ rows: Int) -> Bits {
      heldBits(rows: rows, channels: all.channels, part: tile.channels, in: nest)
    }
    let isAllInput = all.pixels == nest.pixels && all.channels == nest.channels
    let isAllWeights = all.kernels == nest.kernels && all.channels == nest.channels
    var demand = BufferSpace.Demand(
      input: BufferSpace.Need(
        replaced: inputBits(rows: rows.strip, channels: inputChannels(tile, nest), in: nest)),
      weight: BufferSpace.Need(
        replaced: weightBits(kernels: tile.kernels, channels: tile.channels, in: nest)),
      sums: sumBits(pixels: tile.pixels, kernels: tile.kernels))
    if keepsInput {
      switch order {
      case .pixelsOuter: demand.input.replaced = allChannels(rows.strip)
      case .kernelsOuter where isAllInput: demand.input.once = allChannels(rows.all)
      case .kernelsOuter: demand.input.replaced = allChannels(rows.all)
      }
    }
    if keepsWeights {
      let kernels = order == .pixelsOuter ? all.kernels : tile.kernels
      let bits = weightBits(kernels: kernels, channels: all.channels, in: nest)
      if order == .pixelsOuter, isAllWeights {
        demand.weight.once = bits
      } else {
        demand.weight.replaced = bits
      }
    }
    return demand
  }
}

extension LayerTraits {
  /// Whether the array can carry out `tile` of `nest`: sums that stay in it allow channels to be cut only
  /// within one fold.
  func allows(_ tile: Tile, of nest: LoopNest) -> Bool {
    !keepsSums || tile.channels == nest.channels
      || tile.pixels <= granule.pixels && tile.kernels <= granule.kernels
  }
}
