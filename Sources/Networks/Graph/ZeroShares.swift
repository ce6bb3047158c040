/// Shares of zeros in the maps that an operation reads and writes, 0...1, as far as a workload states
/// them.
///
/// A share is that of the map itself, without the padding around it. Zeros are taken to be spread evenly.
public struct ZeroShares: Hashable, Sendable {
  /// A map, or a part of one, that is moved for an operation.
  public struct Moved: Hashable, Sendable {
    /// Elements of one image.
    public let elements: Int
    /// Their share of zeros; nil where nobody said.
    public let zeros: Double?
    /// Whether it is what the network reads.
    public let isInput: Bool

    /// Makes a map.
    public init(elements: Int = 1, zeros: Double?, isInput: Bool = false) {
      self.elements = elements
      self.zeros = zeros
      self.isInput = isInput
    }
  }

  /// Of each map that the operation reads; nil where nobody said.
  public let reads: [Double?]
  /// Of what it hands on, functions of single elements behind it applied; nil where nobody said.
  public let written: Double?
  /// The maps that its input is made of.
  public var inputs: [Moved]
  /// The maps that its result is added to, or its input multiplied by, on the way.
  public var beside: [Moved] = []
  /// The maps that it writes.
  public var results: [Moved]
  /// Of its weights, where synthetic ones are made; nil where nobody said.
  public var weight: Double?

  /// The shares of an operation that moves what it reads and what it hands on; `readsInput` says
  /// whether what it reads first is an input of the network, `sizes` how many elements it reads of each.
  public init(
    reads: [Double?], written: Double?, readsInput: Bool = false, sizes: [Int]? = nil,
    weight: Double? = nil
  ) {
    self.reads = reads
    self.written = written
    self.weight = weight
    inputs = reads.enumerated().map { index, zeros in
      Moved(
        elements: sizes?[index] ?? 1, zeros: zeros, isInput: index == 0 && readsInput)
    }
    results = [Moved(zeros: written)]
  }

  /// The share of the map that the array is fed with; nil where nobody said.
  public var input: Double? { reads.first ?? nil }

  /// Whether anybody said anything.
  public var isStated: Bool { written != nil || reads.contains { $0 != nil } }
}

extension Layer {
  /// The share of the elements of the padded map that are there and, as far as somebody said, not
  /// zero; zeros between the elements of a transposed convolution's map are padding like those around
  /// it.
  ///
  /// What the array multiplies is taken to be zero as often: every place of the padded map as often as
  /// any other (assumed; windows meet those at the border less often).
  public var activeInputShare: Double {
    func present(_ axis: WindowAxis) -> Double { Double(axis.extent) / Double(axis.padded) }
    return (1 - (zeros?.input ?? 0)) * present(rows) * present(columns)
  }
}
