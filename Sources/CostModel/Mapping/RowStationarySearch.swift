internal import Architectures
internal import Units

/// The fastest mapping of a layer on a row-stationary array.
///
/// It chooses the fewest cycles, transfers included, then the fewest bits from and to DRAM, then the
/// fewest bits from and to the buffers, over all mappings of this space: strips of up to as many rows
/// as the array has columns, or whole maps; any number of images of a whole map that divides the
/// batch; any number of kernels that divides the layer's, for the sums in the buffer and for a pass;
/// any number of channels that an element holds, and of sets that hold different ones; kernel rows in
/// any number of equal parts. The input of the next tile has room beside the present one's, or takes
/// its place.
///
/// A mapping that is possible stays possible with more of any resource and takes no more time then:
/// what it needs are upper bounds, and the pipeline is monotone in the length of every step. So more
/// resources never make the best one slower. A batch may follow image by image, so that n images
/// never take longer than n times one.
///
/// The search is exact: mappings are timed in the order of a lower bound of their cycles until no
/// bound is below the best time.
struct RowStationarySearch {
  let space: RowStationarySpace
  private var prunes: Bool { !space.request.triesAll }

  /// The best mapping, nil where a buffer is too small.
  func best() -> TimedMapping? {
    let frames = frames()
    // A frame's passes are worked out when a strip of it is looked at first.
    var passes: [Int: [RowStationaryPasses]] = [:]
    var best: (rank: RowStationaryRank, timed: TimedMapping)?
    for strip in strips(of: frames) {
      if let best, prunes, strip.bound > best.rank.cycles { break }
      let frame = frames[strip.frame]
      let choices =
        passes[strip.frame]
        ?? frame.passes(in: space, within: prunes ? best?.rank.cycles ?? .max : .max)
      passes[strip.frame] = choices
      evaluate(choices, strip, frame, &best)
    }
    return best?.timed
  }

  /// How images, rows and kernel rows may be cut.
  private func frames() -> [RowStationaryFrame] {
    var frames: [RowStationaryFrame] = []
    for images in RowStationarySpace.divisors(space.request.batch) {
      for rows in space.heights where images == 1 || rows == space.single.outputRows {
        for kernelRows in space.kernelRows {
          let frame = RowStationaryFrame(space, images: images, rows: rows, kernelRows: kernelRows)
          if frame.sets.above > 0 { frames.append(frame) }
        }
      }
    }
    return frames
  }

  /// Frames with the kernels whose sums are in the buffer, the one with the lowest bound first.
  private func strips(of frames: [RowStationaryFrame]) -> [Strip] {
    var strips: [Strip] = []
    let divisors = RowStationarySpace.divisors(space.single.kernels)
    for (index, frame) in frames.enumerated() {
      let work = frame.leastCycles(in: space)
      for kernels in divisors {
        let sums = space.sumBits(images: frame.images, kernels: kernels, rows: frame.rows)
        guard let left = space.room.input(beside: sums),
          frame.channelBits * (frame.images * space.room.alignment) <= left
        else { break }
        let transfers = RowStationaryBound(space, frame, kernels: kernels).leastTransfer
        strips.append(
          Strip(
            frame: index, kernels: kernels, left: left, sums: sums, bound: max(work, transfers)))
      }
    }
    return strips.enumerated().sorted {
      ($0.element.bound, $0.offset) < ($1.element.bound, $1.offset)
    }.map(\.element)
  }

  /// A frame with the kernels whose sums are in the buffer, and what they leave for the input.
  private struct Strip {
    let frame: Int
    let kernels: Int
    let left: Bits
    let sums: Bits
    /// Cycles, at least.
    let bound: Int
  }

  /// Times the passes of a strip that can be better than `best`.
  private func evaluate(
    _ choices: [RowStationaryPasses], _ strip: Strip, _ frame: RowStationaryFrame,
    _ best: inout (rank: RowStationaryRank, timed: TimedMapping)?
  ) {
    let bounds = RowStationaryBound(space, frame, kernels: strip.kernels)
    var open: [(rank: RowStationaryRank, passes: RowStationaryPasses, room: InputRoom)] = []
    for passes in choices where strip.kernels.isMultiple(of: passes.kernels) {
      if let best, prunes, passes.cycles > best.rank.cycles { continue }
      for room in rooms(for: passes, strip, frame) {
        let rank = bounds.rank(of: passes, in: room)
        if let best, prunes, rank >= best.rank { continue }
        open.append((rank, passes, room))
      }
    }
    for index in open.indices.sorted(by: { (open[$0].rank, $0) < (open[$1].rank, $1) }) {
      let (rank, passes, room) = open[index]
      if let best, prunes, rank >= best.rank { return }
      let mapping = space.mapping(
        passes.layout(of: frame, kernels: strip.kernels), inputRoom: room)
      let timed = space.request.time(mapping)
      let found = RowStationaryRank(timed, space.room)
      if best.map({ found < $0.rank }) ?? true { best = (found, timed) }
    }
  }

  /// Where the input of the next tile may find room; none where the tile's own finds none.
  private func rooms(
    for passes: RowStationaryPasses, _ strip: Strip, _ frame: RowStationaryFrame
  ) -> [InputRoom] {
    let room = space.room
    let channels = quotient(passes.channels, room.alignment) * room.alignment
    let image = frame.channelBits * channels
    guard image * frame.images <= strip.left else { return [] }
    let hasBeside = image * (frame.images + 1) <= strip.left
    // Images take turns as a whole, banks sooner; one image beside another never waits.
    if hasBeside, frame.images == 1 || room.banks == nil { return [.beside] }
    return (hasBeside ? [.beside] : []) + [room.inputRoom(beside: strip.sums)]
  }
}

/// By what a mapping is chosen.
struct RowStationaryRank: Comparable {
  /// All cycles, transfers included.
  let cycles: Int
  /// Bits from and to DRAM.
  let moved: Int
  /// Bits from and to the buffers on the array's side.
  let buffered: Int

  init(cycles: Int, moved: Int, buffered: Int) {
    self.cycles = cycles
    self.moved = moved
    self.buffered = buffered
  }

  init(_ timed: TimedMapping, _ room: BufferRoom) {
    let work = timed.work
    cycles = timed.summary.total
    moved = timed.traffic.moved.count
    let buffered =
      room.inputBits(count: work[.inputReads]) + room.weightBits(count: work[.weightReads])
      + room.sumBits(count: work[.outputReads] + work[.outputWrites])
    self.buffered = buffered.count
  }

  static func < (left: RowStationaryRank, right: RowStationaryRank) -> Bool {
    (left.cycles, left.moved, left.buffered) < (right.cycles, right.moved, right.buffered)
  }
}
