internal import Foundation
internal import Inputs
internal import Reports

/// What a stored sweep was made from; enough to read its result without the files it came from.
public struct SweepManifest: Codable, Hashable, Sendable {
  /// An input file and its SHA-256.
  public struct Input: Codable, Hashable, Sendable {
    /// The path as given.
    public let path: String
    /// Lower-case hexadecimal digest.
    public let sha256: String
  }

  /// An axis with its values in order; a space lists none.
  public struct Axis: Codable, Hashable, Sendable {
    /// Column name.
    public let name: String
    /// The texts of the values.
    public let values: [String]
    /// Where the value goes.
    public let paths: [String]
    /// `environment` for an axis whose values are never compared; nil for one of the design.
    public var role: AxisRole?

    /// Whether points of different values are on fronts of their own.
    var isEnvironment: Bool { role == .environment }
  }

  /// One figure of every point.
  public struct Column: Codable, Hashable, Sendable {
    /// Column name.
    public let name: String
    /// The word in sweep files.
    public let word: String
    /// What it measures.
    public let dimension: Metric.Dimension
    /// Whether more is better.
    public let prefersLarge: Bool
  }

  /// Which part of a sweep a store holds.
  public struct Shard: Codable, Hashable, Sendable {
    /// From 1.
    public let index: Int
    /// Number of shards.
    public let count: Int

    /// Makes part `index` of `count`.
    public init(index: Int, count: Int) {
      self.index = index
      self.count = count
    }

    /// `2/8`.
    public var text: String { "\(index)/\(count)" }
  }

  /// Shape of this document.
  public var schema = "umemaki.sweep-manifest/1"
  /// The tool's version.
  public let version: String
  /// Name of the sweep.
  public let name: String
  /// One sentence.
  public let summary: String
  /// What runs at each point, such as `ofa-resnet50 on sushi-analytic`.
  public let target: String
  /// Name of the search with its parameters.
  public let search: String
  /// Number of points; what a search that chooses as it goes sets out to find.
  public let points: Int
  /// Whether the search chooses points from the results so far.
  public let isGenerational: Bool
  /// The axes.
  public let axes: [Axis]
  /// Constraints as written.
  public let constraints: [String]
  /// Objectives, column names.
  public let objectives: [String]
  /// The columns.
  public let columns: [Column]
  /// What a reader should know before trusting the figures.
  public let notes: [String]
  /// What makes the figures those of something else than they seem to be of; nil for nothing.
  public let warnings: [String]?
  /// The files.
  public let inputs: [Input]
  /// The sweep file's top-level keys with their text, to say what changed.
  public let sections: [String: String]
  /// Which part this is; nil for a whole sweep.
  public var shard: Shard?
  /// How planes are drawn; nil where the sweep file does not say.
  public var planes: PlanesSpec?

  var metrics: [Metric] {
    columns.map { Metric($0.name, $0.word, $0.dimension, prefersLarge: $0.prefersLarge) }
  }

  /// The document with sorted keys.
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
  }

  /// Writes the document into a result's folder.
  func write(to folder: String) throws(StoreError) {
    do {
      try OutputFile.write(text, to: folder + "/manifest.json")
    } catch {
      throw FreeSpace.isNone(at: folder) ? .full(folder) : .readOnly(folder)
    }
  }

  /// Why this describes no sweep, nil for one that does.
  var fault: String? {
    if !(0...SearchMethods.largestCount).contains(points) {
      return "its manifest has \(points) points"
    }
    guard let shard, !(shard.count >= 1 && (1...shard.count).contains(shard.index)) else {
      return nil
    }
    return "its manifest is of shard \(shard.text)"
  }

  /// What differs from `other`, in sentences; empty for the same sweep.
  ///
  /// The parts of a sweep differ in nothing but their share.
  func differences(from other: SweepManifest) -> [String] {
    var found: [String] = []
    if version != other.version {
      found.append("version \(other.version) of the tool made it, this is \(version)")
    }
    let keys = Set(sections.keys).union(other.sections.keys).sorted()
    let changed = keys.filter { sections[$0] != other.sections[$0] }
    if !changed.isEmpty {
      found.append("the sweep file changed: \(changed.joined(separator: ", "))")
    }
    let old = Dictionary(other.inputs.map { ($0.path, $0.sha256) }) { first, _ in first }
    for input in inputs.dropFirst() {
      guard let digest = old[input.path] else {
        found.append("\(input.path) is new")
        continue
      }
      if digest != input.sha256 { found.append("\(input.path) changed") }
    }
    let new = Set(inputs.map(\.path))
    found += other.inputs.dropFirst().filter { !new.contains($0.path) }.map {
      "\($0.path) is no longer read"
    }
    return found
  }
}
