internal import Architectures
internal import CostModel
internal import Networks
internal import Units

/// Where the maps between layers are.
extension RunReport {
  private var stated: Bool { run.design.architecture.spec.activations != nil }

  var mapsFact: [(String, String)] {
    let plan = run.maps
    let moved = NumberText.bytes(plan.moved.count)
    guard plan.policy != .none else {
      return [
        (
          "maps",
          "policy none" + (stated ? "" : " (no `activations:`)")
            + ", \(moved) cross the pins, once for each reader"
            + (run.network.connections == nil
              ? "; the file does not say what reads what, so sums are not among them" : "")
        )
      ]
    }
    let memory =
      run.design.architecture.spec.mapKeeper == .persistentBuffer
      ? "the persistent buffer" : "a memory of their own"
    let groups =
      plan.groups.isEmpty
      ? "" : ", \(plan.groups.reduce(0) { $0 + $1.count }) layers row by row"
    return [
      (
        "maps",
        "policy \(plan.policy.rawValue), \(NumberText.bytes(plan.capacity.count)) of \(memory)"
          + "\(groups), \(moved) cross the pins, \(NumberText.bytes(plan.peak.count)) live at most"
      )
    ]
  }
}
