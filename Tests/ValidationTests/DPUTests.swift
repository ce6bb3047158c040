import Architectures
import CostModel
import Networks
import TestSupport
import Testing
import Units

// Does the one calibrated constant of the DPU follow from the networks it is said to be fitted on,
// and does it carry over to others?
@Suite struct DPUTests {
  /// A network of release 2.5: milliseconds measured, milliseconds without layer overhead, and
  /// layers that have one.
  private struct Row {
    let name: String
    let isCalibration: Bool
    let measured: Double
    let bare: Double
    let layers: Double

    /// Relative error with `overhead` milliseconds a layer.
    func error(_ overhead: Double) -> Double { (bare + overhead * layers) / measured - 1 }
  }

  private func rows() throws -> (rows: [Row], overhead: Double) {
    let design = try design(named: "xilinx-dpu-b4096")
    let evaluator = Evaluator(design)
    let spec = design.architecture.spec
    let overhead = spec.frequency.seconds(spec.layerOverhead) * 1e3
    let rows = try reference("zcu104-dpu").filter { try $0.text("release") == "2.5" }.map { row in
      let name = try row.text("network")
      let run = try evaluator.evaluate(
        Workload(Repository.file("workloads/\(name).yaml")).network(subnet: nil))
      let charged = run.entries.filter { $0.layer?.operation != .depthwiseConvolution }.count
      return Row(
        name: name, isCalibration: try row.text("role") == "calibration",
        measured: try #require(Double(try row.text("latency_ms"))),
        bare: run.seconds * 1e3 - overhead * Double(charged), layers: Double(charged))
    }
    return (rows, overhead)
  }

  /// The overhead with the least sum of squared relative errors.
  private func fit(_ rows: [Row]) -> Double {
    let products = rows.map { ($0.layers / $0.measured, 1 - $0.bare / $0.measured) }
    return products.reduce(0) { $0 + $1.0 * $1.1 } / products.reduce(0) { $0 + $1.0 * $1.0 }
  }

  /// Mean absolute error of every row, predicted with the overhead fitted on the others.
  private func leaveOneOut(_ rows: [Row]) -> Double {
    let errors = rows.indices.map { left in
      let others = rows.indices.filter { $0 != left }.map { rows[$0] }
      let error = rows[left].error(fit(others))
      print("DPU: \(rows[left].name), left out: \(error * 100) %")
      return abs(error)
    }
    return errors.reduce(0, +) / Double(errors.count)
  }

  @Test func calibration() throws {
    let (rows, overhead) = try rows()
    let calibration = rows.filter(\.isCalibration)
    #expect(rows.count == 8)
    #expect(calibration.count == 4)
    // Rounded to a tenth of a microsecond.
    #expect(abs(fit(calibration) - overhead) < 0.000_05)
    #expect(abs(leaveOneOut(calibration) - 0.010) < 0.000_5)
    #expect(abs(leaveOneOut(rows) - 0.042) < 0.000_5)
  }

  /// Smaller sub-networks have as many layers, smaller maps and the same weights to load per
  /// multiply-accumulate, or more: their latency falls more slowly than their work.
  @Test func latencyFallsMoreSlowlyThanWork() throws {
    let evaluator = Evaluator(try design(named: "xilinx-dpu-b4096"))
    let workload = try Workload(Repository.file("workloads/ofa-resnet50.yaml"))
    var before: (macs: Double, seconds: Double)?
    for name in ["4.1B", "3.7B", "2.4B", "1.8B", "0.9B", "0.6B"] {
      let run = try evaluator.evaluate(workload.network(subnet: name))
      if let before {
        let (work, time) = (before.macs / Double(run.macs), before.seconds / run.seconds)
        #expect(time > 1 && time < work, "\(name): \(time) of \(work)")
      }
      before = (Double(run.macs), run.seconds)
    }
  }
}
