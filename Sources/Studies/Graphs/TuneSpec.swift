public import Serving

/// What `umemaki tune` searches, as a scenario says it.
public struct TuneSpec: Codable, Hashable, Sendable {
  /// What is searched.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// The thresholds of a chain of gates with tensors.
    case thresholds
    /// The cut-offs of the gates with tensors of any graph.
    case cutoffs
    /// The order of the models of a chain.
    case order
    /// Which models an ensemble has.
    case ensemble
  }

  /// The most that a query may cost.
  public struct Budget: Codable, Hashable, Sendable {
    /// Mean work of a query; of an ensemble the bound of its latency.
    public let latency: SimulationTime?
    /// Work of a query in the worst case.
    public let worst: SimulationTime?
    /// Resident bytes times seconds of a query.
    public let byteSeconds: Double?
    /// The same of each stage by itself.
    public let stageByteSeconds: Double?
  }

  /// How cut-offs are searched.
  public enum Search: String, Codable, CaseIterable, Sendable {
    /// Every combination of all of them.
    case together
    /// Those of one stage after the other, with what was found for the stages before.
    case stages
  }

  /// How ensembles are searched.
  public enum Method: String, Codable, CaseIterable, Sendable {
    /// All of them.
    case exhaustive
    /// The best next one, as long as there is one.
    case greedy
    /// Mutation and crossover of the best.
    case genetic
  }

  /// Whether the models of an ensemble wait for one device.
  public enum Queues: String, Codable, CaseIterable, Sendable {
    /// Every model has a device of its own: the slowest one decides.
    case own
    /// All share one device, one after the other.
    case one
  }

  /// What is searched.
  public let kind: Kind
  /// Steps between the lowest and the highest threshold; 100, of `cutoffs` 10, unless given.
  public let steps: Int?
  /// How cut-offs are searched, `together` unless given.
  public let search: Search?
  /// The most that a query may cost; anything unless given.
  public let budget: Budget?
  /// How ensembles are searched, `exhaustive` unless given.
  public let method: Method?
  /// Whether models of an ensemble share a device, `own` unless given.
  public let queues: Queues?
  /// The HDF5 file of an ensemble's scores: a dataset for each node's name and one for the labels.
  public let scores: String?
  /// The dataset of the labels, 0 or 1 per sample; `labels` unless given.
  public let labels: String?
}
