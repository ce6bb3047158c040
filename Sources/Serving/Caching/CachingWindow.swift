public import Components

/// When a caching policy decides, and over how many queries it looks.
public struct CachingWindow: Codable, Hashable, Sendable {
  /// Queries that are looked at, Q.
  public let window: Int
  /// Queries between two decisions; Q unless given.
  public let interval: Int
  /// The sub-graph held before the first query; the first of the table unless given.
  public let initial: String?

  /// Makes the parameters.
  public init(window: Int, interval: Int? = nil, initial: String? = nil) {
    self.window = window
    self.interval = interval ?? window
    self.initial = initial
  }

  /// Reads the parameters.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      window: try values.decode(Int.self, forKey: .window),
      interval: try values.decodeIfPresent(Int.self, forKey: .interval),
      initial: try values.decodeIfPresent(String.self, forKey: .initial))
  }

  func check() throws(SpecError) {
    guard (1...1_000_000).contains(window) else {
      throw SpecError("window", "expected 1 to 1000000, found \(window)")
    }
    guard (1...1_000_000).contains(interval) else {
      throw SpecError("interval", "expected 1 to 1000000, found \(interval)")
    }
  }

  func initialSubgraph(in table: ProfileTable) throws(SpecError) -> Int {
    guard let initial else { return 0 }
    return try table.subgraph(named: initial, key: "initial")
  }
}

extension CachingWindow: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "window",
      "How many of the last queries are looked at, Q",
      source: "SUSHI (MLSys 2023)"),
    KeyNote(
      "interval",
      "Queries between two decisions",
      default: "as many as `window`",
      source: "SUSHI (MLSys 2023): one decision every Q queries"),
    KeyNote(
      "initial",
      "Name of the sub-graph that is held before the first query",
      default: "the table's first"),
  ]
}
