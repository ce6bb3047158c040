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

  /// Policy, bytes by definition, and every map with who reads it from where.
  var mapsDocument: JSONValue {
    let plan = run.maps
    let spec = run.design.architecture.spec
    return .object([
      "policy": .string(plan.policy.rawValue), "stated": .bool(stated),
      "capacity_bytes": plan.policy == .none ? .null : .integer(plan.capacity.count),
      "memory": spec.mapKeeper.map { .string($0.name) } ?? .null,
      "read_bytes": .integer(plan.read.count), "written_bytes": .integer(plan.written.count),
      "peak_bytes": .integer(plan.peak.count),
      "groups": .array(
        plan.groups.map { stages in
          .array(stages.map { .string(plan.maps.stages[$0].name) })
        }),
      "maps": .array(plan.maps.maps.indices.map(mapDocument)),
    ])
  }

  private func mapDocument(_ map: Int) -> JSONValue {
    let plan = run.maps
    let own = plan.maps.maps[map]
    let stages = plan.maps.stages
    var readers: [JSONValue] = []
    for (place, stage) in stages.enumerated() {
      for (index, read) in stage.reads.enumerated() where read.map == map {
        readers.append(
          .object([
            "name": .string(stage.name), "as": .string(read.use.word),
            "from": .string(plan.isHeld(index, of: place) ? "chip" : "dram"),
          ]))
      }
    }
    let holding = plan.holdings.first { $0.map == map }
    return .object([
      "name": .string(own.name), "elements": .integer(own.elements * plan.batch),
      "producer": own.producer.map { .string(stages[$0].name) } ?? .null,
      "written": .bool(own.producer != nil && plan.isStored(map)), "readers": .array(readers),
      "on_chip_bytes": .integer(holding?.bytes.count ?? 0),
      "on_chip": holding.map { .string($0.isWindow ? "rows" : "whole") } ?? .null,
    ])
  }
}

extension StoredMaps.Use {
  /// What reports call it.
  fileprivate var word: String {
    switch self {
    case .input: "input"
    case .factor: "factor"
    case .term: "term"
    case .kernels: "kernels"
    }
  }
}
