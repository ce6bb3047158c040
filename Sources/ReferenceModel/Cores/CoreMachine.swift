public import Architectures
public import CostModel
internal import Units

/// Several cores and the network between them and the memory, cycle by cycle.
///
/// Each core is a `ReferenceMachine` on its part of a layer. In every cycle the memory and every link
/// carry as much as they can; a core whose transfer finds no room waits. Transfers are planned ahead:
/// data leaves the memory early enough to arrive when the core takes it.
public struct CoreMachine: Sendable {
  /// What the parts of a layer are carried out on.
  private let first: ReferenceMachine
  private let others: ReferenceMachine
  private let spec: ArchitectureSpec
  private let network: NetworkOnChipSpec
  let routes: CoreRoutes
  let lanes: Int

  /// Cores of `architecture`, which has several; `others` are those that the network brings data to,
  /// whose links to DRAM are no faster than it.
  public init?(
    _ architecture: Architecture, others: Architecture, datapath: any Datapath
  ) {
    guard let network = architecture.spec.severalCores?.network,
      let near = ReferenceMachine(architecture, datapath: datapath),
      let far = ReferenceMachine(others, datapath: datapath)
    else { return nil }
    (first, self.others, self.network) = (near, far, network)
    spec = architecture.spec
    routes = CoreRoutes(network)
    lanes = datapath.lanes
  }

  /// What was found.
  public struct Run: Sendable {
    /// Cycles from the first transfer to the last.
    public var cycles = 0
    /// The layer's sums, images x kernels x rows x columns.
    public var sums: [Int32] = []
    /// What each core did.
    public var cores: [ReferenceRun] = []
    /// Cycles in which a transfer waited for the memory or a link that others used.
    public var waits = 0
  }

  /// A link or a port of the memory in one cycle.
  private struct Slot: Hashable {
    enum Place: Hashable {
      case read
      case write
      case link(CoreRoutes.Link)
    }
    let place: Place
    let time: Int
  }

  /// What passes a place in one cycle: its share of what can pass, and what is sent to several.
  private struct Use {
    var share = 0.0
    var sent: Set<Sent> = []
  }

  /// Data that is the same for several cores.
  private struct Sent: Hashable {
    let operand: TransferPort.Job.Operand
    let moved: Int
    /// The core that it is for, where it is not sent to several.
    let core: Int?
  }

  /// Carries `parts` out side by side; `summing` adds their sums up.
  public func run(
    _ parts: [CorePart], common: CommonOperands, summing: Bool
  ) throws(ReferenceFailure) -> Run {
    var result = Run()
    var executions = parts.enumerated().map { core, part in
      (core == 0 ? first : others).execution(
        part.layer, part.operands, mapping: part.mapping, moves: part.moves, batch: part.batch)
    }
    var uses: [Slot: Use] = [:]
    var ends: [Int?] = Array(repeating: nil, count: parts.count)
    var time = 0
    while ends.contains(nil) {
      // Who asks first changes from cycle to cycle.
      for turn in parts.indices {
        let core = (turn + time) % parts.count
        guard ends[core] == nil else { continue }
        if try executions[core].settled() {
          ends[core] = time
          continue
        }
        let requests = executions[core].requests
        let granted = requests.map { request in
          guard let request else { return true }
          return grant(request, to: core, at: time, common, &uses, &result)
        }
        try executions[core].step(granted: granted)
      }
      time += 1
    }
    for core in parts.indices { result.cores.append(try executions[core].finished()) }
    let hop = network.hopLatency?.count ?? 1
    let arrivals = ends.enumerated().map { core, end in
      (end ?? 0) + hop * routes.links(to: core).count
    }
    join(parts, summing: summing, into: &result)
    if summing {
      var passing = SumMachine(
        ready: arrivals, count: result.sums.count, lanes: lanes, routes, network, spec)
      result.cycles = passing.run()
    } else {
      // The last result is as long under way as the first operand was.
      result.cycles =
        arrivals.enumerated().map { $0.element + hop * routes.links(to: $0.offset).count }.max()
        ?? 0
    }
    return result
  }

  /// Puts the sums of the parts where they belong, or adds those that belong together.
  private func join(_ parts: [CorePart], summing: Bool, into result: inout Run) {
    let count = (parts.flatMap(\.places).max() ?? -1) + 1
    result.sums = Array(repeating: 0, count: count)
    for (part, run) in zip(parts, result.cores) {
      for (place, sum) in zip(part.places, run.sums) {
        result.sums[place] = summing ? result.sums[place] + sum : sum
      }
    }
  }

  // MARK: Links

  /// Whether the memory and every link on the way have room for a transfer in this cycle; takes it.
  private func grant(
    _ request: (job: TransferPort.Job, moved: Int), to core: Int, at time: Int,
    _ common: CommonOperands, _ uses: inout [Slot: Use], _ result: inout Run
  ) -> Bool {
    let (job, moved) = request
    let hop = network.hopLatency?.count ?? 1
    let (own, isCommon, isLoad) = kind(of: job, common)
    guard let operand = job.operand else { return true }
    let sent = Sent(
      operand: operand, moved: moved,
      core: isCommon && network.multicast ?? false ? nil : core)
    let route = isLoad ? routes.links(to: core) : routes.links(from: core)
    let start = isLoad ? time : time + hop * route.count
    let port: Slot.Place = isLoad || spec.memory.dram.ports == .shared ? .read : .write
    let atMemory = isLoad ? start : start + hop * route.count
    var slots = [(Slot(place: port, time: atMemory), share(job, of: own))]
    for (place, link) in route.enumerated() {
      slots.append(
        (Slot(place: .link(link), time: start + hop * place), share(job, of: network.bandwidth)))
    }
    let isFree = slots.allSatisfy { slot, share in
      let use = uses[slot, default: Use()]
      return use.sent.contains(sent) || use.share + share <= 1 + 1e-9
    }
    guard isFree else {
      result.waits += 1
      return false
    }
    for (slot, share) in slots where uses[slot, default: Use()].sent.insert(sent).inserted {
      uses[slot, default: Use()].share += share
    }
    return true
  }

  /// The link of DRAM that a transfer takes, whether all cores take it, and whether it is a load.
  private func kind(
    of job: TransferPort.Job, _ common: CommonOperands
  ) -> (Bandwidth, Bool, Bool) {
    let links = spec.memory.transfers
    switch job.operand {
    case .weight: return (links.weight.bandwidth, common.weight, true)
    case .output: return (links.output.bandwidth, false, false)
    case .input, nil: return (links.input.bandwidth, common.input, true)
    }
  }

  /// The share of what passes in a cycle at `bandwidth` that a transfer fills.
  private func share(_ job: TransferPort.Job, of bandwidth: Bandwidth) -> Double {
    let all = bandwidth.perCycle(at: spec.frequency)
    guard all.bytes > 0 else { return 0 }
    return Double(job.rate.bytes) / Double(job.rate.cycles) * Double(all.cycles) / Double(all.bytes)
  }
}
