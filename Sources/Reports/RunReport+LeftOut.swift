internal import Architectures
internal import Components
package import CostModel
internal import Networks

extension NetworkCost {
  /// Things a reader should know before trusting the totals, the gravest first: also what the workload is
  /// a part of.
  package var allWarnings: [String] {
    let leftOut = network.leftOut.map { LeftOutText.warning($0, kept: network.macs) }
    return (leftOut.map { [$0] } ?? []) + warnings
  }
}
