internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import Serving
internal import Units

/// The profile tables of a graph's nodes: a row for each, priced on the device that runs it.
struct GraphTables {
  /// One kind of device.
  private struct Kind {
    /// The rows of its nodes, by number.
    var sources: [Int: ProfileTable.NodeSource] = [:]
    /// The table whose columns it has, and which nodes are of it.
    var owner: ProfileTable?
    var owned: Set<Int> = []
  }

  private let spec: GraphScenarioSpec
  private var kinds: [Kind]
  /// The kind of each node.
  let kindOfNode: [Int]
  /// The files that costs come from, each once.
  private(set) var paths: [String] = []
  /// What a reader should know of energies.
  private(set) var warnings: [String] = []

  init(
    _ spec: GraphScenarioSpec, _ folders: SpecFolders, _ file: SpecFile, _ folder: String
  ) throws(InputError) {
    self.spec = spec
    kindOfNode = try file.locating { () throws(SpecError) in try Self.kinds(spec) }
    kinds = spec.devices.map { _ in Kind() }
    // A table's batch sizes go before 1.
    var batches = spec.batches
    for (index, device) in spec.devices.enumerated() {
      let place = "devices[\(index)]"
      switch (device.architecture, device.table) {
      case (nil, let name?):
        let path = ServingExperiment.path(name, in: folder)
        let table = try ServingExperiment.table(path)
        note([path])
        if let given = spec.batches, given.sorted() != table.batches {
          throw file.error(
            SpecError(
              "batches",
              "expected \(table.batches), as the table of `\(device.name)` has, or nothing, found \(given)"
            ))
        }
        batches = batches ?? table.batches
        try take(table, device, place, file)
      case (_?, nil): continue
      default:
        throw file.error(SpecError(place, "expected either `architecture` or `table`"))
      }
    }
    for (index, device) in spec.devices.enumerated() where device.architecture != nil {
      try price(index, device, batches ?? [1], folders, file)
    }
  }

  private mutating func note(_ files: [String]) {
    for file in files where !paths.contains(file) { paths.append(file) }
  }

  /// The kind of device of each node.
  private static func kinds(_ spec: GraphScenarioSpec) throws(SpecError) -> [Int] {
    var found: [Int] = []
    for (index, node) in spec.graph.nodes.enumerated() {
      let key = "graph.nodes[\(index)].device"
      guard let name = node.device else {
        guard spec.devices.count == 1 else {
          throw SpecError(
            "graph.nodes[\(index)]",
            "missing key `device`, expected one of "
              + spec.devices.map(\.name).joined(separator: ", "))
        }
        found.append(0)
        continue
      }
      guard let kind = spec.devices.firstIndex(where: { $0.name == name }) else {
        throw SpecError(
          key,
          "no device `\(name)`, expected one of " + spec.devices.map(\.name).joined(separator: ", ")
        )
      }
      found.append(kind)
    }
    return found
  }

  /// Nodes of a kind whose costs are in a table.
  private mutating func take(
    _ table: ProfileTable, _ device: GraphScenarioSpec.Device, _ place: String, _ file: SpecFile
  ) throws(InputError) {
    for (key, isGiven) in [("host", device.host != nil), ("fill", device.fill != nil)]
    where isGiven {
      throw file.error(
        SpecError("\(place).\(key)", "goes with `architecture`, a table has its costs"))
    }
    let kind = spec.devices.firstIndex { $0.name == device.name } ?? 0
    kinds[kind].owner = table
    for (index, node) in spec.graph.nodes.enumerated() where kindOfNode[index] == kind {
      let key = "graph.nodes[\(index)]"
      guard node.workload == nil, let name = node.subnet else {
        throw file.error(
          SpecError(
            node.workload == nil ? key : "\(key).workload",
            "device `\(device.name)` has a table: expected `subnet`, a row of it, and no `workload`"
          ))
      }
      let row = try file.locating { () throws(SpecError) in
        try table.subnet(named: name, key: "\(key).subnet")
      }
      kinds[kind].owned.insert(index)
      kinds[kind].sources[index] = ProfileTable.NodeSource(
        node.name, accuracy: node.accuracy?.value ?? table.subnets[row].accuracy, table: table,
        row: row)
    }
  }

  /// Nodes of a kind whose costs the model makes: of a supernet together, of other workloads each.
  private mutating func price(
    _ kind: Int, _ device: GraphScenarioSpec.Device, _ batches: [Int], _ folders: SpecFolders,
    _ file: SpecFile
  ) throws(InputError) {
    var subnets: [String: [String]] = [:]
    var order: [String] = []
    for (index, node) in spec.graph.nodes.enumerated() where kindOfNode[index] == kind {
      guard let workload = node.workload else {
        throw file.error(
          SpecError(
            "graph.nodes[\(index)]",
            "missing key `workload`, which device `\(device.name)` prices on its architecture"))
      }
      if !order.contains(workload) { order.append(workload) }
      if let subnet = node.subnet, subnets[workload]?.contains(subnet) != true {
        subnets[workload, default: []].append(subnet)
      }
    }
    for workload in order {
      let nodes = spec.graph.nodes.indices.filter {
        kindOfNode[$0] == kind && spec.graph.nodes[$0].workload == workload
      }
      let place = "graph.nodes[\(nodes[0])].workload"
      let table: ProfileTable
      do throws(InputError) {
        if let names = subnets[workload] {
          if let plain = nodes.first(where: { spec.graph.nodes[$0].subnet == nil }) {
            throw file.error(
              SpecError("graph.nodes[\(plain)]", "missing key `subnet`, as other nodes have one"))
          }
          table = try supernet(workload, names, device, batches, folders)
        } else {
          table = try network(workload, device, batches, folders)
        }
      } catch {
        // What a key of the scenario is about is placed there.
        guard error.location == nil else { throw error }
        let key =
          error.path == "architecture" || error.path.hasPrefix("host")
          ? "devices[\(kind)].\(error.path)"
          : error.path.hasPrefix("batches") ? "batches" : place
        throw file.error(SpecError(key, error.message))
      }
      let isOwner =
        kinds[kind].owner == nil || subnets[workload] != nil && kinds[kind].owned.isEmpty
      if isOwner {
        kinds[kind].owner = table
        kinds[kind].owned = Set(nodes)
      }
      for index in nodes {
        let node = spec.graph.nodes[index]
        let row = node.subnet.flatMap { name in table.subnets.firstIndex { $0.name == name } } ?? 0
        kinds[kind].sources[index] = ProfileTable.NodeSource(
          node.name, accuracy: node.accuracy?.value ?? table.subnets[row].accuracy, table: table,
          row: row)
      }
    }
  }

  /// Sub-networks with the sub-graphs of the persistent buffer.
  private mutating func supernet(
    _ workload: String, _ subnets: [String], _ device: GraphScenarioSpec.Device, _ batches: [Int],
    _ folders: SpecFolders
  ) throws(InputError) -> ProfileTable {
    let builder = try ProfileBuilder(
      ProfileBuilder.Spec(
        architecture: device.architecture ?? "", workload: workload, subnets: subnets,
        batches: batches, host: device.host, fill: device.fill),
      folders: folders, form: .keys(prefix: ""))
    note(builder.paths)
    for warning in builder.warnings where !warnings.contains(warning) { warnings.append(warning) }
    return try builder.table()
  }

  /// One network, that finds nothing on chip.
  private mutating func network(
    _ workload: String, _ device: GraphScenarioSpec.Device, _ batches: [Int],
    _ folders: SpecFolders
  ) throws(InputError) -> ProfileTable {
    var resolver = Resolver(folders: folders, form: .keys(prefix: ""))
    var question = Question(architecture: device.architecture ?? "", workload: workload)
    question.host = device.host ?? []
    let resolved = try resolver.resolve(question)
    note(resolved.paths)
    let design = resolved.design
    guard design.kinds.isEmpty, !design.datapath.needsWeights else {
      throw InputError(
        "counts the values of weights, which nodes of a graph do not have", file: nil,
        path: "architecture")
    }
    var cells: [ProfileTable.Cell] = []
    var weights = Bytes.zero
    for batch in batches.sorted() {
      guard (1...256).contains(batch) else {
        throw InputError("expected different sizes from 1 to 256", file: nil, path: "batches")
      }
      let run: NetworkCost
      do {
        run = try Evaluator(design).evaluate(resolved.network, batch: batch)
      } catch {
        throw InputError(
          error.reasons.map(\.description).joined(separator: "; "), file: nil)
      }
      let seconds = design.architecture.spec.frequency.seconds(Cycles(run.totals[.cycles]))
      guard seconds < 1e6 else {
        throw InputError("takes \(seconds) s, expected less than 1e6 s", file: nil)
      }
      weights = run.totals.weightBytes
      cells.append(
        ProfileTable.Cell(
          latency: SimulationTime(seconds: seconds), energy: run.totals.totalEnergy,
          dramBytes: run.totals.dramBytes))
    }
    do throws(SpecError) {
      return try ProfileTable(
        subnets: [
          ProfileTable.Subnet(
            name: workload, accuracy: resolved.network.top1?.value ?? 0, weightBytes: weights)
        ],
        subgraphs: [ProfileTable.Column(name: ProfileTable.emptySubgraph)],
        batches: batches.sorted(), cells: cells, energyUnit: design.energy.table.spec.unit,
        loadEnergyPerByte: design.energy.table.dramReadPerBit * 8)
    } catch {
      throw InputError(error.message, file: nil, path: error.path == "batch" ? "batches" : "")
    }
  }

  /// The devices, with weights of a supernet that are shared or not.
  func fleet(separate: Bool) throws(SpecError) -> DeviceFleet {
    var found: [DeviceKind] = []
    for (index, device) in spec.devices.enumerated() {
      let kind = kinds[index]
      guard let owner = kind.owner else {
        throw SpecError("devices[\(index)]", "no node runs on `\(device.name)`, leave it out")
      }
      // A row that no device of the kind ever runs has the costs of its own kind.
      let sources = spec.graph.nodes.indices.compactMap { node in
        kind.sources[node] ?? kinds[kindOfNode[node]].sources[node]
      }
      do throws(SpecError) {
        let table = try ProfileTable(
          nodes: sources, columnsOf: owner,
          isOwner: sources.indices.map { kind.owned.contains($0) }, separate: separate)
        found.append(
          DeviceKind(
            name: device.name, count: device.count ?? 1,
            table: try table.scaled(bySpeed: device.speed ?? 1)))
      } catch {
        throw SpecError(
          error.path.isEmpty ? "devices[\(index)]" : "devices[\(index)].\(error.path)",
          error.message)
      }
    }
    return try DeviceFleet(found)
  }

  /// The accuracy of a node where its answer stands; nil where nobody says.
  func accuracy(of node: Int) -> Double? {
    if let given = spec.graph.nodes[node].accuracy { return given.value }
    let known = kinds[kindOfNode[node]].sources[node]?.accuracy ?? 0
    return known > 0 ? known : nil
  }
}
