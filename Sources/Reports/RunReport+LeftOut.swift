internal import Architectures
internal import Components
internal import CostModel
internal import Networks

/// What the workload of a run is a part of.
extension RunReport {
  /// Things a reader should know before trusting the totals, the gravest first.
  var warnings: [String] {
    let leftOut = run.network.leftOut.map { LeftOutText.warning($0, kept: run.network.macs) }
    return (leftOut.map { [$0] } ?? []) + run.warnings
  }

  /// `left_out` of the document: what an import left out of the workload, nothing for a whole one.
  var leftOutMembers: [String: JSONValue] {
    guard let leftOut = run.network.leftOut else { return [:] }
    return [
      "left_out": .object([
        "operators": .integer(leftOut.operators), "macs": .integer(leftOut.macs),
        "unknown_operators": .integer(leftOut.unknownOperators ?? 0),
      ])
    ]
  }
}
