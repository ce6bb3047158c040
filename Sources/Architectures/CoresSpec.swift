internal import Components
public import Units

/// Several cores, each the array of the file with its buffers, and the network that joins them.
///
/// The off-chip memory, its links and a vector unit are there once. They sit beside the first core;
/// what another core reads and writes crosses the network on chip.
public struct CoresSpec: Codable, Hashable, Sendable {
  /// How layers are divided among cores.
  public enum Split: String, Codable, CaseIterable, Sendable {
    /// Layer by layer the division and the number of cores with the fewest cycles.
    case best
    /// Output channels, or groups where a layer has several.
    case kernels
    /// Rows of the output map.
    case pixels
    /// Input channels; partial sums are added up over the network.
    case channels
    /// Images of a batch.
    case batch
  }

  /// Cores.
  public let count: Int
  /// How layers are divided among them; `best` when left out.
  public let split: Split?
  /// What joins them; more than one core needs it.
  public let network: NetworkOnChipSpec?
  /// What these cores are called where there are others; `main` when left out.
  public let name: String?
  /// Operators that these cores run; all of the array's when left out.
  public let runs: [OperatorName]?
  /// Cores of other kinds, behind these on the network.
  public let others: [CoreKindSpec]?
  /// What decides which kind runs a layer; `latency` when left out.
  public let objective: Objective?
  /// Layers that are placed by their names; the first entry that has a layer decides.
  public let place: [CorePlaceSpec]?
  /// How consecutive layers run beside one another; one after the other when left out.
  public let pipeline: CorePipelineSpec?
  /// Cores of other kinds on the same network; where these are one kind of a design.
  private(set) var elsewhere = 0

  private enum CodingKeys: String, CodingKey {
    case count, split, network, name, runs, others, objective, place, pipeline
  }

  /// What decides which kind of cores runs a layer.
  public enum Objective: String, Codable, CaseIterable, Sendable {
    /// Fewest cycles.
    case latency
    /// Least energy.
    case energy
    /// Least energy times cycles.
    case edp
  }

  /// Some cores of `whole`, alike.
  init(count: Int, split: Split?, runs: [OperatorName]?, of whole: CoresSpec) {
    self.count = count
    self.split = split ?? whole.split
    network = whole.network
    name = nil
    self.runs = runs
    (others, objective, place, pipeline) = (nil, nil, nil, nil)
    elsewhere = whole.total - count
  }

  /// Cores of all kinds.
  public var total: Int { (others ?? []).reduce(count + elsewhere) { $0 + ($1.count ?? 1) } }
}

/// A network on chip.
public struct NetworkOnChipSpec: Codable, Hashable, Sendable {
  /// How cores are joined.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// One medium that carries one transfer at a time.
    case bus
    /// Each core beside two others, the first one at the memory; the shorter way is taken.
    case ring
    /// Rows of cores, the first one at the memory; along the first row, then down the column.
    case mesh
  }

  /// How cores are joined.
  public let kind: Kind
  /// Cores of a row of a mesh; only a mesh has it, and needs it.
  public let columns: Int?
  /// Rate of a link in each direction, or of the whole bus.
  public let bandwidth: Bandwidth
  /// Whether one transfer reaches several cores; false when left out.
  public let multicast: Bool?
  /// Cycles that data takes from one core to the next; 1 when left out (assumed).
  public let hopLatency: Cycles?
  /// Energy of a byte over one link, router included.
  public let energyPerByteHop: EnergyValue
}

extension ArchitectureSpec {
  /// The cores where there are several, of whatever kinds; nil where there is one.
  public var severalCores: CoresSpec? {
    cores.flatMap { $0.total > 1 ? $0 : nil }
  }

  /// Arrays like the file's with their buffers.
  public var coreCount: Int { cores?.count ?? 1 }
}

extension Architecture {
  /// The most cores: more than any chip of today has as tiles of such a network (assumed).
  static let mostCores = 1024
  /// The longest that data may take from one core to the next.
  static let longestHop = 1_000_000

  /// Checks cores, their network, and what several of them cannot have.
  static func checkCores(_ spec: ArchitectureSpec, _ reading: SpecReading) {
    guard let cores = spec.cores else { return }
    reading.expect(
      (1...mostCores).contains(cores.count), "cores.count",
      "expected 1 to \(mostCores), found \(cores.count)")
    if let network = cores.network { check(network, reading) }
    for (index, buffer) in spec.memory.buffers.enumerated() {
      reading.expect(
        buffer.name != ComponentID.network.name, "memory.buffers[\(index)].name",
        "`\(buffer.name)` is a reserved name, that of the network between cores in reports")
    }
    checkKinds(cores, spec, reading)
    if let pipeline = cores.pipeline { checkPipeline(pipeline, cores, spec, reading) }
    guard cores.total > 1 else { return }
    reading.expect(
      cores.network != nil, "cores",
      "missing key `network`: \(cores.total) cores need one, such as "
        + "`{kind: ring, bandwidth: 16 GB/s, energy_per_byte_hop: 1 pJ}`",
      restsOn: ["cores.network"])
    let one = cores.others == nil ? "" : " without cores.others"
    reading.expect(
      spec.mapping?.rule != "file", "mapping.rule",
      "a file says how one core cuts whole layers, expected another rule, or cores.count 1\(one)")
    reading.expect(
      (spec.memory.persistentBuffer?.size ?? .zero) == .zero, "memory.persistent_buffer",
      "only one core keeps weights across inferences, leave it out or set cores.count to 1\(one)")
    reading.expect(
      spec.activations.map { $0.policy == .none } ?? true, "activations.policy",
      "only one core keeps maps on chip, expected `none`, or cores.count 1\(one)")
  }

  private static func check(_ network: NetworkOnChipSpec, _ reading: SpecReading) {
    let path = "cores.network"
    if network.kind == .mesh {
      if let columns = network.columns {
        reading.expect(
          (1...mostCores).contains(columns), "\(path).columns",
          "expected 1 to \(mostCores), found \(columns)")
      } else {
        reading.expect(
          false, path,
          "missing key `columns`: a mesh needs the cores of a row, such as `columns: 2`")
      }
    } else {
      reading.expect(
        network.columns == nil, "\(path).columns",
        "a \(network.kind.rawValue) has no rows, leave out", restsOn: ["\(path).kind"])
    }
    let hop = network.hopLatency ?? .zero
    reading.expect(
      hop.count <= longestHop, "\(path).hop_latency",
      "expected at most \(longestHop) cycles, found \(hop)")
    let energy = network.energyPerByteHop.amount
    reading.expect(
      EnergyTable.isPriced(energy.value), "\(path).energy_per_byte_hop",
      "expected 0 or 1e-12 to 1e12 pJ, found \(energy)")
  }
}
