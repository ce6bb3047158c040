internal import Networks

extension MappingSpace {
  /// The place of a mapping: those of its sizes in the lists, its order, and what stays.
  ///
  /// Places stand in this order: large blocks of kernels first, then large ones of channels, large strips,
  /// pixels outermost, and more that stays on chip. Of mappings of one rank the first one is the best.
  struct Place {
    var kernels: Int
    var channels: Int
    var strip = 0
    var order = Mapping.Order.pixelsOuter
    var kept = Kept.both
  }

  /// What stays on chip.
  enum Kept: Int, CaseIterable {
    case both, input, weights, none

    init(input: Bool, weights: Bool) {
      self = input ? weights ? .both : .input : weights ? .weights : .none
    }

    var hasInput: Bool { self == .both || self == .input }
    var hasWeights: Bool { self == .both || self == .weights }
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

extension LoopNest {
  /// What stays on chip of a tile that has room, input and weights: all that `fits`, or each that does.
  ///
  /// Kernels of a depthwise layer have no input in common.
  func kept(_ fits: (Bool, Bool) -> Bool) -> [(input: Bool, weights: Bool)] {
    let (input, weights) = (!isDepthwise && fits(true, false), fits(false, true))
    if input, weights, fits(true, true) { return [(true, true)] }
    if input || weights {
      return (input ? [(true, false)] : []) + (weights ? [(false, true)] : [])
    }
    return [(false, false)]
  }
}
