/// What a cycle-stepped run found.
public struct ReferenceRun: Sendable, Equatable {
  /// The layer's sums, images x kernels x rows x columns.
  public var sums: [Int32] = []
  /// Cycles from the first transfer to the last, without a layer's fixed overhead.
  public var cycles = 0
  /// Tiles that the mapping cuts the layer into.
  public var tiles = 0
  /// What crossed the pins and the ports of the buffers.
  public var traffic = ReferenceTraffic()
}

/// Counted transfers: DRAM in bits, buffers in elements.
public struct ReferenceTraffic: Sendable, Hashable {
  /// Bits of input activations read from DRAM.
  public var inputBits = 0
  /// Bits of weights read from DRAM.
  public var weightBits = 0
  /// Bits of weights taken from the persistent buffer instead.
  public var persistentBits = 0
  /// Bits of outputs written to DRAM.
  public var outputBits = 0
  /// Bits of inputs, factors and terms that were read in the memory that keeps maps.
  public var mapReadBits = 0
  /// Bits of results that were written there.
  public var mapWriteBits = 0
  /// Bits of inputs and factors that were written to the buffer of the input.
  public var inputFillBits = 0
  /// Bits of terms that were written to the buffer of the sums, and read there.
  public var termBits = 0
  /// Bits of weights that were written to their buffer.
  public var weightFillBits = 0
  /// Bits of results that left the buffer of the sums over their link.
  public var resultBits = 0
  /// What passed the memories between DRAM and the buffers, from DRAM inwards.
  public var levels: [ReferenceLevel] = []
  /// Input elements read from their buffer; padding passes the port like data.
  public var inputReads = 0
  /// Weights read from their buffer.
  public var weightReads = 0
  /// Partial sums read back.
  public var outputReads = 0
  /// Partial sums and results written.
  public var outputWrites = 0
  /// What happened inside the array; nil where its twin does not count it.
  public var work: ReferenceWork?
}

/// Counted actions inside an array.
public struct ReferenceWork: Sendable, Hashable {
  /// Operations of the array's lanes.
  public var laneOperations = 0
  /// Multiplications.
  public var multiplications = 0
  /// Additions to partial sums.
  public var additions = 0
  /// Additions of activations.
  public var narrowAdditions = 0
  /// Operand-wide register accesses.
  public var registerAccesses = 0
  /// Sums read from the array's own buffer.
  public var localReads = 0
  /// Sums written to the array's own buffer.
  public var localWrites = 0
}

/// Why a cycle-stepped run cannot be carried out as its mapping says.
public struct ReferenceFailure: Error, Hashable, CustomStringConvertible {
  /// What went wrong, and where.
  public let description: String
}
