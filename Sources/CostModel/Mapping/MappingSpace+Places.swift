internal import Networks
internal import Units

extension MappingSpace {
  /// The place of a mapping: those of its sizes in the lists, its order, and what stays.
  ///
  /// Places stand in this order: large blocks of kernels first, then large ones of channels, large strips,
  /// pixels outermost, and more that stays on chip. Of mappings of one rank the first one is the best.
  struct Place {
    let kernels: Int
    let channels: Int
    let strip: Int
    let order: Mapping.Order
    let kept: Kept
  }

  /// Blocks of kernels and channels of one size.
  struct Blocks {
    /// Their places in the lists of sizes.
    let kernels: Int
    let channels: Int
    /// The whole map in one such block.
    let tile: Tile
    /// How many there are of kernels and of channels.
    let blocks: Int
    let parts: Int
    /// Loads of all weights once.
    let weights: MappingBound.Loads
    /// What the array does with the whole map as one strip.
    let array: MappingBound.ArrayWork
    /// What the weights take of their buffer where they do not stay, and where they stay in each order; see
    /// `room`.
    var bare = Bits.zero
    var kept = (
      pixelsOuter: BufferSpace.Need(replaced: .zero),
      kernelsOuter: BufferSpace.Need(replaced: .zero)
    )

    /// One block of kernels has no order to choose.
    var hasOrders: Bool { blocks > 1 }
    /// The orders that differ.
    var orders: [Mapping.Order] { hasOrders ? Mapping.Order.allCases : [.pixelsOuter] }

    func tile(pixels: Int) -> Tile {
      Tile(pixels: pixels, kernels: tile.kernels, channels: tile.channels)
    }
  }

  /// What stays on chip.
  enum Kept: Int, CaseIterable {
    case both, input, weights, none

    var hasInput: Bool { self == .both || self == .input }
    var hasWeights: Bool { self == .both || self == .weights }
  }

  /// Ways to keep operands of a tile that has room: all that `fits`, or each that does.
  ///
  /// Kernels of a depthwise layer have no input in common.
  struct KeptSet {
    /// One or two ways.
    let first: Kept
    let second: Kept?

    init(isDepthwise: Bool, _ fits: (Bool, Bool) -> Bool) {
      let (input, weights) = (!isDepthwise && fits(true, false), fits(false, true))
      if input, weights {
        (first, second) = fits(true, true) ? (.both, nil) : (.input, .weights)
      } else {
        (first, second) = (input ? .input : weights ? .weights : .none, nil)
      }
    }

    var hasInput: Bool { first.hasInput }
    var hasWeights: Bool { first.hasWeights || second != nil }
    /// All of them.
    var all: [Kept] { [first] + (second.map { [$0] } ?? []) }
    /// The way after `kept`.
    func next(after kept: Kept) -> Kept? { kept == first ? second : nil }
  }

  /// What of one size of blocks may stay on chip with some strip, in each order.
  struct Stays {
    enum Operand: UInt8 { case input = 1, weights = 2 }

    private var bits: UInt8 = 0

    /// Everything.
    static let all = Stays(bits: 15)

    private init(bits: UInt8) { self.bits = bits }
    /// Nothing.
    init() {}

    /// Whether the orders differ.
    var differ: Bool { bits & 3 != bits >> 2 }

    private func bit(_ operand: Operand, _ order: Mapping.Order) -> UInt8 {
      operand.rawValue << (order == .pixelsOuter ? 0 : 2)
    }

    mutating func insert(_ operand: Operand, _ order: Mapping.Order) {
      bits |= bit(operand, order)
    }
    func contains(_ operand: Operand, _ order: Mapping.Order) -> Bool {
      bits & bit(operand, order) != 0
    }
  }
}

extension MappingSpace {
  /// The number of a place, by which places are in their order.
  func number(_ blocks: Blocks, _ strip: Int, _ order: Mapping.Order, _ kept: Kept) -> Int {
    (((blocks.kernels * sizes.channels.count + blocks.channels) * sizes.pixels.count + strip)
      * 2 + (order == .pixelsOuter ? 0 : 1)) * Kept.allCases.count + kept.rawValue
  }

  /// The place of a number.
  func place(_ number: Int) -> Place {
    let (outer, kept) = number.quotientAndRemainder(dividingBy: Kept.allCases.count)
    let (sized, order) = outer.quotientAndRemainder(dividingBy: 2)
    let (cut, strip) = sized.quotientAndRemainder(dividingBy: sizes.pixels.count)
    let (kernels, channels) = cut.quotientAndRemainder(dividingBy: sizes.channels.count)
    return Place(
      kernels: kernels, channels: channels, strip: strip,
      order: order == 0 ? .pixelsOuter : .kernelsOuter, kept: Kept(rawValue: kept) ?? .none)
  }

  /// What the bounds of a mapping depend on.
  func loops(_ blocks: Blocks, _ strip: Int, _ order: Mapping.Order, _ kept: Kept)
    -> MappingBound.Loops
  {
    MappingBound.Loops(
      order: order, tile: blocks.tile(pixels: sizes.pixels[strip]), keepsInput: kept.hasInput,
      keepsWeights: kept.hasWeights)
  }

  /// The mapping of a place.
  func mapping(_ place: Place) -> Mapping {
    Mapping(
      order: place.order,
      tile: Tile(
        pixels: sizes.pixels[place.strip], kernels: sizes.kernels[place.kernels],
        channels: sizes.channels[place.channels]), keepsInput: place.kept.hasInput,
      keepsWeights: place.kept.hasWeights, images: nest.batch)
  }
}

extension LoopNest {
  /// What stays on chip of a tile that has room, input and weights, see `MappingSpace.KeptSet`.
  func kept(_ fits: (Bool, Bool) -> Bool) -> [(input: Bool, weights: Bool)] {
    MappingSpace.KeptSet(isDepthwise: isDepthwise, fits).all.map { ($0.hasInput, $0.hasWeights) }
  }
}
