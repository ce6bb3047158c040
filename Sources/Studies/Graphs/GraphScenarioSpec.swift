public import Components
public import CostModel
public import Serving
public import Units

/// Queries that are graphs of networks, as a scenario's file describes them.
public struct GraphScenarioSpec: Codable, Hashable, Sendable {
  /// Devices that are alike.
  public struct Device: Codable, Hashable, Sendable {
    /// Its name, which nodes say.
    public let name: String
    /// How many there are, 1 unless given.
    public let count: Int?
    /// The architecture on which its nodes' workloads are priced.
    public let architecture: String?
    /// A table whose sub-networks its nodes name, relative to the scenario's folder; in place of `architecture`.
    public let table: String?
    /// Layers that run on the host, by name.
    public let host: [String]?
    /// What sub-graphs are filled with first.
    public let fill: SubgraphFill?
    /// How many times as fast services run as the table says, 1 unless given.
    public let speed: Double?
  }

  /// A way between devices of two kinds.
  public struct Link: Codable, Hashable, Sendable {
    /// The kind that sends.
    public let from: String
    /// The kind that receives.
    public let to: String
    /// Bytes in a second.
    public let bandwidth: Bandwidth
    /// From the last byte's leaving to its arrival, 0 s unless given.
    public let latency: SimulationTime?
  }

  /// Nodes and edges.
  public struct Graph: Codable, Hashable, Sendable {
    /// What runs.
    public internal(set) var nodes: [Node]
    /// What runs after what; nothing unless given: all nodes at once.
    public internal(set) var edges: [Edge]?
  }

  /// A network as one step of a query.
  public struct Node: Codable, Hashable, Sendable {
    /// Its name.
    public let name: String
    /// The kind of device that runs it; the only one unless given.
    public let device: String?
    /// The workload, where the device has an architecture.
    public let workload: String?
    /// A sub-network of it, or a row of the device's table.
    public let subnet: String?
    /// What becomes of its answer; it stands unless given.
    public let gate: GateSpec?
    /// The share of its answers that are right where they stand; that of the sub-network unless given.
    public let accuracy: Percentage?
  }

  /// Says that a node runs after another.
  public struct Edge: Codable, Hashable, Sendable {
    /// The node before.
    public let from: String
    /// The node after.
    public let to: String
    /// When it is taken, `always` unless given.
    public let when: EdgeCondition?
    /// What is moved over the link between their devices, nothing unless given.
    public let bytes: Bytes?
  }

  /// One combination of policies, on the same queries as the others.
  public struct Run: Codable, Hashable, Sendable {
    /// Name in reports.
    public let name: String
    /// The scheduler policy.
    public internal(set) var policy: Choice
    /// The caching policy, `none` unless given.
    public internal(set) var caching: Choice?
    /// Whether sub-networks of one supernet share their weights, `shared` unless given.
    public let weights: ModelSpec.Weights?
  }

  /// Name of the scenario.
  public let name: String
  /// One sentence.
  public let summary: String
  /// Where the setting comes from.
  public let source: String
  /// Where files that are named by relative paths lie; the scenario's own folder when left out.
  public internal(set) var folder: String?
  /// Kinds of devices.
  public let devices: [Device]
  /// Links between them.
  public let links: [Link]?
  /// Batch sizes of the cost model's tables; 1, or those of a table, unless given.
  public let batches: [Int]?
  /// What a query is.
  public internal(set) var graph: Graph
  /// When queries arrive.
  public internal(set) var arrivals: Choice
  /// From arrival to the end of the last node; none unless given.
  public let deadline: SimulationTime?
  /// Everything else.
  public internal(set) var options: ServingOptions
  /// Seeds; that of `options` unless given.
  public let seeds: [Int]?
  /// What is compared.
  public internal(set) var runs: [Run]
  /// What `umemaki tune` searches; nothing unless given.
  public let tune: TuneSpec?

  /// The seeds that are run, at least one.
  package var allSeeds: [Int] { seeds ?? [options.seed] }
}

/// What becomes of a node's answer, as a file says it: one of the three.
public struct GateSpec: Codable, Hashable, Sendable {
  /// Shares of three outcomes.
  public struct Rates: Codable, Hashable, Sendable {
    /// Confident of low risk.
    public let ick0: Percentage
    /// Not confident.
    public let idk: Percentage
    /// Confident of high risk.
    public let ick1: Percentage
  }

  /// What a model said of recorded samples.
  public struct Tensor: Codable, Hashable, Sendable {
    /// An HDF5 file, relative to the scenario's folder.
    public let file: String
    /// The dataset of the confidences, one per sample.
    public let confidence: String?
    /// The dataset that says which answers are right, 0 or 1 per sample.
    public let correct: String?
    /// Below it the model does not know.
    public let threshold: Double?
    /// The dataset of the risks, one per sample.
    public let risk: String?
    /// Below it the risk is surely low.
    public let low: Double?
    /// Above it the risk is surely high.
    public let high: Double?
  }

  /// The share of queries that it does not know.
  public let rate: Percentage?
  /// Shares of three outcomes.
  public let rates: Rates?
  /// What it said of recorded samples.
  public let tensor: Tensor?
}
