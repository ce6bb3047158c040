public import Architectures
public import Networks
public import Units

/// What a datapath that maps layers itself makes of one.
public enum LayerPlan: Sendable {
  /// A mapping that fits.
  case mapped(Mapping)
  /// What does not fit.
  case short(ArrayShortage)
}

/// A layer to be mapped, and everything that a mapper may ask about its design.
public struct MappingRequest {
  /// The layer.
  public let layer: Layer
  /// Images.
  public let batch: Int
  /// The rule to follow.
  public let rule: MappingSpec
  /// The on-chip memory.
  public let room: BufferRoom
  /// Rates and overlaps of the transfers.
  let memory: MemoryModel
  /// What is on chip before and after.
  let placement: OperationPlacement
  /// Bits of weights that one image, or as many as share a nest, fetch for each sweep over the
  /// weights of all groups: what is not on chip already.
  let fetchedWeights: Bits
  /// Whether all weights are fetched, at the design's precision.
  let fetchesAll: Bool
  /// Whether a search times every mapping, whatever its bound says; only to test it.
  let triesAll: Bool
  /// Times the layer under a mapping, transfers included.
  let time: (Mapping) -> MemoryModel.Result
}

/// Something of the array or its buffers that is too small for a layer.
public struct ArrayShortage: Hashable, Sendable {
  /// What is too small.
  public let resource: String
  /// What the smallest tile needs.
  public let demand: Bits
  /// What there is.
  public let bound: Bits
  /// What could be changed.
  public let lever: Lever

  /// What would let the layer fit.
  public enum Lever: Hashable, Sendable {
    /// A larger share of the buffer that holds the operand.
    case buffer(of: Operand)
    /// A change in words.
    case text(String)
  }
}

/// The on-chip memory that a datapath's own mapper may fill.
public struct BufferRoom: Hashable, Sendable {
  /// A buffer that input and sums share bank by bank.
  struct Banks: Hashable, Sendable {
    let name: String
    let count: Int
    let size: Bits
    /// Blocks of sums at once: results that leave beside the next ones keep their banks.
    let sumBlocks: Int

    /// Banks of the sums.
    func count(sums: Bits) -> Int { quotient(sums.count * sumBlocks, size.count) }
  }

  let precision: PrecisionSpec
  /// An element of the kernels.
  let kernelElement: Bits
  let input: MemoryModel.Capacity
  let output: MemoryModel.Capacity
  let weights: MemoryModel.Capacity
  let banks: Banks?
  /// Channels that stand together in the layout of the input.
  let alignment: Int
  /// What the transfer of the input leaves out where the stride is beyond the kernel.
  let gather: TransferSpec.Gather

  /// Banks that the input has at least: one is filled while another is read.
  private static let inputBanks = 2

  /// The same with no more than `count` banks.
  func limited(to count: Int) -> BufferRoom {
    guard let banks, count < banks.count else { return self }
    return BufferRoom(
      precision: precision, kernelElement: kernelElement, input: input, output: output,
      weights: weights,
      banks: Banks(
        name: banks.name, count: count, size: banks.size, sumBlocks: banks.sumBlocks),
      alignment: alignment, gather: gather)
  }

  /// Capacity for the weights of a pass.
  public var weight: Bits { weights.tile }

  /// What is left for the input beside `sums`; nil where they leave too little.
  public func input(beside sums: Bits) -> Bits? {
    guard let banks else { return sums <= output.tile ? input.tile : nil }
    let left = banks.count - banks.count(sums: sums)
    return left < Self.inputBanks ? nil : banks.size * left
  }

  /// Where a tile's input goes while the one before it, which leaves no room for an image beside it
  /// and `sums`, is in work.
  func inputRoom(beside sums: Bits) -> InputRoom {
    guard let banks else { return .afterwards }
    return .banks(count: banks.count - banks.count(sums: sums), size: banks.size)
  }

  /// Channels of which at most `count` fit, layout padding included.
  func alignedDown(_ count: Int) -> Int { count / alignment * alignment }

  /// Bits of `count` input words.
  public func inputBits(count: Int) -> Bits { precision.input * count }
  /// Bits of `rows` input rows of one channel.
  public func inputBits(rows: Int, in nest: LoopNest) -> Bits {
    inputBits(count: rows * nest.readColumns)
  }
  /// Bits of `count` partial sums.
  public func sumBits(count: Int) -> Bits { precision.accumulator * count }
  /// Bits of `count` weights.
  public func weightBits(count: Int) -> Bits { kernelElement * count }

  /// Why a strip of `input` and `sums` does not fit.
  func shortage(input demand: Bits, sums: Bits) -> ArrayShortage {
    if let banks {
      let needed =
        banks.count(sums: sums)
        + max(Self.inputBanks, quotient(demand.count, banks.size.count))
      let size = Bytes(holding: banks.size * needed)
      return ArrayShortage(
        resource: banks.name, demand: banks.size * needed, bound: banks.size * banks.count,
        lever: .text("raise \(banks.name).size to \(size) in \(needed) banks"))
    }
    return sums > output.tile
      ? shortage(output, of: .output, sums) : shortage(input, of: .input, demand)
  }

  /// Why the weights of a pass do not fit.
  func weightShortage(demand: Bits) -> ArrayShortage { shortage(weights, of: .weight, demand) }

  private func shortage(
    _ capacity: MemoryModel.Capacity, of operand: Operand, _ demand: Bits
  ) -> ArrayShortage {
    ArrayShortage(
      resource: capacity.name, demand: demand, bound: capacity.tile, lever: .buffer(of: operand))
  }
}
