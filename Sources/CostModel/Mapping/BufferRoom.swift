internal import Architectures
public import Units

/// The on-chip memory that a mapper may fill.
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
