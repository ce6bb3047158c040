import Specs
import Units

/// The tiles of one group in execution order, run-length encoded, with their traffic and work.
struct TileProgram {
  let model: MemoryModel
  let nest: LoopNest
  let mapping: Mapping
  let datapath: any Datapath
  let persistent: Bits

  private(set) var runs: [TileRun] = []
  private(set) var traffic = DRAMTraffic()
  private(set) var work = TileCost()
  private var costs = InlineArray<16, TileCost?>(repeating: nil)
  private var isFirst = true

  init(
    model: MemoryModel, nest: LoopNest, mapping: Mapping, datapath: any Datapath, persistent: Bits
  ) {
    self.model = model
    self.nest = nest
    self.mapping = mapping
    self.datapath = datapath
    self.persistent = persistent
    runs.reserveCapacity(8)
  }

  /// Walks the three loops.
  mutating func build() {
    let tile = mapping.tile
    let strips = quotient(nest.pixels, tile.pixels)
    let blocks = quotient(nest.kernels, tile.kernels)
    switch mapping.order {
    case .pixelsOuter:
      for strip in 0..<strips {
        for block in 0..<blocks { append(strip: strip, block: block) }
      }
    case .kernelsOuter:
      for block in 0..<blocks {
        for strip in 0..<strips { append(strip: strip, block: block) }
      }
    }
  }

  private mutating func append(strip: Int, block: Int) {
    let full = mapping.tile
    let pixels = min(full.pixels, nest.pixels - strip * full.pixels)
    let kernels = min(full.kernels, nest.kernels - block * full.kernels)
    let parts = quotient(nest.channels, full.channels)
    for part in 0..<parts {
      let channels = min(full.channels, nest.channels - part * full.channels)
      let tile = Tile(
        pixels: pixels, kernels: kernels, channels: channels, firstKernel: block * full.kernels)
      let cost = cost(of: tile, isFirstChannels: part == 0)
      work.add(cost, times: 1)
      var step = TileStep()
      step.compute = cost.cycles
      if isFirst {
        let edge = datapath.edgeCycles(of: nest)
        step.compute += edge
        work.cycles += edge
        isFirst = false
      }
      if strip == 0 || !mapping.keepsWeights { loadWeights(tile, block, part, &step) }
      if block == 0 || !mapping.keepsInput { loadInput(tile, &step) }
      if part == parts - 1 {
        let bits = model.outputBits(pixels: pixels, kernels: kernels)
        traffic.outputWrite += bits
        step.store = model.outputRate.cycles(for: bits).count
        step.stores = true
      }
      if let last = runs.last, last.step == step {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(TileRun(step, count: 1))
      }
    }
  }

  private mutating func loadWeights(_ tile: Tile, _ block: Int, _ part: Int, _ step: inout TileStep)
  {
    let bits = model.weightBits(kernels: tile.kernels, channels: tile.channels, in: nest)
    let offset =
      model.weightBits(kernels: block * mapping.tile.kernels, channels: nest.channels, in: nest)
      + model.weightBits(
        kernels: tile.kernels, channels: part * mapping.tile.channels, in: nest)
    let onChip = min(bits, max(.zero, persistent - offset))
    traffic.weightFromPersistent += onChip
    traffic.weightRead += bits - onChip
    let cycles = model.weightRate.cycles(for: bits - onChip).count
    if model.transfers.weight.overlap == .none {
      step.exposed += cycles
    } else {
      step.load += cycles
    }
  }

  private mutating func loadInput(_ tile: Tile, _ step: inout TileStep) {
    let bits = model.inputBits(
      pixels: tile.pixels, channels: nest.isDepthwise ? tile.kernels : tile.channels, in: nest)
    traffic.inputRead += bits
    let cycles = model.inputRate.cycles(for: bits).count
    switch model.transfers.input.overlap {
    case .none: step.exposed += cycles
    case .pingPong: step.load += cycles
    case .streaming: step.stream += cycles
    }
  }

  private mutating func cost(of tile: Tile, isFirstChannels: Bool) -> TileCost {
    // Blocks of filters differ where their values count.
    if datapath.needsWeights {
      return datapath.cost(of: tile, in: nest, isFirstChannels: isFirstChannels)
    }
    let index =
      (tile.pixels == mapping.tile.pixels ? 0 : 1) + (tile.kernels == mapping.tile.kernels ? 0 : 2)
      + (tile.channels == mapping.tile.channels ? 0 : 4) + (isFirstChannels ? 0 : 8)
    if let known = costs[index] { return known }
    let cost = datapath.cost(of: tile, in: nest, isFirstChannels: isFirstChannels)
    costs[index] = cost
    return cost
  }
}
