internal import Architectures
internal import Components
internal import CostModel
internal import Networks

/// Whole networks on a Xilinx DPU; one constant of the design was fitted on four of them.
enum DPUOnZCU104: ValidationReference {
  static let name = "zcu104-dpu"
  static let source = "Vitis AI model zoo 2.5 and 1.2, ZCU104, one thread, end to end"

  /// 6 %: releases of the same software differ by as much on the same network.
  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let evaluator = Evaluator(try files.design("xilinx-dpu-b4096"))
    var pairs: [String: [Agreement.Pair]] = [:]
    for row in try files.rows("ValidationTests/References/zcu104-dpu/reference.csv") {
      let network = try files.workload(row.text("network")).network(subnet: nil)
      let found = try evaluator.evaluate(network).seconds * 1e3
      let part = "\(try row.text("release")) \(try row.text("role"))"
      pairs[part, default: []].append(Agreement.Pair(try row.real("latency_ms"), found))
    }
    return [
      Agreement(
        "latency, networks it is fitted on", .each(0.06), pairs["2.5 calibration"] ?? []),
      Agreement("latency, other networks", .mean(0.06), pairs["2.5 test"] ?? []),
      Agreement("latency, release 1.2", .mean(0.06), pairs["1.2 test"] ?? []),
      Agreement(
        "latency, release 1.2 of SqueezeNet",
        .gap("release 2.5 is 2.2 times as fast on the same network"), pairs["1.2 outlier"] ?? []),
    ]
  }
}
