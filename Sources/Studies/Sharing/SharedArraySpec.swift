public import Components
public import Serving

/// Networks of several tenants that share one array layer by layer, as a scenario's file describes it.
public struct SharedArraySpec: Codable, Hashable, Sendable {
  /// A stream of queries of one network.
  public struct Tenant: Codable, Hashable, Sendable {
    /// Name in reports; the workload's when left out.
    public let name: String?
    /// Workload, a name or a path.
    public let workload: String
    /// Sub-network of a supernet.
    public let subnet: String?
    /// When its queries come.
    public internal(set) var arrivals: Choice
    /// How many come.
    public let queries: Int
    /// The time in which a query should be answered.
    public let latency: SimulationTime
  }

  /// How layers of several queries share the array.
  public struct Dispatch: Codable, Hashable, Sendable {
    /// The ways.
    public enum Kind: String, Codable, CaseIterable, Sendable {
      /// One layer after the other, that of the query with the earliest deadline first.
      case timeSliced = "time-sliced"
      /// Every tenant has an equal part of the columns for itself.
      case partitioned
      /// Layers that fit beside one another run as one.
      case coalesced
    }

    /// The way.
    public let kind: Kind
    /// How long a layer is held back at most where nothing fits beside it and something else may run; 0 s
    /// when left out.
    public let window: SimulationTime?
    /// Layers that run as one at most; 8 when left out.
    public let maxPack: Int?

    /// What is taken where `max_pack` is left out.
    public static let standardPack = 8
  }

  /// One way on the same queries as the others.
  public struct Run: Codable, Hashable, Sendable {
    /// Name in reports.
    public let name: String
    /// How layers share the array.
    public let dispatch: Dispatch
  }

  /// Name of the scenario.
  public let name: String
  /// One sentence.
  public let summary: String
  /// Where the setting comes from.
  public let source: String
  /// Architecture, a name or a path.
  public let architecture: String
  /// Whose queries come.
  public internal(set) var tenants: [Tenant]
  /// What is compared.
  public let runs: [Run]
  /// Seeds; 1 alone when left out.
  public let seeds: [Int]?

  /// The seeds that are run, at least one.
  var allSeeds: [Int] { seeds ?? [1] }
}

extension SharedArraySpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name of the scenario, the file's without its ending"),
    KeyNote("summary", "One sentence for `umemaki list`"),
    KeyNote("source", "Where the setting comes from"),
    KeyNote("architecture", "The design, a name or a path"),
    KeyNote("tenants", "Whose queries come"),
    KeyNote("runs", "What is compared on the same queries"),
    KeyNote("seeds", "Seeds that every run is repeated with", default: "1 alone"),
  ]
}

extension SharedArraySpec.Tenant: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name in reports", default: "the workload's"),
    KeyNote("workload", "The network, a name or a path"),
    KeyNote("subnet", "Sub-network of a supernet", default: "none"),
    KeyNote("arrivals", "When queries come, an open stream"),
    KeyNote("queries", "How many come"),
    KeyNote("latency", "The time in which a query should be answered"),
  ]
}

extension SharedArraySpec.Run: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name in reports"),
    KeyNote("dispatch", "How layers of several queries share the array"),
  ]
}

extension SharedArraySpec.Dispatch: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "kind",
      "`time-sliced`: layer after layer, the earliest deadline first; `partitioned`: an equal part of the columns "
        + "for each tenant; `coalesced`: layers that fit beside one another as one",
      source: "OoO VLIW JIT (arXiv 1901.10008)"),
    KeyNote(
      "window",
      "How long a layer is held back at most where nothing fits beside it and something else may run (coalesced)",
      default: "0 s"),
    KeyNote("max_pack", "Layers that run as one at most, 1 to 64 (coalesced)", default: "8"),
  ]
}
