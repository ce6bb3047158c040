internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

/// Bits that the operands of tiles take in DRAM and in buffers.
struct Footprint {
  private let spec: ArchitectureSpec
  private let problem: Problem
  /// Bits of an element of the kernels.
  let weight: Int
  private let perKernel: Int
  /// Entries of the layer where they are stored instead of all weights, and its weights.
  private let entries: (stored: Int, weights: Int)?

  /// Quantized weights are packed where the architecture packs them: signed-binary 1 bit and a sign
  /// per region of a kernel, binary 1 bit, ternary 2 bits.
  init(
    _ spec: ArchitectureSpec, _ problem: Problem, kernelRole: TensorRole,
    quantized: QuantizedTensor?, coding: EntryCoding?
  ) {
    self.spec = spec
    self.problem = problem
    let index = kernelRole == .weight ? coding?.indexBits ?? 0 : 0
    entries = quantized.flatMap { tensor in
      coding.map { ($0.entries(of: tensor.values(), problem), tensor.shape.count) }
    }
    guard let quantized, spec.memory.packsWeights else {
      weight = (kernelRole == .weight ? spec.precision.weight : spec.precision.input).count + index
      perKernel = 0
      return
    }
    // The levels that a region of one sign can have, or all; as many bits as tell them apart.
    let scheme = quantized.scheme
    let levels = scheme.isSignedByRegion ? scheme.levels.filter { $0 >= 0 } : scheme.levels
    weight = ((0...8).first { 1 << $0 >= levels.count } ?? 8) + index
    perKernel = scheme.isSignedByRegion ? quantized.regionBounds.count - 1 : 0
  }

  func inputBits(_ tile: TileWork) -> Int {
    let block = InputBlock(
      tile.pixels, problem.isDepthwise ? tile.kernels : tile.channels, of: problem,
      alignment: spec.memory.transfers.input.channelAlignment, sideBySide: 1)
    return block.elements * spec.precision.input.count
  }

  func weightBits(_ tile: TileWork) -> Int {
    weightBits(kernels: tile.kernels, channels: tile.channels)
  }

  /// A kernel's sign comes with its last channel.
  func weightBits(kernels: Range<Int>, channels: Range<Int>) -> Int {
    let signs = channels.upperBound == problem.channels ? kernels.count * perKernel : 0
    guard let entries else {
      return kernels.count * channels.count * problem.taps * weight + signs
    }
    // All channels of the kernels: entries lie one after the other, as many for each weight.
    func end(_ kernel: Int) -> Int {
      let weights = kernel * problem.channels * problem.taps
      return (weights * entries.stored + entries.weights - 1) / entries.weights
    }
    return (end(kernels.upperBound) - end(kernels.lowerBound)) * weight + signs
  }

  func outputBits(_ tile: TileWork) -> Int {
    let alignment = spec.memory.transfers.output.channelAlignment
    let kernels = (tile.kernels.count + alignment - 1) / alignment * alignment
    return tile.pixels.count * kernels * spec.precision.output.count
  }
}
