public import Components
public import Serving

/// A serving experiment as its file describes it.
public struct ServingSpec: Codable, Hashable, Sendable {
  /// One combination of policies, run on the same arrivals as the others.
  public struct Run: Codable, Hashable, Sendable {
    /// Name in reports.
    public let name: String
    /// The scheduler policy.
    public internal(set) var policy: Choice
    /// The caching policy.
    public internal(set) var caching: Choice
    /// How the caching policy's window is chosen; as `caching` says when left out.
    public let tune: WindowTuning?
  }

  /// Name of the scenario.
  public let name: String
  /// One sentence.
  public let summary: String
  /// Where the setting comes from.
  public let source: String
  /// Where files that are named by relative paths lie, from the working directory; the scenario's own
  /// folder when left out.
  public internal(set) var folder: String?
  /// The table made by the cost model.
  public let profile: ProfileBuilder.Spec?
  /// A table that was measured or exported, relative to the scenario's folder.
  public let table: String?
  /// Devices of several kinds, in place of `options.devices` equal ones.
  public internal(set) var devices: [DeviceSpec]?
  /// What shares the memories of devices that have a limit; no memory is looked at unless given.
  public internal(set) var models: [ModelSpec]?
  /// When queries arrive.
  public internal(set) var arrivals: Choice
  /// What queries ask for.
  public let demands: DemandMix
  /// What is added to the constraints that policies see; nothing when left out.
  public let noise: DemandNoise?
  /// Everything else.
  public internal(set) var options: ServingOptions
  /// Further seeds; the spread over all of them is reported.
  public let seeds: [Int]?
  /// What is compared.
  public internal(set) var runs: [Run]

  /// The most seeds of a scenario.
  static let mostSeeds = 10_000

  /// The seeds that are run, at least one.
  package var allSeeds: [Int] { seeds ?? [options.seed] }

  /// Seeds are different: equal ones would give equal runs and no spread.
  static func check(seeds: [Int]?) throws(SpecError) {
    guard let seeds else { return }
    guard !seeds.isEmpty else {
      throw SpecError("seeds", "expected at least one seed, or leave the key out")
    }
    guard seeds.count <= mostSeeds else {
      throw SpecError("seeds", "expected at most \(mostSeeds) seeds, found \(seeds.count)")
    }
    var seen: Set<Int> = []
    for (index, seed) in seeds.enumerated() {
      guard seed >= 0 else {
        throw SpecError("seeds[\(index)]", "must not be negative, found \(seed)")
      }
      guard seen.insert(seed).inserted else {
        throw SpecError("seeds[\(index)]", "\(seed) is there twice, expected different seeds")
      }
    }
  }
}

extension ServingSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "name",
      "Name of the scenario, the file's without its ending"),
    KeyNote(
      "summary",
      "One sentence for `umemaki list`"),
    KeyNote(
      "source",
      "Where the setting comes from"),
    KeyNote(
      "folder",
      "Where files that are named by relative paths lie, from the working directory",
      default: "the scenario's own folder"),
    KeyNote(
      "profile",
      "The profile table as the cost model makes it; in place of `table`",
      default: "none"),
    KeyNote(
      "table",
      "A table that was measured or exported, CSV or HDF5; in place of `profile`",
      default: "none"),
    KeyNote(
      "devices",
      "Devices of several kinds, numbered in the order of the list; in place of `options.devices`",
      default: "as many equal ones as `options.devices` says"),
    KeyNote(
      "models",
      "What shares the memories of devices that have one; every sub-network is of one model",
      default: "every device holds everything"),
    KeyNote(
      "arrivals",
      "When queries arrive"),
    KeyNote(
      "demands",
      "What queries ask for"),
    KeyNote(
      "noise",
      "What is added to the constraints that policies see; figures are about the true ones",
      default: "nothing"),
    KeyNote(
      "options",
      "Everything else about a run"),
    KeyNote(
      "seeds",
      "Seeds that every run is repeated with; the spread over them is reported",
      default: "that of `options`"),
    KeyNote(
      "runs",
      "What is compared on the same arrivals"),
  ]
}

extension ServingSpec.Run: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "name",
      "Name in reports"),
    KeyNote(
      "policy",
      "The scheduler policy"),
    KeyNote(
      "caching",
      "The caching policy"),
    KeyNote(
      "tune",
      "How the window of the caching policy is chosen, on queries that no figure is about",
      default: "nothing is tuned"),
  ]
}
