internal import Architectures
internal import Units

/// The room that a mapping takes in the buffers, and whether it is there.
struct BufferSpace: Hashable {
  /// A buffer and what of it an operand may fill.
  struct Pool: Hashable {
    let size: Bits
    /// Whether one half is filled while the other is used.
    let isHalved: Bool
  }

  /// The buffer of input, weights and sums, as places in `pools`.
  private let places: (input: Int, weight: Int, output: Int)
  private let pools: [Pool]

  init(_ architecture: Architecture) {
    var pools: [Pool] = []
    var names: [String] = []
    func place(_ operand: Operand) -> Int {
      let buffer = architecture.buffer(for: operand)
      if let known = names.firstIndex(of: buffer.name) { return known }
      names.append(buffer.name)
      pools.append(Pool(size: buffer.size.bits, isHalved: buffer.pingPong))
      return pools.count - 1
    }
    places = (place(.input), place(.weight), place(.output))
    self.pools = pools
  }

  /// Bits that one tile needs of each operand, and how much of it stays beyond the tile: nothing, as
  /// much as is replaced as a whole, or an amount that comes once.
  struct Need {
    /// Bits that are replaced as a whole, so that the next ones need as many beside them.
    var replaced: Bits
    /// Bits that come once and stay.
    var once: Bits = .zero
  }

  /// Whether everything has room at once, however the buffers are divided.
  func fits(input: Need, weight: Need, sums: Bits) -> Bool {
    for (index, pool) in pools.enumerated() {
      var bits = 0
      if places.input == index { bits += pool.bits(input) }
      if places.weight == index { bits += pool.bits(weight) }
      if places.output == index { bits += pool.bits(Need(replaced: sums)) }
      guard bits <= pool.size.count else { return false }
    }
    return true
  }

  static func == (left: BufferSpace, right: BufferSpace) -> Bool {
    left.places == right.places && left.pools == right.pools
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(places.input)
    hasher.combine(places.weight)
    hasher.combine(places.output)
    hasher.combine(pools)
  }
}

extension BufferSpace.Pool {
  fileprivate func bits(_ need: BufferSpace.Need) -> Int {
    max(isHalved ? 2 * need.replaced.count : need.replaced.count, need.once.count)
  }
}
