internal import Architectures
internal import Components
internal import Experiments
internal import Networks
internal import Serving
internal import Units

/// What SUSHI's abstract reports at most, beside the best that any cached sub-graph saves here.
enum SushiHeadline: ValidationReference {
  static let name = "sushi-headline"
  static let source = "SUSHI (MLSys 2023), abstract: up to 25 % latency, 78.7 % off-chip energy"

  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    var (latency, bytes) = (0.0, 0.0)
    for workload in ["ofa-resnet50", "ofa-mobilenetv3"] {
      let table = try ProfileBuilder(
        ProfileBuilder.Spec(
          architecture: "sushi-analytic", workload: workload, subnets: nil, batches: nil),
        folders: files.folders
      ).table()
      for subnet in table.subnets.indices {
        let plain = table.cell(subnet, 0, batch: 0)
        for subgraph in table.subgraphs.indices {
          let held = table.cell(subnet, subgraph, batch: 0)
          latency = max(
            latency, 1 - Double(held.latency.count) / Double(plain.latency.count))
          bytes = max(bytes, 1 - Double(held.dramBytes.count) / Double(plain.dramBytes.count))
        }
      }
    }
    return [
      Agreement(
        "latency saved, best sub-network",
        .gap("6 to 19 % of a ResNet50's weights fit, activations cross the pins"),
        [Agreement.Pair(0.25, latency)]),
      Agreement(
        "off-chip traffic saved, best sub-network",
        .gap("the paper's figure is energy, and its activations may stay on chip"),
        [Agreement.Pair(0.787, bytes)]),
    ]
  }
}
