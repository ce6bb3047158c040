internal import Components
internal import Inputs
internal import Networks
internal import Reports

/// A workload as a file that means the same: blocks written out, every parameter given.
struct WorkloadText {
  private let workload: Workload
  private let supernets: Registry<Supernet>

  init(_ workload: Workload, _ supernets: Registry<Supernet>) {
    self.workload = workload
    self.supernets = supernets
  }

  /// What every file begins with.
  private struct Head: Encodable {
    let name: String
    let summary: String
    let source: String
  }

  /// The file.
  var text: String {
    get throws(InputError) { try file() }
  }

  private func file() throws(InputError) -> String {
    let spec = workload.spec
    let head = try SpecKind.yaml(Head(name: spec.name, summary: spec.summary, source: spec.source))
    let precision =
      spec.fullPrecision.map { names in
        let list = names.map { JSONValue.string($0).text }.joined(separator: ", ")
        return "full_precision: [\(list)]\n"
      } ?? ""
    if let transformer = workload.transformer {
      return try head + precision
        + nested("transformer", SpecKind.yaml(transformer.model.filled))
        + nested("iteration", SpecKind.yaml(transformer.iteration.spec))
    }
    if let graph = spec.graphNetwork {
      return try head + precision + nested("graph_network", SpecKind.yaml(graph.resolved))
    }
    switch workload.content {
    case .network:
      var leftOut = ""
      if let spec = spec.leftOut { leftOut = nested("left_out", try SpecKind.yaml(spec)) }
      return head + leftOut + precision
        + workload.listing { JSONValue.string($0).text }
    case .supernet(_, let subnets):
      guard let choice = spec.supernet else { return head }
      let space = try supernets.make(choice).text
      return try head + precision + nested("supernet", space)
        + (subnets.isEmpty ? "" : nested("subnets", SpecKind.yaml(subnets)))
    }
  }

  private func nested(_ key: String, _ text: String) -> String {
    "\(key):\n"
      + text.split(separator: "\n", omittingEmptySubsequences: false).map {
        $0.isEmpty ? "" : "  \($0)\n"
      }.joined()
  }
}
