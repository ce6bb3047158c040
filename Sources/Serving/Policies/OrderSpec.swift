public import Components

/// The parameters that `fcfs`, `edf`, `lrs` and `lars` share: they order queries and serve one.
public struct OrderSpec: Codable, Hashable, Sendable {
  /// What is done with a query that cannot meet its deadline any more.
  public enum Late: String, Codable, CaseIterable, Sendable {
    /// Served all the same.
    case serve
    /// Given up.
    case drop
  }

  /// The sub-network of queries that name none; unless given, the fastest that is accurate enough.
  public let subnet: String?
  /// What is done with a query that cannot meet its deadline any more, `serve` unless given.
  public let late: Late
  /// The largest batch of queries of one sub-network, 1 unless given.
  public let maxBatch: Int

  /// Makes the parameters.
  public init(subnet: String? = nil, late: Late = .serve, maxBatch: Int = 1) {
    self.subnet = subnet
    self.late = late
    self.maxBatch = maxBatch
  }

  /// Reads the parameters.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    subnet = try values.decodeIfPresent(String.self, forKey: .subnet)
    late = try values.decodeIfPresent(Late.self, forKey: .late) ?? .serve
    maxBatch = try values.decodeIfPresent(Int.self, forKey: .maxBatch) ?? 1
  }
}

extension OrderSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "subnet",
      "The sub-network of queries that name none",
      default: "the fastest that is accurate enough for the query"),
    KeyNote(
      "late",
      "What is done with a query that cannot meet its deadline any more: `serve` or "
        + "`drop`",
      default: "serve"),
    KeyNote(
      "max_batch",
      "The largest batch: the first query takes others of its sub-network along, in the order of the queue",
      default: "1"),
  ]
}
