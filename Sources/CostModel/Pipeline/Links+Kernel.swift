internal import Architectures
internal import Foundation
internal import Networks
internal import Units

/// A product that many cores work on as a whole, beside its transfers.
struct KernelTiming {
  /// What passes the links from and to DRAM, in cycles.
  struct Transfers {
    var read = 0
    var write = 0

    /// On one port, or on two.
    func cycles(shared: Bool) -> Int { shared ? read + write : max(read, write) }
  }

  /// Cycles of the cores with their operands always ready.
  let compute: Int
  /// All transfers.
  let transfers: Transfers
  /// All of it.
  let total: Int

  /// Transfers that nothing overlaps, before and after compute and those that overlap it.
  ///
  /// These two take the longer of both, or with an exponent `(c^n + t^n)^(1/n)`, which is more where they
  /// are alike.
  init(
    compute: Int, beside: Transfers, exposed: Transfers, sharedPort: Bool, exponent: Double?
  ) {
    self.compute = compute
    transfers = Transfers(
      read: beside.read + exposed.read, write: beside.write + exposed.write)
    let moved = beside.cycles(shared: sharedPort)
    let (short, long) = (min(compute, moved), max(compute, moved))
    var both = long
    if let exponent, short > 0 {
      let ratio = pow(Double(short) / Double(long), exponent)
      both = max(long, Int((Double(long) * pow(1 + ratio, 1 / exponent)).rounded(.up)))
    }
    total = both + exposed.read + exposed.write
  }

  /// The cycles by what the cores did; those that they waited are divided like the transfers.
  var summary: TilePipeline.Summary {
    var summary = TilePipeline.Summary()
    summary.total = total
    summary.spent[.compute] = compute
    let waits = total - compute
    let moved = transfers.read + transfers.write
    let share = moved == 0 ? 0 : Double(transfers.write) / Double(moved)
    let writes = Int((Double(waits) * share).rounded(.down))
    summary.spent[.dramWrite] = writes
    summary.spent[.dramRead] = waits - writes
    return summary
  }

  /// What happened when, as one tile.
  var events: [TileEvent] {
    [
      (TileEvent.Track.read, 0, transfers.read), (.compute, total - compute, total),
      (.write, total - transfers.write, total),
    ].filter { $0.2 > $0.1 }.map { TileEvent(track: $0.0, tile: 0, start: $0.1, end: $0.2) }
      .sorted { $0.start < $1.start }
  }
}

extension Links {
  /// The timing of a task on cores that work on it as a whole; nil on other arrays.
  ///
  /// `traffic` gives what a group moves.
  func kernel(
    _ task: LayerTask, _ traffic: (LayerTask.Groups) -> DRAMTraffic
  ) -> KernelTiming? {
    guard let cores = task.groups[0].layer as? TensorCoreLayer else { return nil }
    var (beside, exposed, all) = (KernelTiming.Transfers(), KernelTiming.Transfers(), 0)
    func add(
      _ cycles: Int, _ overlap: TransferSpec.Overlap,
      _ path: WritableKeyPath<KernelTiming.Transfers, Int>
    ) {
      if overlap == .none {
        exposed[keyPath: path] += cycles
      } else {
        beside[keyPath: path] += cycles
      }
    }
    for groups in task.groups where groups.count > 0 {
      let moved = traffic(groups)
      func cycles(_ link: Link, _ kind: DRAMTraffic.Kind) -> Int {
        link.rate.cycles(for: moved[kind]).count * groups.count
      }
      add(cycles(input, .inputRead), input.overlap, \.read)
      add(cycles(weight, .weightRead), weight.overlap, \.read)
      add(cycles(output, .outputWrite), output.overlap, \.write)
      all += groups.count
    }
    // Images that have kernels of their own follow one another.
    return KernelTiming(
      compute: cores.cycles * quotient(all, cores.nest.groups), beside: beside, exposed: exposed,
      sharedPort: sharedPort, exponent: cores.spec.overlapExponent)
  }

  /// The same under `mapping`.
  func kernel(_ task: LayerTask, mapping: Mapping) -> KernelTiming? {
    kernel(task) { program(task.nest, $0, mapping).traffic }
  }
}
