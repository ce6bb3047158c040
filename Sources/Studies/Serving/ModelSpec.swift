public import Components
internal import Inputs
internal import Serving
public import Units

/// A model that shares the memories of devices, as a scenario describes it.
public struct ModelSpec: Codable, Hashable, Sendable {
  /// How the sub-networks of a model hold their weights.
  public enum Weights: String, Codable, CaseIterable, Sendable {
    /// All of them together: a supernet.
    case shared
    /// Each its own: as many models as sub-networks.
    case separate
  }

  /// Name in reports.
  public let name: String
  /// Its sub-networks, by name.
  public let subnets: [String]
  /// What it takes of a memory; with `shared` weights the largest `weight_bytes` of its sub-networks unless
  /// given, with `separate` ones those of each.
  public let bytes: Bytes?
  /// How its sub-networks hold their weights, `shared` unless given.
  public let weights: Weights?
  /// Whether it is in every memory from the start and never leaves, `false` unless given.
  public let pinned: Bool?

  /// The same with what is left out.
  var resolved: ModelSpec {
    ModelSpec(
      name: name, subnets: subnets, bytes: bytes, weights: weights ?? .shared,
      pinned: pinned ?? false)
  }

  /// The models that it stands for.
  ///
  /// - Throws: `SpecError` at one of its keys, under `place`.
  func models(
    in table: ProfileTable, _ place: String
  ) throws(SpecError) -> [ServedModel] {
    guard !subnets.isEmpty else {
      throw SpecError("\(place).subnets", "expected at least one sub-network")
    }
    var rows: [Int] = []
    for (index, name) in subnets.enumerated() {
      rows.append(try table.subnet(named: name, key: "\(place).subnets[\(index)]"))
    }
    if weights == .separate {
      guard bytes == nil else {
        throw SpecError(
          "\(place).bytes",
          "goes with `weights: shared`: separate ones have the weight_bytes of each")
      }
      return try rows.map { (row) throws(SpecError) in
        ServedModel(
          name: table.subnets[row].name, rows: [row], bytes: try bytes(of: [row], table, place),
          isPinned: pinned ?? false)
      }
    }
    let size = if let bytes { bytes } else { try self.bytes(of: rows, table, place) }
    return [ServedModel(name: name, rows: rows, bytes: size, isPinned: pinned ?? false)]
  }

  /// The largest weights of some rows.
  private func bytes(
    of rows: [Int], _ table: ProfileTable, _ place: String
  ) throws(SpecError) -> Bytes {
    var most = Bytes.zero
    for row in rows {
      guard let bytes = table.subnets[row].weightBytes, bytes > .zero else {
        throw SpecError(
          place,
          "missing key `bytes`, expected what it takes of a memory: the table has no weight_bytes of "
            + table.subnets[row].name)
      }
      most = max(most, bytes)
    }
    return most
  }
}

extension ServingExperiment {
  /// The models of a scenario; none where it lists none.
  static func models(
    _ spec: ServingSpec, _ table: ProfileTable, _ file: SpecFile
  ) throws(InputError) -> [ServedModel] {
    try file.locating { () throws(SpecError) in
      var found: [ServedModel] = []
      for (index, model) in (spec.models ?? []).enumerated() {
        let place = "models[\(index)]"
        let own = try model.models(in: table, place)
        for model in own
        where model.name.isEmpty || found.contains(where: { $0.name == model.name }) {
          throw SpecError("\(place).name", "expected a name of its own, found `\(model.name)`")
        }
        found += own
      }
      return found
    }
  }
}

extension ModelSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "name",
      "Its name in reports"),
    KeyNote(
      "subnets",
      "Its sub-networks, by name"),
    KeyNote(
      "bytes",
      "What it takes of a memory; only with `weights: shared`",
      default: "the largest `weight_bytes` of its sub-networks"),
    KeyNote(
      "weights",
      "Whether its sub-networks come and go together, or each by itself",
      default: "shared"),
    KeyNote(
      "pinned",
      "Whether it is in every memory from the start and never leaves for another",
      default: "false"),
  ]
}
