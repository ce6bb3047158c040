internal import Architectures
internal import Components
internal import Units

/// The rule of the Eyeriss chip, in two steps.
///
/// First the buffer: as many partial sums as fit beside the input, on average over the strips;
/// among equals the highest strips. Then the array: the fewest cycles, then the least traffic of
/// the buffer, then of DRAM. Kernels and images are cut into equal parts. With the chip's banks and
/// no more than the kernels of its largest published block, the rule gives the parameters published
/// for AlexNet (Chen et al., JSSC 52(1), 2017, Table III; for its third layer those that agree with
/// the published buffer traffic) and the active elements published for VGG-16 (Table VI).
///
/// The rule looks at the buffer before it looks at time, so a buffer that differs from the chip's can
/// cost time. Where there are more banks than the chip's, the rule is followed for every number of
/// them from the chip's on, and the fastest result is kept; so it is for a batch, whose images may
/// also follow one another each by itself.
struct RowStationaryChipRule {
  /// What the buffer holds: images, kernels and rows of a strip, and the channels that fit beside.
  private struct Strip {
    let images: Int
    let kernels: Int
    let rows: Int
    let sets: RowStationarySpace.Sets
    let channels: Int
    let prefetches: Bool
  }

  /// A layout with what all passes of the layer cost.
  private struct Choice {
    let layout: RowStationaryLayout
    let prefetches: Bool
    let run: TileExecution
    var traffic = 0

    /// Fewer cycles, then fewer words from and to the buffer, then fewer bits from DRAM.
    func isBetter(than other: Choice) -> Bool {
      func words(_ run: TileExecution) -> Int {
        run.counts[.inputReads] + run.counts[.outputReads] + run.counts[.outputWrites]
      }
      return (run.timing.cycles, words(run), traffic)
        < (other.run.timing.cycles, words(other.run), other.traffic)
    }
  }

  let space: RowStationarySpace
  private let chip: EyerissMapper.Chip
  private let kernelRows: Int
  private let kernelDivisors: [Int]

  init(space: RowStationarySpace, chip: EyerissMapper.Chip) {
    self.space = space
    self.chip = chip
    // As few parts of a kernel as the array allows.
    kernelRows = space.kernelRows.first ?? 1
    kernelDivisors = RowStationarySpace.divisors(space.single.kernels).filter {
      $0 <= chip.kernels
    }
  }

  /// The rule's mapping, nil where a buffer is too small.
  func best() -> TimedMapping? {
    guard let banks = space.room.banks else { return nil }
    let batch = space.request.batch
    var best = BestMapping()
    for count in min(chip.banks, banks.count)...banks.count {
      for images in batch == 1 ? [1] : [batch, 1] {
        guard let choice = choice(images: images, room: space.room.limited(to: count)) else {
          continue
        }
        let sums = space.sumBits(
          images: choice.layout.images, kernels: choice.layout.kernels, rows: choice.layout.rows)
        best.offer(
          space.request.time(
            space.mapping(
              choice.layout,
              inputRoom: choice.prefetches ? .beside : space.room.inputRoom(beside: sums))))
      }
    }
    return best.mapping
  }

  // MARK: The buffer

  /// The fastest of all layouts of the best strips.
  private func choice(images: Int, room: BufferRoom) -> Choice? {
    var best: Choice?
    for strip in bestStrips(batch: images, room) {
      guard var choice = bestLayout(of: strip, batch: images) else { continue }
      choice.traffic = traffic(of: strip, batch: images)
      if let best, !choice.isBetter(than: best) { continue }
      best = choice
    }
    return best
  }

  /// The strips that hold most partial sums; equal ones differ in how they are cut.
  private func bestStrips(batch: Int, _ room: BufferRoom) -> [Strip] {
    var best: [Strip] = []
    let extent = space.single.outputRows
    /// Sums held, over all rows and averaged over the strips, then the height.
    func rank(_ strip: Strip, times strips: Int) -> (Int, Int) {
      (strip.images * strip.kernels * strips, strip.rows)
    }
    for images in RowStationarySpace.divisors(batch) {
      for rows in space.heights where images == 1 || rows == extent {
        for kernels in kernelDivisors {
          guard let strip = strip(images: images, kernels: kernels, rows: rows, room) else {
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

  private func strip(images: Int, kernels: Int, rows: Int, _ room: BufferRoom) -> Strip? {
    let sets = space.sets(rows: rows, kernelRows: kernelRows)
    let sums = space.sumBits(images: images, kernels: kernels, rows: rows)
    guard sets.above > 0, let left = room.input(beside: sums) else { return nil }
    let channel = space.inputBits(rows: rows)
    // The next pass's first image takes the place of one that has been used.
    let prefetches = channel * ((images + 1) * room.alignment) <= left
    // Windows that touch nothing of the map need no room for it.
    let needed = (channel * (prefetches ? images + 1 : images)).count
    let channels = room.alignedDown(left.count / max(1, needed))
    guard channels > 0 else { return nil }
    return Strip(
      images: images, kernels: kernels, rows: rows, sets: sets, channels: channels,
      prefetches: prefetches)
  }

  /// Bits of input and weights from DRAM for all images.
  private func traffic(of strip: Strip, batch: Int) -> Int {
    let (single, room) = (space.single, space.room)
    let pixels = strip.rows * single.outputColumns
    var (rows, strips) = (0, 0)
    for kind in single.strips(of: pixels) {
      let first = kind.index * pixels
      rows +=
        kind.count
        * single.inputRows(from: first, count: min(pixels, single.pixels - first))
      strips += kind.count
    }
    let input = room.inputBits(rows: rows, in: single) * (single.channels * strip.images)
    let weights = room.weightBits(count: single.kernels * single.channels * single.taps)
    return batch / strip.images
      * (single.kernels / strip.kernels * input.count + strips * weights.count)
  }

  // MARK: The array

  private func bestLayout(of strip: Strip, batch: Int) -> Choice? {
    var best: Choice?
    let single = space.single
    for kernelSets in RowStationarySpace.divisors(strip.kernels) {
      let shares = RowStationarySpace.divisors(strip.kernels / kernelSets)
      for channelSets in 1...strip.sets.above
      where kernelSets <= strip.sets.kernels(channels: channelSets) {
        for channels in 1...space.channelsPerElement
        where channels * channelSets <= strip.channels
          && (channelSets - 1) * channels < single.channels
        {
          let fit = space.kernelsPerElement(channels: channels)
          for kernels in shares where kernels <= fit {
            guard
              space.holdsWeights(
                kernels: kernels * kernelSets, channels: channels * channelSets,
                kernelRows: kernelRows)
            else { continue }
            let layout = RowStationaryLayout(
              images: strip.images, kernels: strip.kernels, rows: strip.rows,
              kernelsPerElement: kernels, channelsPerElement: channels, kernelRows: kernelRows,
              channelSets: channelSets, kernelSets: kernelSets,
              activeElements: kernelRows * strip.rows * channelSets * kernelSets)
            let choice = Choice(
              layout: layout, prefetches: strip.prefetches, run: run(layout, batch: batch))
            if let best, !choice.isBetter(than: best) { continue }
            best = choice
          }
        }
      }
    }
    return best
  }

  /// All passes of one group of the layer, for the whole batch.
  private func run(_ layout: RowStationaryLayout, batch: Int) -> TileExecution {
    let nest = space.nest(images: layout.images)
    let layer = space.layer(layout, nest)
    var sum = TileExecution()
    func parts(_ extent: Int, _ step: Int) -> [(size: Int, count: Int)] {
      [(step, extent / step), (extent % step, extent % step > 0 ? 1 : 0)].filter { $0.count > 0 }
    }
    let blocks = nest.kernels / layout.kernels * (batch / layout.images)
    for rows in parts(space.single.outputRows, layout.rows) {
      for channels in parts(nest.channels, min(layout.channelsPerPass, nest.channels)) {
        let tile = Tile(
          pixels: layout.images * rows.size * nest.outputColumns, kernels: layout.kernels,
          channels: channels.size)
        sum.add(
          layer.execute(tile, part: .whole), times: rows.count * channels.count * blocks)
      }
    }
    return sum
  }
}
