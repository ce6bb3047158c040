internal import Architectures
internal import CostModel
public import Inputs
internal import Networks
public import Serving
internal import Units

/// Fills a profile table with the cost model: sub-network x cached sub-graph x batch.
public struct ProfileBuilder: Sendable {
  /// What the table is made from.
  public struct Spec: Codable, Hashable, Sendable {
    /// Architecture, a name or a path.
    public let architecture: String
    /// Supernet workload, a name or a path.
    public let workload: String
    /// Sub-networks by name; all that the workload names when left out.
    public let subnets: [String]?
    /// Batch sizes; 1 when left out.
    public let batches: [Int]?
    /// How many different sub-graphs there are beside the empty buffer; when left out, one for every
    /// sub-network and one for all together.
    public let subgraphs: Int?

    /// Makes a description.
    public init(
      architecture: String, workload: String, subnets: [String]?, batches: [Int]?,
      subgraphs: Int? = nil
    ) {
      self.architecture = architecture
      self.workload = workload
      self.subnets = subnets
      self.batches = batches
      self.subgraphs = subgraphs
    }
  }

  /// What decides the cost of a layer.
  private struct Key: Hashable {
    let shape: Int
    let residency: Int
    let batch: Int
  }

  /// The longest latency that a table holds, in seconds.
  private static let longest = 1e6

  private struct Cost {
    let cycles: Int
    let energy: Double
    let bytes: Int
  }

  private let model: LayerCostModel
  private let networks: [Network]
  private let capacity: Bytes
  private let layerNames: [String]
  private let batches: [Int]
  /// The columns after the empty buffer.
  private let held: [(name: String, subgraph: Subgraph)]
  /// The files that were read.
  public let paths: [String]

  /// What a reader should know before trusting the energies.
  public var warnings: [String] {
    model.design.energy.caveats.map(\.description) + model.design.energy.inversions
  }

  /// Reads the files.
  ///
  /// Columns are the empty buffer and the candidate sub-graphs, as `CandidateSubgraphs` orders them.
  public init(_ spec: Spec, folders: SpecFolders) throws(InputError) {
    var paths: [String] = []
    let design = try Inference.design(spec.architecture, folders: folders, paths: &paths)
    guard !design.datapath.needsWeights else {
      throw InputError(
        "\(spec.architecture) counts weight values and cannot be profiled without them", file: nil)
    }
    let path = try folders.path(of: spec.workload, in: "workloads")
    paths.append(path)
    let workload = try Workload(folders.file(at: path))
    guard case .supernet(let supernet, let named) = workload.content else {
      throw InputError("\(spec.workload) is not a supernet", file: path)
    }
    var networks: [Network] = []
    for name in spec.subnets ?? named.compactMap(\.name) {
      let network = try workload.network(subnet: name)
      guard network.top1 != nil else {
        throw InputError("sub-network \(name) has no `top1`, which policies need", file: path)
      }
      networks.append(network)
    }
    guard !networks.isEmpty else {
      throw InputError("the workload names no sub-network", file: path)
    }
    let batches = (spec.batches ?? [1]).sorted()
    guard batches.allSatisfy({ (1...256).contains($0) }), Set(batches).count == batches.count else {
      throw InputError("expected different sizes from 1 to 256", file: nil, path: "batches")
    }
    let simulation = NetworkSimulation(design)
    let capacity = design.architecture.persistentBytes
    self.model = LayerCostModel(design)
    self.networks = networks
    self.capacity = capacity
    self.batches = batches
    self.paths = paths
    let largest = (try? supernet.layers(of: supernet.largest(resolution: 224))) ?? []
    layerNames = largest.map(\.name)
    let names = networks.map { $0.subnet ?? $0.name }
    guard capacity > .zero else {
      guard spec.subgraphs == nil else {
        throw InputError(
          "\(spec.architecture) has no persistent buffer to hold one", file: nil,
          path: "subgraphs")
      }
      held = []
      return
    }
    let gains = SubgraphGains(simulation, networks: networks)
    guard let size = spec.subgraphs else {
      held = CandidateSubgraphs(gains, names: names, capacity: capacity).entries
      return
    }
    guard (1...4096).contains(size) else {
      throw InputError("expected 1 to 4096, found \(size)", file: nil, path: "subgraphs")
    }
    held = try CandidateSubgraphs(gains, names: names, capacity: capacity, size: size).entries
  }

  /// Costs every cell; equal layers with equal residency are computed once.
  ///
  /// Throws when a layer does not fit the design.
  public func table() throws(InputError) -> ProfileTable {
    do {
      return try filled()
    } catch let error as InputError {
      throw error
    } catch {
      throw InputError("\(error)", file: nil)
    }
  }

  private func filled() throws -> ProfileTable {
    var shapes: [Layer: Int] = [:]
    var known: [Key: Cost] = [:]
    let indexed = networks.map { network in
      network.layers.map { layer -> (layer: Layer, shape: Int) in
        let shape = shapes[layer.shape] ?? shapes.count
        shapes[layer.shape] = shape
        return (layer, shape)
      }
    }
    let bits = model.design.architecture.spec.precision.weight.count
    let frequency = Double(model.design.architecture.spec.frequency.count)
    var cells: [ProfileTable.Cell] = []
    var resident: [Bytes] = []
    let subgraphs = [nil] + held.map { Optional($0.subgraph) }
    for layers in indexed {
      for subgraph in subgraphs {
        let shared = layers.map { subgraph?.sharedWeights(with: $0.layer) ?? 0 }
        resident.append(Bytes(shared.reduce(0, +) * bits / 8))
        for batch in batches {
          var (cycles, energy, bytes) = (0.0, 0.0, 0.0)
          for (entry, weights) in zip(layers, shared) {
            let key = Key(shape: entry.shape, residency: weights * bits / 8, batch: batch)
            let cost = try known[key] ?? self.cost(entry.layer, key)
            known[key] = cost
            // Whole numbers, exact up to 2^53; what is more is refused below.
            cycles += Double(cost.cycles)
            energy += cost.energy
            bytes += Double(cost.bytes)
          }
          let seconds = cycles / frequency
          guard seconds <= Self.longest, bytes <= 0x1p53 else {
            throw InputError(
              "a batch takes \(seconds) s and \(bytes) B, expected at most 1e6 s and 2^53 B",
              file: nil)
          }
          cells.append(
            ProfileTable.Cell(
              latency: SimulationTime(seconds: seconds), energy: Picojoules(energy),
              dramBytes: Bytes(Int(bytes))))
        }
      }
    }
    return try ProfileTable(
      subnets: networks.map {
        ProfileTable.Subnet(
          name: $0.subnet ?? $0.name, accuracy: $0.top1?.value ?? 0,
          weightBytes: Bytes($0.weights * bits / 8))
      },
      subgraphs: [ProfileTable.Column(name: ProfileTable.emptySubgraph)]
        + held.map { ProfileTable.Column(name: $0.name, load: load(of: $0.subgraph, over: nil)) },
      batches: batches, cells: cells, resident: resident,
      transitions: subgraphs.flatMap { old in subgraphs.map { load(of: $0, over: old) } },
      encodings: SubgraphEncodings(
        layers: layerNames, subnets: networks.map { Subgraph($0) },
        subgraphs: subgraphs.map { $0 ?? Subgraph(slices: [:]) }),
      energyUnit: model.design.energy.table.spec.unit,
      loadEnergyPerByte: model.design.energy.table.dramReadPerBit * 8)
  }

  /// The layers of a cell of the table, in order; their bytes add up to the cell's.
  ///
  /// - Parameters:
  ///   - subnet: The row.
  ///   - subgraph: The column.
  ///   - batch: Images at once.
  /// - Returns: What each layer takes.
  /// - Throws: `NetworkSimulation.Infeasible` when a layer does not fit the design.
  func layers(subnet: Int, subgraph: Int, batch: Int) throws -> [TracedLayer] {
    let held = subgraph == 0 ? nil : held[subgraph - 1].subgraph
    let bits = model.design.architecture.spec.precision.weight.count
    return try networks[subnet].layers.map { layer in
      let residency = Bytes((held?.sharedWeights(with: layer) ?? 0) * bits / 8)
      switch model.cost(
        of: layer, placement: OperationPlacement(weights: residency), batch: batch)
      {
      case .infeasible(let reason): throw NetworkSimulation.Infeasible(reasons: [reason])
      case .feasible(let cost):
        return TracedLayer(
          name: layer.name, cycles: cost.total.count, bound: cost.bound.rawValue,
          inputBytes: cost.traffic(.dram, .input).read.count,
          weightBytes: cost.traffic(.dram, .weight).read.count,
          outputBytes: cost.dramWrite.count, cachedBytes: cost.cachedWeights.count)
      }
    }
  }

  private func cost(_ layer: Layer, _ key: Key) throws -> Cost {
    switch model.cost(
      of: layer, placement: OperationPlacement(weights: Bytes(key.residency)), batch: key.batch)
    {
    case .infeasible(let reason): throw NetworkSimulation.Infeasible(reasons: [reason])
    case .feasible(let cost):
      return Cost(
        cycles: cost.total.count, energy: cost.totalEnergy.value,
        bytes: (cost.dramRead + cost.dramWrite).count)
    }
  }

  /// The bytes of `subgraph` that `old` does not hold, over the weight link.
  private func load(of subgraph: Subgraph?, over old: Subgraph?) -> ProfileTable.Load {
    guard let subgraph else { return ProfileTable.Load() }
    let architecture = model.design.architecture.spec
    var weights = 0
    for name in layerNames {
      guard let slice = subgraph.slices[name] else { continue }
      weights += slice.weights
      guard let held = old?.slices[name], held.rows == slice.rows, held.columns == slice.columns
      else { continue }
      weights -=
        min(held.kernels, slice.kernels) * min(held.channels, slice.channels) * slice.rows
        * slice.columns
    }
    let size = Bytes(weights * architecture.precision.weight.count / 8)
    let rate = architecture.memory.transfers.weight.bandwidth.perCycle(at: architecture.frequency)
    let cycles = rate.cycles(for: size.bits)
    return ProfileTable.Load(
      bytes: size, time: SimulationTime(seconds: architecture.frequency.seconds(cycles)))
  }
}
