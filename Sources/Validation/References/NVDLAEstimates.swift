internal import Architectures
internal import Components
internal import CostModel
internal import Networks
internal import Units

/// Frames per second that NVDLA's vendor estimates for seven configurations.
enum NVDLAEstimates: ValidationReference {
  static let name = "nvdla-estimates"
  static let source = "NVDLA primer: the vendor's estimates for INT8 ResNet-50, not measurements"

  /// 10 %: estimates of two digits, at a clock that the table does not name; nothing is fitted.
  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let network = try files.workload("resnet50").network(subnet: nil)
    var pairs: [Agreement.Pair] = []
    for row in try files.rows("ValidationTests/References/nvdla-estimates/reference.csv") {
      let bandwidth = "\(try row.text("bandwidth_gb_s")) GB/s"
      let design = try files.design(
        "nvdla-large",
        with: [
          ("datapath.input_channels", row.text("atomic_c")),
          ("datapath.output_channels", row.text("atomic_k")),
          ("memory.buffers.convolution_buffer.size", "\(try row.text("buffer_kib")) KiB"),
          ("memory.dram.bandwidth", bandwidth), ("memory.transfers.input.bandwidth", bandwidth),
          ("memory.transfers.weight.bandwidth", bandwidth),
          ("memory.transfers.output.bandwidth", bandwidth),
        ])
      let seconds = try Evaluator(design).evaluate(network).seconds
      pairs.append(Agreement.Pair(try row.real("fps"), 1 / seconds))
    }
    return [Agreement("frames per second of ResNet-50", .mean(0.1), pairs)]
  }
}
