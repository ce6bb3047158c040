internal import Architectures
internal import Components
internal import Networks
internal import Units

/// Images, rows and kernel rows of a tile, and what follows from them alone.
struct RowStationaryFrame {
  let images: Int
  let rows: Int
  let kernelRows: Int
  let sets: RowStationarySpace.Sets
  let nest: LoopNest
  /// Blocks of images.
  let repeats: Int
  /// Input of one channel of one image in the buffer.
  let channelBits: Bits
  /// Strips that are alike: rows of output and of input, and how many there are.
  let strips: [(rows: Int, inputRows: Int, count: Int)]

  init(_ space: RowStationarySpace, images: Int, rows: Int, kernelRows: Int) {
    self.images = images
    self.rows = rows
    self.kernelRows = kernelRows
    sets = space.sets(rows: rows, kernelRows: kernelRows)
    nest = space.nest(images: images)
    repeats = space.request.batch / images
    channelBits = space.inputBits(rows: rows)
    let (nest, pixels) = (nest, images * rows * space.single.outputColumns)
    strips = nest.strips(of: pixels).map { kind in
      let first = kind.index * pixels
      let count = min(pixels, nest.pixels - first)
      return (
        count / (images * nest.outputColumns), nest.inputRows(from: first, count: count),
        kind.count
      )
    }
  }

  /// Strips of a block of images.
  var stripCount: Int { strips.reduce(0) { $0 + $1.count } }

  /// Parts of the kernels' rows.
  var kernelParts: Int { quotient(nest.kernelRows, kernelRows) }

  /// Cycles of all windows of all groups, at least, with `channelSets` sets of different channels:
  /// an element multiplies once a cycle.
  private func leastCycles(_ space: RowStationarySpace, channelSets: Int) -> Int {
    let kernelSets = min(sets.kernels(channels: channelSets), nest.kernels)
    return space.groups * repeats * images * stripCount * nest.outputColumns * kernelParts
      * nest.kernelColumns * quotient(nest.kernels, kernelSets)
      * quotient(nest.channels, channelSets)
  }

  /// Cycles of all windows, at least.
  func leastCycles(in space: RowStationarySpace) -> Int {
    (1...sets.above).reduce(.max) { min($0, leastCycles(space, channelSets: $1)) }
  }

  /// All ways to put kernels and channels on the array that take at most `limit` cycles.
  ///
  /// Of the ways that differ only in the number of sets of kernels, the one with most of them takes
  /// least time; the others are left out.
  func passes(in space: RowStationarySpace, within limit: Int) -> [RowStationaryPasses] {
    var found: [RowStationaryPasses] = []
    let kernelDivisors = RowStationarySpace.divisors(nest.kernels)
    for channelSets in (1...min(sets.above, nest.channels)).reversed() {
      guard leastCycles(space, channelSets: channelSets) <= limit else { continue }
      let mostSets = sets.kernels(channels: channelSets)
      for channels in 1...space.channelsPerElement
      where (channelSets - 1) * channels < nest.channels {
        let fit = space.kernelsPerElement(channels: channels)
        for kernels in kernelDivisors where kernels <= fit * mostSets {
          guard
            let kernelSets = RowStationarySpace.divisors(kernels).last(where: { $0 <= mostSets }),
            kernels / kernelSets <= fit,
            space.holdsWeights(
              kernels: kernels, channels: channels * channelSets, kernelRows: kernelRows)
          else { continue }
          let passes = RowStationaryPasses(
            kernels: kernels, kernelSets: kernelSets, channelsPerElement: channels,
            channelSets: channelSets, frame: self, space)
          if passes.cycles <= limit { found.append(passes) }
        }
      }
    }
    return found
  }
}

/// Kernels and channels of a pass, their places on the array, and what all passes cost.
struct RowStationaryPasses {
  let kernels: Int
  let kernelSets: Int
  let channelsPerElement: Int
  let channelSets: Int
  /// Channels of a pass.
  let channels: Int
  /// Cycles of all passes of all groups and images.
  private(set) var cycles = 0
  /// Cycles of the last pass of each of its kernel rows.
  private(set) var lastCycles = 0
  /// Bits that the array takes from and gives to the buffers.
  private(set) var buffered = 0

  init(
    kernels: Int, kernelSets: Int, channelsPerElement: Int, channelSets: Int,
    frame: RowStationaryFrame, _ space: RowStationarySpace
  ) {
    self.kernels = kernels
    self.kernelSets = kernelSets
    self.channelsPerElement = channelsPerElement
    self.channelSets = channelSets
    channels = min(channelsPerElement * channelSets, frame.nest.channels)
    let nest = frame.nest
    let layer = space.layer(layout(of: frame, kernels: kernels), nest)
    let heights = layer.partHeights
    let (parts, rest) = nest.channels.quotientAndRemainder(dividingBy: channels)
    let blocks = space.groups * frame.repeats * (nest.kernels / kernels)
    let columns = nest.columns.positions(windows: nest.outputColumns, taps: nest.kernelColumns)
    var words = 0
    for (rows, count) in frame.rowKinds {
      for (channels, parts) in [(channels, parts), (rest, rest > 0 ? 1 : 0)] where parts > 0 {
        let cycles = heights.reduce(0) { sum, height in
          let part = RowStationaryLayer.Part(
            rows: rows, kernels: kernels, channels: channels, kernelRows: height)
          return sum + layer.pass(part).cycles
        }
        self.cycles += blocks * count * parts * cycles
        lastCycles = cycles
      }
      let touched = heights.reduce(0) { $0 + nest.rows.positions(windows: rows, taps: $1) }
      words += blocks * count * frame.images * nest.channels * touched * columns
    }
    let precision = space.room.precision
    let groups = space.groups * frame.repeats
    let sums =
      groups * nest.kernels * nest.pixels * (parts + (rest > 0 ? 1 : 0)) * heights.count
    let weights = groups * frame.stripCount * nest.kernels * nest.channels * nest.taps
    buffered =
      words * precision.input.count + space.room.weightBits(count: weights).count
      + 2 * sums * precision.accumulator.count
  }

  /// The layout with the sums of `kernels` kernels in the buffer.
  func layout(of frame: RowStationaryFrame, kernels block: Int) -> RowStationaryLayout {
    RowStationaryLayout(
      images: frame.images, kernels: block, rows: frame.rows,
      kernelsPerElement: kernels / kernelSets, channelsPerElement: channelsPerElement,
      kernelRows: frame.kernelRows, channelSets: channelSets, kernelSets: kernelSets,
      activeElements: frame.kernelRows * frame.rows * channelSets * kernelSets)
  }
}

extension RowStationaryFrame {
  /// Rows of output of a strip, and how many strips have them; the last strip's at the end.
  var rowKinds: [(rows: Int, count: Int)] {
    let (full, rest) = (nest.outputRows / images).quotientAndRemainder(dividingBy: rows)
    return (full > 0 ? [(rows, full)] : []) + (rest > 0 ? [(rest, 1)] : [])
  }
}
