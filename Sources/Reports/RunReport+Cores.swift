internal import Architectures
internal import Components
internal import CostModel
internal import Units

/// How layers are divided among several cores; nothing on a design of one.
extension RunReport {
  private var cores: CoresSpec? { run.design.architecture.spec.severalCores }

  /// What is said behind the lanes of one core.
  var coresText: String {
    guard let cores else { return "" }
    guard !run.design.kinds.isEmpty else {
      return ", on each of \(NumberText.count(cores.count)) cores"
    }
    return ", on \(NumberText.count(cores.count)) of \(NumberText.count(cores.total)) cores"
  }

  /// The network, and what crossed it.
  var networkFact: [(String, String)] {
    guard let cores, let network = cores.network else { return [] }
    let columns = network.columns.map { " of \($0) columns" } ?? ""
    let divided = run.entries.compactMap(\.cost.cores)
    let most = divided.map(\.used).max() ?? 1
    let kinds = CoresSpec.Split.allCases.compactMap { kind -> String? in
      let count = divided.count { $0.split == kind }
      return count == 0 ? nil : "\(count) by \(kind.rawValue)"
    }
    let alone = divided.count { $0.split == nil && $0.stage == nil }
    let parts = kinds + (alone == 0 ? [] : ["\(alone) on one core"])
    return [
      (
        "network",
        "\(network.kind.rawValue)\(columns), \(network.bandwidth) a "
          + (network.kind == .bus ? "bus" : "link")
          + (network.multicast ?? false ? ", multicast" : "")
          + "; \(NumberText.bytes(run.totals[.linkBytes])) over its links"
      ),
      (
        "division",
        "split \((cores.split ?? .best).rawValue): \(parts.joined(separator: ", ")), at most "
          + "\(most) cores"
      ),
    ] + kindFacts(cores) + pipelineFacts(cores)
  }

  /// Layers that run beside one another, with what share of the time each core works.
  private func pipelineFacts(_ cores: CoresSpec) -> [(String, String)] {
    guard let pipeline = cores.pipeline else { return [] }
    let name = "pipeline by \((pipeline.objective ?? .latency).rawValue)"
    let stages = run.entries.compactMap { entry in
      entry.cost.cores?.stage.map { (name: entry.name, stage: $0) }
    }
    guard !stages.isEmpty else {
      return [(name, "no layers run beside one another")]
    }
    let all = (stages.last?.stage.segment ?? 0) + 1
    return (0..<all).map { segment in
      let own = stages.filter { $0.stage.segment == segment }
      let shares = own.map { entry in
        let share = Double(entry.stage.busy.count) / Double(max(entry.stage.total.count, 1))
        return "\(entry.name) \(((share * 1000).rounded() / 10).plain) %"
      }
      return (
        segment == 0 ? name : "",
        "\(NumberText.count(own.first?.stage.total.count ?? 0)) cycles, cores busy: "
          + shares.joined(separator: ", ")
      )
    }
  }

  /// What each kind of cores did, where cores differ.
  private func kindFacts(_ cores: CoresSpec) -> [(String, String)] {
    let shares = run.coreShares
    return zip(run.design.kinds, shares).enumerated().map { index, entry in
      let (kind, share) = entry
      let datapath = kind.design.datapath
      let busy = 100 * Double(share.cycles.count) / Double(max(run.cycles.count, 1))
      return (
        index == 0 ? "kinds by \((cores.objective ?? .latency).rawValue)" : "",
        "\(kind.name): \(kind.count) of \(NumberText.count(datapath.lanes)) \(datapath.lane)s "
          + "(\(kind.design.architecture.spec.datapath.kind)), \(share.layers) "
          + (share.layers == 1 ? "layer" : "layers")
          + ", busy \(((busy * 10).rounded() / 10).plain) %"
      )
    }
  }

  /// The column that says how a layer is divided, where there are several cores.
  var coreColumn: [Table.Column] { cores == nil ? [] : [.init("cores", "cores")] }

  /// The cell of that column.
  func coreCell(_ cost: LayerCost?) -> [Table.Cell] {
    guard cores != nil else { return [] }
    guard let use = cost?.cores else { return [.text("")] }
    if let stage = use.stage { return [.text("stage \(stage.place + 1) of \(stage.count)")] }
    let kind = use.kind.map { "\($0) " } ?? ""
    return [.text(kind + (use.split.map { "\(use.used) \($0.rawValue)" } ?? "1"))]
  }
}
