internal import Components
internal import Inputs
internal import Networks

/// Which tensors of a weight file stay at full precision, and why.
struct KeptTensors: Sendable {
  /// Names of kernels of depthwise convolutions.
  let depthwise: Set<String>
  private let named: Set<String>
  private let ruled: [String: String]
  private let hasWorkload: Bool

  /// Asks the workload's rule, or without one keeps fully connected layers and shortcuts.
  init(workload: String?, fullPrecision: [String], folders: SpecFolders) throws {
    var reasons: [String: String] = [:]
    var depthwise = Set<String>()
    if let workload {
      let path = try folders.path(of: workload, in: "workloads")
      let checked = try folders.workload(SpecFile(path: path))
      let network = try SyntheticWeights.network(workload, subnet: nil, folders: folders)
      let rule = QuantizationRule(named: checked.spec.fullPrecision)
      for layer in network.layers {
        if layer.channelsPerGroup == 1 { depthwise.formUnion(WeightNames.names(of: layer.name)) }
        guard let reason = rule.reason(for: layer, in: network) else { continue }
        for name in WeightNames.names(of: layer.name) { reasons[name] = reason }
      }
    }
    self.depthwise = depthwise
    named = Set(fullPrecision)
    ruled = reasons
    hasWorkload = workload != nil
  }

  /// Why a tensor stays as it is; nil where it does not.
  func reason(for tensor: TensorDescription, _ shape: TensorShape) -> String? {
    if named.contains(tensor.dataset) { return "full precision: named with --full-precision" }
    if hasWorkload { return ruled[tensor.dataset] ?? ruled[WeightNames.stem(tensor.dataset)] }
    if tensor.dimensions.count == 2 { return "full precision: fully connected" }
    return QuantizationRule.isShortcut(tensor.dataset, rows: shape.rows, columns: shape.columns)
      ? "full precision: shortcut" : nil
  }
}
