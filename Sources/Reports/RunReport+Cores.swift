internal import Architectures
internal import CostModel
internal import Units

/// How layers are divided among several cores; nothing on a design of one.
extension RunReport {
  private var cores: CoresSpec? { run.design.architecture.spec.severalCores }

  /// What is said behind the lanes of one core.
  var coresText: String {
    cores.map { ", on each of \(NumberText.count($0.count)) cores" } ?? ""
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
    let alone = divided.count { $0.split == nil }
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
    ]
  }

  /// The column that says how a layer is divided, where there are several cores.
  var coreColumn: [Table.Column] { cores == nil ? [] : [.init("cores", "cores")] }

  /// The cell of that column.
  func coreCell(_ cost: LayerCost?) -> [Table.Cell] {
    guard cores != nil else { return [] }
    guard let use = cost?.cores else { return [.text("")] }
    return [.text(use.split.map { "\(use.used) \($0.rawValue)" } ?? "1")]
  }
}
