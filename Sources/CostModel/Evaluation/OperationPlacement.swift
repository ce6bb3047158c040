public import Networks
public import Units

/// What of an operation's operands is on chip before it and stays there after it.
///
/// What is on chip is not read from DRAM and takes no time to load; it is read in the memory that keeps
/// it, and fills the operation's buffers like what comes from DRAM. Results that are kept are not
/// stored. Whoever places operands sees to it that they have room; tiles are cut as if nothing was
/// placed.
public struct OperationPlacement: Hashable, Sendable {
  /// The first bytes of the stationary operand that are on chip before, as the design stores them.
  public var weights: Bytes
  /// What is moved of maps; nil where the whole input comes from DRAM and the whole output goes there.
  public var moves: MapMoves?

  /// Places operands; what is left out comes from DRAM and goes there.
  public init(weights: Bytes = .zero, moves: MapMoves? = nil) {
    self.weights = weights
    self.moves = moves
  }

  /// Nothing on chip before or after.
  public static let offChip = OperationPlacement()

  /// Whether less of the input comes from DRAM than the array takes.
  var takesLessInput: Bool { moves.map { $0.input.outside < $0.taken } ?? false }

  /// Whether less than `elements` of the result goes to DRAM.
  func storesLess(than elements: Int) -> Bool {
    moves.map { $0.result.outside < elements } ?? false
  }
}

extension MapMoves {
  /// The moves of an operation that reads its input, or writes its output, on chip.
  public convenience init(
    _ work: OperationWork, holdsInput: Bool, keepsOutput: Bool, images: Int = 1
  ) {
    let (input, output) = (work.elements.input * images, work.elements.output * images)
    func amount(_ count: Int, _ isInside: Bool) -> Amount {
      isInside ? Amount(inside: count) : Amount(outside: count)
    }
    self.init(
      input: amount(input, holdsInput), taken: input, result: amount(output, keepsOutput))
  }

  /// The same moves with the whole input, or everything that is written, on chip.
  func held(input: Bool, output: Bool) -> MapMoves {
    func inside(_ amount: Amount, _ isInside: Bool) -> Amount {
      isInside ? Amount(inside: amount.all) : amount
    }
    return MapMoves(
      input: inside(self.input, input), taken: taken, windows: windows,
      factors: inside(factors, input), terms: inside(terms, input),
      result: inside(result, output), vectors: inside(vectors, output),
      kernels: inside(kernels, input))
  }
}

extension OperationWork {
  /// Elements that an operation reads beside weights and writes for one image; what windows leave out
  /// of a map is part of it.
  var elements: (input: Int, output: Int) {
    switch self {
    case .array(let layer):
      (
        layer.channels * layer.inputRows * layer.inputColumns * layer.maps,
        layer.kernels * layer.outputPixels * layer.maps
      )
    case .vector(let work): (work.pieces * work.reads.reduce(0, +), work.pieces * work.writes)
    case .none: (0, 0)
    }
  }
}
