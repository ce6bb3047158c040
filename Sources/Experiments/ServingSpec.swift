public import Serving
public import Specs

/// A serving experiment as its file describes it.
public struct ServingSpec: Decodable, Hashable, Sendable {
  /// One combination of policies, run on the same arrivals as the others.
  public struct Run: Decodable, Hashable, Sendable {
    /// Name in reports.
    public let name: String
    /// The scheduler policy.
    public let policy: Choice
    /// The caching policy.
    public let caching: Choice
  }

  /// Name of the scenario.
  public let name: String
  /// One sentence.
  public let summary: String
  /// Where the setting comes from.
  public let source: String
  /// The table made by the cost model.
  public let profile: ProfileBuilder.Spec?
  /// A table that was measured or exported, relative to the scenario's folder.
  public let table: String?
  /// When queries arrive.
  public let arrivals: Choice
  /// What queries ask for.
  public let demands: DemandMix
  /// Everything else.
  public let options: ServingOptions
  /// Further seeds; the spread over all of them is reported.
  public let seeds: [Int]?
  /// What is compared.
  public let runs: [Run]

  /// The seeds that are run, at least one.
  var allSeeds: [Int] { seeds ?? [options.seed] }
}
