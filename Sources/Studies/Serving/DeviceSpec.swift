public import Components
public import Serving
public import Units

/// Devices of one kind, as a scenario describes them.
public struct DeviceSpec: Codable, Hashable, Sendable {
  /// Name in reports.
  public let name: String
  /// How many there are, 1 unless given.
  public let count: Int?
  /// Another architecture for the scenario's `profile`, a name or a path.
  public let architecture: String?
  /// A table made by the cost model, in place of the scenario's.
  public let profile: ProfileBuilder.Spec?
  /// A table that was measured or exported, relative to the scenario's folder, in place of the scenario's.
  public let table: String?
  /// How many times as fast services run as the table says, 1 unless given.
  public let speed: Double?
  /// What a change of sub-network costs; as `options.actuation` says unless given.
  public let actuation: Actuation?
  /// What its memory holds of the scenario's `models`; all of them unless given.
  public let memory: Bytes?
  /// Over what a model comes into its memory, needed with `memory`.
  public let link: Bandwidth?
  /// What one of them draws and may draw, in place of what `options.power` says of all.
  public let power: DevicePower?

  /// The same with what is left out.
  var resolved: DeviceSpec {
    DeviceSpec(
      name: name, count: count ?? 1, architecture: architecture, profile: profile, table: table,
      speed: speed ?? 1, actuation: actuation, memory: memory, link: link, power: power)
  }

  /// Refuses more than one source of costs.
  func check(_ place: String) throws(SpecError) {
    let given = [
      ("architecture", architecture != nil), ("profile", profile != nil), ("table", table != nil),
    ].filter(\.1).map(\.0)
    guard (memory == nil) == (link == nil) else {
      throw SpecError(
        "\(place).\(memory == nil ? "link" : "memory")",
        "expected both `memory` and `link`, or neither")
    }
    if let memory, memory <= .zero {
      throw SpecError("\(place).memory", "expected more than 0 B")
    }
    guard given.count <= 1 else {
      throw SpecError(
        "\(place).\(given[1])",
        "expected one of `architecture`, `profile` and `table`, found `\(given[0])`, too")
    }
  }
}

extension DeviceSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "name",
      "Its name in reports"),
    KeyNote(
      "count",
      "How many there are, at most 4096 of all kinds",
      default: "1"),
    KeyNote(
      "architecture",
      "Another architecture for the scenario's `profile`",
      default: "that of the profile"),
    KeyNote(
      "profile",
      "A table that the cost model makes, in place of the scenario's",
      default: "none"),
    KeyNote(
      "table",
      "A table that was measured or exported, in place of the scenario's",
      default: "none"),
    KeyNote(
      "speed",
      "How many times as fast services run as the table says, 1e-6 to 1e6",
      default: "1"),
    KeyNote(
      "actuation",
      "What a change of sub-network costs on one of them",
      default: "as `options` says"),
    KeyNote(
      "memory",
      "What the memory of one of them holds of `models`; goes with `link`",
      default: "all of them"),
    KeyNote(
      "link",
      "Over what a model comes into the memory; goes with `memory`",
      default: "none"),
    KeyNote(
      "power",
      "What one of them draws between services, and may draw; the battery is that of all devices",
      default: "as `options` says"),
  ]
}
