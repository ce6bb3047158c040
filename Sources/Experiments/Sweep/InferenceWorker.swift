internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import Units
internal import WeightAnalysis

/// Runs inferences one after the other and remembers what neighbouring points share.
struct InferenceWorker: PointWorker {
  /// What a point asks for, read and checked.
  struct Reading {
    let design: Design
    let network: Network
    let tensors: [String: QuantizedTensor]
    let workload: Workload
    let area: AreaTable?
    let batch: Int
    let cached: String
    /// What the sub-graph depends on beside `cached`.
    let key: String
  }

  private let evaluator: InferenceEvaluator
  /// Architectures without edits, and sections with them.
  private var originals = BoundedCache<Architecture>()
  private var sections = BoundedCache<ArchitectureSection?>()
  private var datapaths = BoundedCache<Registry<any Datapath>.Resolved>()
  private var architectures = BoundedCache<Architecture>()
  private var prices = BoundedCache<EnergyTable>()
  private var areas = BoundedCache<AreaTable>()
  private var designs = BoundedCache<Design>()
  private var workloads = BoundedCache<Workload>()
  private var networks = BoundedCache<Network>()
  private var tensors = BoundedCache<[String: QuantizedTensor]>(capacity: 4)
  private var subgraphs = BoundedCache<Subgraph>()
  private var memo = LayerMemo()

  init(_ evaluator: InferenceEvaluator) { self.evaluator = evaluator }

  mutating func evaluate(_ point: DesignPoint, effort: PointEffort) -> PointResult {
    do throws(PointFailure) {
      let reading = try read(point)
      return .ran(
        effort == .full ? try run(reading, point) : estimate(reading))
    } catch {
      return error.result
    }
  }

  // MARK: Reading

  /// Everything a point needs, from its files with the point's values written into them.
  @discardableResult
  mutating func read(_ point: DesignPoint) throws(PointFailure) -> Reading {
    let evaluator = evaluator
    let edits = PointEdits(point, targets: evaluator.targets)
    func field(_ name: String) -> String? { edits.fields[name] ?? evaluator.base[name] }
    let batchText = field("batch") ?? "1"
    guard let batch = Int(batchText), (1...256).contains(batch) else {
      throw PointFailure("batch: expected 1 to 256, found `\(batchText)`")
    }
    let (design, architectureKey) = try self.design(edits)
    let workloadKey = (field("workload") ?? "") + edits.key("workload")
    let workload = try workloads.value(workloadKey) { () throws(PointFailure) in
      let file = try evaluator.source(field("workload") ?? "", "workloads", "workload", edits)
      return try PointFailure.located { () throws(InputError) in try Workload(file) }
    }
    let subnet = field("subnet")
    let networkKey = "\(workloadKey)\n\(subnet ?? "")"
    let network = try networks.value(networkKey) { () throws(PointFailure) in
      if let picked = point.subnet, case .supernet(let space, _) = workload.content {
        do {
          return Network(
            name: workload.spec.name, subnet: subnet, layers: try space.layers(of: picked))
        } catch {
          throw PointFailure("subnet: \(error)")
        }
      }
      return try PointFailure.located { () throws(InputError) in
        try workload.network(subnet: subnet)
      }
    }
    let areaName = field("area") ?? design.architecture.spec.area
    var area: AreaTable?
    if let areaName {
      area = try areas.value(areaName + edits.key("area_table")) { () throws(PointFailure) in
        let file = try evaluator.source(areaName, "arch/area", "area_table", edits)
        return try PointFailure.located { () throws(InputError) in try AreaTable(file) }
      }
    }
    return Reading(
      design: design, network: network,
      tensors: try weights(field("weights"), network, workload, networkKey, design),
      workload: workload, area: area, batch: batch, cached: field("cached") ?? "none",
      key: "\(architectureKey)\n\(networkKey)\n\(field("weights") ?? "")")
  }

  /// The design of a point, whatever runs on it.
  mutating func design(_ point: DesignPoint) throws(PointFailure) -> Design {
    try design(PointEdits(point, targets: evaluator.targets)).design
  }

  /// The design that a point's values make, and the key of its architecture.
  private mutating func design(
    _ edits: PointEdits
  ) throws(PointFailure) -> (design: Design, key: String) {
    let evaluator = evaluator
    func field(_ name: String) -> String? { edits.fields[name] ?? evaluator.base[name] }
    let name = field("architecture") ?? ""
    let architectureKey = name + edits.key("architecture")
    let architecture = try self.architecture(name, architectureKey, edits)
    let table = field("energy") ?? architecture.spec.energy.table
    let preset = field("dram") ?? architecture.spec.energy.dram
    let priceKey =
      "\(table)\n\(preset)" + edits.key("energy_table") + "\n" + edits.key("dram_preset")
    let energy = try prices.value(priceKey) { () throws(PointFailure) in
      let table = try evaluator.source(table, "arch/energy", "energy_table", edits)
      let preset = try evaluator.source(preset, "arch/energy/dram", "dram_preset", edits)
      return try PointFailure.located { () throws(InputError) in
        try EnergyTable(table: table, dram: preset)
      }
    }
    guard energy.spec.unit == evaluator.energyUnit else {
      throw PointFailure(
        "energy: \(energy.spec.name) is in \(energy.spec.unit.rawValue), the sweep is in "
          + evaluator.energyUnit.rawValue)
    }
    let datapathKey = name + (edits.sections["datapath"] ?? "")
    let datapath = try datapaths.value(datapathKey) { () throws(PointFailure) in
      try PointFailure.located { () throws(InputError) in
        try Datapaths.registry.make(architecture.spec.datapath)
      }
    }
    let design = try designs.value(architectureKey + "\n" + priceKey) { () throws(PointFailure) in
      try PointFailure.located { () throws(InputError) in
        try Design.check(architecture, datapath.member)
      }
      return Design(architecture, datapath: datapath, energy: energy)
    }
    return (design, architectureKey)
  }

  /// The architecture called `name` with a point's values; sections that other points share are
  /// decoded once.
  private mutating func architecture(
    _ name: String, _ key: String, _ edits: PointEdits
  ) throws(PointFailure) -> Architecture {
    let evaluator = evaluator
    let original = try originals.value(name) { () throws(PointFailure) in
      try PointFailure.located { () throws(InputError) in
        try Architecture(evaluator.folders.file(at: evaluator.folders.path(of: name, in: "arch")))
      }
    }
    guard !edits.sections.isEmpty else { return original }
    var changed: [ArchitectureSection] = []
    let file = try evaluator.source(name, "arch", "architecture", edits)
    for (section, text) in edits.sections.sorted(by: { $0.key < $1.key }) {
      let made = try sections.value("\(name)\n\(section)\(text)") { () throws(PointFailure) in
        try PointFailure.located { () throws(InputError) in
          try ArchitectureSection(section, of: file)
        }
      }
      guard let made else {
        return try PointFailure.located { () throws(InputError) in try Architecture(file) }
      }
      changed.append(made)
    }
    let sections = changed
    return try architectures.value(key) { () throws(PointFailure) in
      try PointFailure.located { () throws(InputError) in
        try original.replacing(sections, of: file)
      }
    }
  }

  private mutating func weights(
    _ path: String?, _ network: Network, _ workload: Workload, _ networkKey: String,
    _ design: Design
  ) throws(PointFailure) -> [String: QuantizedTensor] {
    guard let path else {
      guard !design.datapath.needsWeights else {
        throw PointFailure(
          "weights: \(design.architecture.spec.name) counts weight values, name a file")
      }
      return [:]
    }
    return try tensors.value("\(path)\n\(networkKey)") { () throws(PointFailure) in
      try PointFailure.located { () throws(InputError) in
        let isSupernet = if case .supernet = workload.content { true } else { false }
        let binding = WeightBinding(
          try WeightFile(path: path), layout: nil, allowsSlices: isSupernet)
        return try binding.bind(network).tensors
      }
    }
  }

  // MARK: Running

  private mutating func run(_ reading: Reading, _ point: DesignPoint) throws(PointFailure)
    -> [Double]
  {
    let simulation = NetworkSimulation(reading.design)
    let held = try subgraph(reading, simulation)
    let run: NetworkRun
    do {
      run = try simulation.run(
        reading.network, weights: reading.tensors, cached: held, batch: reading.batch, memo: &memo)
    } catch {
      throw PointFailure(
        error.reasons.map(\.description).joined(separator: "; "), isInfeasible: true)
    }
    let energy = joules(run.totalEnergy)
    let isAbsolute = evaluator.energyUnit.isAbsolute
    let moved = run.dramRead + run.dramWrite
    return [
      Double(run.cycles.count), run.seconds, energy, area(reading), Double(moved.count),
      run.utilization, isAbsolute ? energy * run.seconds : .nan,
      isAbsolute && run.seconds > 0 ? energy / run.seconds : .nan,
      accuracy(of: reading.network), onChipBytes(reading.design), Double(run.macs),
      Double(run.weightBytes.count), Double(run.cachedWeightBytes.count),
      Double(run.dramRead.count), Double(run.dramWrite.count),
    ] + CycleCause.allCases.map { Double(run.cycles($0).count) }
  }

  private func estimate(_ reading: Reading) -> [Double] {
    let roofline = RooflineEstimate(reading.network, on: reading.design, batch: reading.batch)
    let seconds =
      roofline.cycles / Double(reading.design.architecture.spec.frequency.count)
    let energy = joules(roofline.energy)
    let isAbsolute = evaluator.energyUnit.isAbsolute
    var values = Array(repeating: Double.nan, count: evaluator.metrics.count)
    let known: [(String, Double)] = [
      ("cycles", roofline.cycles), ("latency", seconds), ("energy", energy),
      ("area", area(reading)), ("dram_bytes", roofline.dramBytes),
      ("edp", isAbsolute ? energy * seconds : .nan),
      ("power", isAbsolute && seconds > 0 ? energy / seconds : .nan),
      ("accuracy", accuracy(of: reading.network)),
      ("on_chip_bytes", onChipBytes(reading.design)), ("macs", Double(reading.network.macs)),
    ]
    for (word, value) in known {
      if let index = evaluator.metrics.firstIndex(where: { $0.word == word }) {
        values[index] = value
      }
    }
    return values
  }

  private mutating func subgraph(
    _ reading: Reading, _ simulation: NetworkSimulation
  ) throws(PointFailure) -> Subgraph? {
    guard reading.cached != "none" else { return nil }
    let capacity = reading.design.architecture.persistentBytes
    guard capacity > .zero else {
      throw PointFailure(
        "cached: \(reading.design.architecture.spec.name) has no persistent buffer")
    }
    return try subgraphs.value("\(reading.key)\n\(reading.cached)") { () throws(PointFailure) in
      let other =
        reading.cached == "self"
        ? reading.network
        : try PointFailure.located { () throws(InputError) in
          try reading.workload.network(subnet: reading.cached)
        }
      return simulation.subgraph(of: other, weights: reading.tensors, capacity: capacity)
    }
  }

  private func joules(_ energy: Picojoules) -> Double {
    evaluator.energyUnit.amount(energy)
  }

  private func accuracy(of network: Network) -> Double {
    network.top1?.value ?? evaluator.estimate?.accuracy(macs: network.macs) ?? .nan
  }

  private func area(_ reading: Reading) -> Double {
    reading.area.map { AreaModel($0).total(of: reading.design).value } ?? .nan
  }

  private func onChipBytes(_ design: Design) -> Double {
    let memory = design.architecture.spec.memory
    let buffers = memory.buffers.reduce(0) { $0 + $1.size.count }
    let local = design.datapath.localBuffer?.size.count ?? 0
    return Double(buffers + local + design.architecture.persistentBytes.count)
  }
}
