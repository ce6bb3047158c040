public import Specs
internal import Units

extension RowStationaryArray {
  /// The layer laid out for the buffers, in two steps.
  ///
  /// First the buffer: as many partial sums as fit beside the input, on average over the strips;
  /// among equals the highest strips. Then the array: the fewest cycles, then the least traffic of
  /// the buffer, then of DRAM. Kernels and images are cut into equal parts. The rule gives the
  /// parameters published for AlexNet on Eyeriss (Chen et al., JSSC 52(1), 2017, Table III); for its
  /// third layer those that agree with the published buffer traffic.
  public func plan(of layer: Layer, batch: Int, in room: BufferRoom) -> LayerPlan? {
    let search = RowStationarySearch(array: self, layer: layer, batch: batch, room: room)
    if let shortage = search.scratchpadShortage { return .short(shortage) }
    let (fits, choice) = search.best()
    guard let choice else {
      return .short(fits ? search.weightShortage : search.bufferShortage)
    }
    let layout = choice.layout
    let nest = search.nest(images: layout.images)
    let tile = Tile(
      pixels: layout.images * layout.rows * nest.outputColumns, kernels: layout.kernels,
      channels: min(layout.channelsPerPass, nest.channels))
    return .mapped(
      MappedLayer(
        nest: nest, groups: layer.groups, repeats: batch / layout.images,
        mapping: Mapping(
          order: .pixelsOuter, tile: tile, keepsInput: false, keepsWeights: false,
          inputRoom: choice.inputRoom, rowStationary: layout),
        datapath: laid(out: layout)))
  }
}

/// The layouts of one layer.
private struct RowStationarySearch {
  /// What the buffer holds: images, kernels and rows of a strip, and the channels that fit beside.
  struct Strip {
    let images: Int
    let kernels: Int
    let rows: Int
    let sets: Sets
    let channels: Int
    let inputRoom: InputRoom
  }

  /// Sets of elements that fit on the array.
  struct Sets {
    let above: Int
    let beside: Int

    /// Sets for different kernels where `channels` sets hold different channels: those stand above
    /// one another, for partial sums move only up.
    func kernels(channels: Int) -> Int { above / channels * beside }
  }

  /// A layout with what all passes of the layer cost.
  struct Choice {
    let layout: RowStationaryLayout
    let inputRoom: InputRoom
    let cost: TileCost
    var traffic = 0

    /// Fewer cycles, then fewer words from and to the buffer, then fewer bits from DRAM.
    func isBetter(than other: Choice) -> Bool {
      func words(_ cost: TileCost) -> Int { cost.inputReads + cost.outputReads + cost.outputWrites }
      return (cost.cycles, words(cost), traffic)
        < (other.cost.cycles, words(other.cost), other.traffic)
    }
  }

  let array: RowStationaryArray
  let layer: Layer
  let batch: Int
  let room: BufferRoom
  /// One image; the extents that do not depend on how many there are.
  let single: LoopNest

  init(array: RowStationaryArray, layer: Layer, batch: Int, room: BufferRoom) {
    self.array = array
    self.layer = layer
    self.batch = batch
    self.room = room
    var single = array.nest(of: layer, batch: 1).nest
    single.gather = room.gather
    self.single = single
  }

  func nest(images: Int) -> LoopNest {
    var nest = array.nest(of: layer, batch: images).nest
    nest.gather = room.gather
    return nest
  }

  private static func divisors(_ number: Int) -> [Int] {
    (1...number).filter { number.isMultiple(of: $0) }
  }

  /// Sets of `rows` columns of elements that fit on the array; a strip wider than the array is
  /// folded, and only a whole map is.
  private func sets(rows: Int) -> Sets {
    let vertical = array.spec.rows / array.setRows(of: single)
    let columns = array.spec.columns
    return rows <= columns
      ? Sets(above: vertical, beside: columns / rows)
      : Sets(above: vertical / quotient(rows, columns), beside: 1)
  }

  // MARK: The buffer

  /// Input of one channel of one image.
  private func inputBits(rows: Int) -> Bits {
    let height = min(
      (rows - 1) * single.rowStep + single.kernelRows, single.inputRows)
    return room.inputBits(rows: height, in: single)
  }

  /// The strips that hold most partial sums; equal ones differ in how they are cut.
  private func bestStrips() -> [Strip] {
    var best: [Strip] = []
    let extent = single.outputRows
    var heights = Array(1...min(extent, array.spec.columns))
    if extent > array.spec.columns { heights.append(extent) }
    /// Sums held, over all rows and averaged over the strips, then the height.
    func rank(_ strip: Strip, times strips: Int) -> (Int, Int) {
      (strip.images * strip.kernels * strips, strip.rows)
    }
    for images in Self.divisors(batch) {
      for rows in heights where images == 1 || rows == extent {
        let sets = sets(rows: rows)
        guard sets.above > 0 else { continue }
        for kernels in Self.divisors(single.kernels) {
          guard let strip = strip(images: images, kernels: kernels, rows: rows, sets: sets) else {
            continue
          }
          if let other = best.first {
            let mine = rank(strip, times: quotient(extent, other.rows))
            let its = rank(other, times: quotient(extent, rows))
            if mine < its { continue }
            if mine > its { best.removeAll() }
          }
          best.append(strip)
        }
      }
    }
    return best
  }

  /// The fastest of all layouts of the best strips; `fits` is false where a buffer is too small.
  func best() -> (fits: Bool, choice: Choice?) {
    let strips = bestStrips()
    var best: Choice?
    for strip in strips {
      guard var choice = bestLayout(of: strip) else { continue }
      choice.traffic = traffic(of: strip)
      if let best, !choice.isBetter(than: best) { continue }
      best = choice
    }
    return (!strips.isEmpty, best)
  }

  private func strip(images: Int, kernels: Int, rows: Int, sets: Sets) -> Strip? {
    let sums = room.sumBits(count: images * kernels * rows * single.outputColumns)
    guard let left = room.input(beside: sums) else { return nil }
    let channel = inputBits(rows: rows)
    // The next pass's first image takes the place of one that has been used.
    let prefetches = channel * ((images + 1) * room.alignment) <= left
    let channels = room.alignedDown(
      left.count / (channel * (prefetches ? images + 1 : images)).count)
    guard channels > 0 else { return nil }
    return Strip(
      images: images, kernels: kernels, rows: rows, sets: sets, channels: channels,
      inputRoom: prefetches ? .beside : room.inputRoom(beside: sums))
  }

  /// Bits of input and weights from DRAM for all images.
  private func traffic(of strip: Strip) -> Int {
    let strips = quotient(single.outputRows, strip.rows)
    let columns = single.outputColumns
    let rows = (0..<strips).reduce(0) { sum, index in
      let first = index * strip.rows
      let count = min(strip.rows, single.outputRows - first)
      return sum + single.inputRows(from: first * columns, count: count * columns)
    }
    let input = room.inputBits(rows: rows, in: single) * (single.channels * strip.images)
    let weights = room.weightBits(count: single.kernels * single.channels * single.taps)
    return batch / strip.images
      * (single.kernels / strip.kernels * input.count + strips * weights.count)
  }

  // MARK: The array

  private func bestLayout(of strip: Strip) -> Choice? {
    var best: Choice?
    let spec = array.spec
    let most = min(spec.inputScratchpad / single.kernelColumns, single.channels)
    for kernelSets in Self.divisors(strip.kernels) {
      for channelSets in 1...strip.sets.above
      where kernelSets <= strip.sets.kernels(channels: channelSets) {
        for channels in 1...most
        where channels * channelSets <= strip.channels
          && (channelSets - 1) * channels < single.channels
        {
          let fit = min(
            spec.sumScratchpad, spec.weightScratchpad / (channels * single.kernelColumns))
          for kernels in Self.divisors(strip.kernels / kernelSets) where kernels <= fit {
            let layout = layout(
              strip, kernels: kernels, kernelSets: kernelSets, channels: channels,
              channelSets: channelSets)
            let weights = room.weightBits(
              count: layout.kernelsPerPass * min(layout.channelsPerPass, single.channels)
                * array.setRows(of: single) * single.kernelColumns)
            guard weights <= room.weight else { continue }
            let choice = Choice(
              layout: layout, inputRoom: strip.inputRoom, cost: cost(of: layout))
            if let best, !choice.isBetter(than: best) { continue }
            best = choice
          }
        }
      }
    }
    return best
  }

  private func layout(
    _ strip: Strip, kernels: Int, kernelSets: Int, channels: Int, channelSets: Int
  ) -> RowStationaryLayout {
    RowStationaryLayout(
      images: strip.images, kernels: strip.kernels, rows: strip.rows, kernelsPerElement: kernels,
      channelsPerElement: channels, channelSets: channelSets, kernelSets: kernelSets,
      activeElements: array.setRows(of: single) * strip.rows * channelSets * kernelSets)
  }

  /// All passes of one group of the layer, for the whole batch.
  private func cost(of layout: RowStationaryLayout) -> TileCost {
    let nest = nest(images: layout.images)
    let array = array.laid(out: layout)
    var sum = TileCost()
    func parts(_ extent: Int, _ step: Int) -> [(size: Int, count: Int)] {
      [(step, extent / step), (extent % step, extent % step > 0 ? 1 : 0)].filter { $0.count > 0 }
    }
    let blocks = nest.kernels / layout.kernels * (batch / layout.images)
    for rows in parts(single.outputRows, layout.rows) {
      for channels in parts(nest.channels, min(layout.channelsPerPass, nest.channels)) {
        let tile = Tile(
          pixels: layout.images * rows.size * nest.outputColumns, kernels: layout.kernels,
          channels: channels.size)
        sum.add(
          array.cost(of: tile, in: nest, part: .whole), times: rows.count * channels.count * blocks)
      }
    }
    return sum
  }

  // MARK: What does not fit

  /// A window that is longer than an element's memory.
  var scratchpadShortage: ArrayShortage? {
    let spec = array.spec
    guard single.kernelColumns > spec.inputScratchpad else { return nil }
    return ArrayShortage(
      resource: "input_scratchpad", demand: room.inputBits(count: single.kernelColumns),
      bound: room.inputBits(count: spec.inputScratchpad),
      lever: .text("raise datapath.input_scratchpad to \(single.kernelColumns)"))
  }

  /// The smallest strip and its sums.
  var bufferShortage: ArrayShortage {
    room.shortage(
      input: inputBits(rows: 1) * room.alignment,
      sums: room.sumBits(count: single.outputColumns))
  }

  /// The weights of the smallest pass.
  var weightShortage: ArrayShortage {
    room.weightShortage(
      demand: room.weightBits(count: array.setRows(of: single) * single.kernelColumns))
  }
}
