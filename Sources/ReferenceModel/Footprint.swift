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

  /// Quantized weights are packed where the architecture packs them: signed-binary 1 bit and a sign
  /// per kernel, binary 1 bit, ternary 2 bits.
  init(
    _ spec: ArchitectureSpec, _ problem: Problem, kernelRole: TensorRole,
    quantized: QuantizedTensor?
  ) {
    self.spec = spec
    self.problem = problem
    guard let quantized, spec.memory.packsWeights else {
      weight = (kernelRole == .weight ? spec.precision.weight : spec.precision.input).count
      perKernel = 0
      return
    }
    // The levels that a region of one sign can have, or all; as many bits as tell them apart.
    let scheme = quantized.scheme
    let levels = scheme.isSignedByRegion ? scheme.levels.filter { $0 >= 0 } : scheme.levels
    weight = (0...8).first { 1 << $0 >= levels.count } ?? 8
    perKernel = scheme.isSignedByRegion ? 1 : 0
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
    kernels.count * channels.count * problem.taps * weight
      + (channels.upperBound == problem.channels ? kernels.count * perKernel : 0)
  }

  func outputBits(_ tile: TileWork) -> Int {
    let alignment = spec.memory.transfers.output.channelAlignment
    let kernels = (tile.kernels.count + alignment - 1) / alignment * alignment
    return tile.pixels.count * kernels * spec.precision.output.count
  }
}
