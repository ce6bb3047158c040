internal import CostModel

/// One sweep of dot-product engines over a strip.
struct DotProductPass {
  /// What one slot of an engine works on: a channel and some of its taps.
  struct Slot {
    let channel: Int
    let taps: [Int]
  }

  let kernels: Range<Int>
  let slots: [Slot]
  /// Channels that the pass reads, each once.
  let channels: [Int]
  /// Elements read for an output pixel where the pass sweeps those.
  let reads: Int
  let isFirst: Bool
  let isLast: Bool

  /// Input channels side by side: a 1 x 1 kernel may put a further channel under each tap.
  static func channels(_ spec: DotProductArray.Spec, _ problem: Problem) -> Int {
    spec.inputChannels * (problem.taps == 1 && spec.pointwise == .foldInput ? spec.taps : 1)
  }

  /// All sweeps of a tile: blocks of kernels, in each the slots pass by pass.
  static func passes(
    _ spec: DotProductArray.Spec, _ problem: Problem, _ tile: TileWork
  ) -> [DotProductPass] {
    var passes: [DotProductPass] = []
    let block = problem.isDepthwise ? spec.depthwiseChannels : spec.outputChannels
    for kernels in ranges(tile.kernels, block) {
      let cuts =
        problem.isDepthwise
        ? byTaps(spec, problem, kernels, sideBySide: kernels.count)
        : cheapest(spec, problem, tile.channels)
      for (number, slots) in cuts.enumerated() {
        var channels: [Int] = []
        for slot in slots where !channels.contains(slot.channel) { channels.append(slot.channel) }
        passes.append(
          DotProductPass(
            kernels: kernels, slots: slots, channels: channels,
            reads: isAugmented(spec, problem) ? slots.count : channels.count,
            isFirst: number == 0 && tile.isFirstChannels,
            isLast: number == cuts.count - 1 && tile.isLastChannels))
      }
    }
    return passes
  }

  private static func cheapest(
    _ spec: DotProductArray.Spec, _ problem: Problem, _ channels: Range<Int>
  ) -> [[Slot]] {
    if isAugmented(spec, problem) { return byRows(spec, problem, channels) }
    let taps = byTaps(spec, problem, channels, sideBySide: self.channels(spec, problem))
    guard problem.taps > spec.taps, spec.taps > 1 else { return taps }
    let windows = byWindows(spec, problem, channels)
    return windows.count < taps.count ? windows : taps
  }

  /// Blocks of channels, in each groups of taps one after the other.
  private static func byTaps(
    _ spec: DotProductArray.Spec, _ problem: Problem, _ channels: Range<Int>, sideBySide: Int
  ) -> [[Slot]] {
    ranges(channels, sideBySide).flatMap { block in
      ranges(0..<problem.taps, spec.taps).map { taps in
        block.map { Slot(channel: $0, taps: Array(taps)) }
      }
    }
  }

  /// Whether a layer leaves slots empty that may hold further taps of a kernel row.
  private static func isAugmented(_ spec: DotProductArray.Spec, _ problem: Problem) -> Bool {
    spec.channelAugmentation && !problem.isDepthwise && problem.channels < spec.inputChannels
  }

  /// Kernel rows, in each the columns with their channels side by side.
  private static func byRows(
    _ spec: DotProductArray.Spec, _ problem: Problem, _ channels: Range<Int>
  ) -> [[Slot]] {
    (0..<problem.kernelRows).flatMap { row in
      let slots = (0..<problem.kernelColumns).flatMap { column in
        channels.map { Slot(channel: $0, taps: [row * problem.kernelColumns + column]) }
      }
      return ranges(slots.indices, spec.inputChannels).map { Array(slots[$0]) }
    }
  }

  /// Squares of taps; those of one place in the kernel stand side by side, one per channel.
  private static func byWindows(
    _ spec: DotProductArray.Spec, _ problem: Problem, _ channels: Range<Int>
  ) -> [[Slot]] {
    var side = 1
    while (side + 1) * (side + 1) <= spec.taps { side += 1 }
    var slots: [Slot] = []
    for rows in ranges(0..<problem.kernelRows, side) {
      for columns in ranges(0..<problem.kernelColumns, side) {
        let taps = rows.flatMap { y in columns.map { y * problem.kernelColumns + $0 } }
        slots += channels.map { Slot(channel: $0, taps: taps) }
      }
    }
    return ranges(slots.indices, spec.inputChannels).map { Array(slots[$0]) }
  }
}
