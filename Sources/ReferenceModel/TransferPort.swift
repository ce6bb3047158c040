internal import Units

/// A link to DRAM that carries out transfers in a fixed order, some bytes every cycle.
struct TransferPort {
  /// What a transfer waits for and what it moves.
  struct Job: Hashable {
    enum Kind: Hashable {
      /// Into the other half of a buffer: waits for the tile before last.
      case load
      /// Into the half in use: waits for the tile before.
      case exposedLoad
      /// Beside the computation that uses it.
      case stream
      /// Finished results; waits for all of them.
      case store
      /// Results as they are finished.
      case streamingStore
    }

    enum Operand: Hashable {
      case input(Int)
      case weight(Int)
      case output(Int)
    }

    let kind: Kind
    let tile: TileWork
    /// What is moved; nil for a job that only keeps the order.
    let operand: Operand?
    /// What passes at the rate: bits on the link, or in a coder that is slower.
    let bits: Int
    let rate: BytesPerCycle
    /// The same as bits on chip.
    let raw: Int
    /// The same as bits on the link.
    let linkBits: Int

    /// Bits that pass while `raw` of those on chip do.
    func passing(_ raw: Int) -> Int {
      bits == self.raw ? raw : bits * raw / max(self.raw, 1)
    }

    /// Bits on chip once `passed` bits have passed.
    func onChip(_ passed: Int) -> Int {
      bits == raw ? passed : passed >= bits ? raw : raw * passed / max(bits, 1)
    }

    var takesNoTime: Bool { bits == 0 || rate.bytes == 0 }
  }

  private(set) var jobs: [Job] = []
  private var head = 0
  /// Bits moved of the current job, times the cycles of its rate.
  private var progress = 0
  /// Jobs of each tile that have not ended, the storing ones left out.
  private(set) var pendingLoads: [Int: Int] = [:]

  /// The job at the head of the queue.
  var current: Job? { head < jobs.count ? jobs[head] : nil }

  mutating func append(_ job: Job) {
    jobs.append(job)
    if job.kind == .load || job.kind == .exposedLoad {
      pendingLoads[job.tile.index, default: 0] += 1
    }
  }

  /// Whether some of the current job has been moved.
  var hasBegun: Bool { progress > 0 }

  /// Whether the current job takes no time.
  var isInstant: Bool { current?.takesNoTime ?? false }

  /// Moves data for one cycle, at most up to `available` bits; true when the job has ended.
  mutating func step(available: Int) -> Bool {
    guard let job = current else { return false }
    progress = min(progress + job.rate.bytes * 8, available * job.rate.cycles)
    return progress >= job.bits * job.rate.cycles
  }

  /// Whole bits of the current job that have been moved.
  var moved: Int { current.map { progress / $0.rate.cycles } ?? 0 }

  /// Removes the current job.
  mutating func end() {
    guard let job = current else { return }
    if job.kind == .load || job.kind == .exposedLoad { pendingLoads[job.tile.index]? -= 1 }
    head += 1
    progress = 0
  }

  /// Whether all loads of a tile that it waits for have ended.
  func hasLoaded(_ tile: Int) -> Bool { pendingLoads[tile, default: 0] == 0 }
}
