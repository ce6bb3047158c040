internal import Components
public import Units

/// Sub-networks whose weights are in a device's memory, or not, together.
public struct ServedModel: Hashable, Sendable {
  /// Its name in reports.
  public let name: String
  /// Its sub-networks, rows of the profile table.
  public let rows: [Int]
  /// What it takes of a device's memory.
  public let bytes: Bytes
  /// Whether it is in every memory from the start and never leaves one for another model.
  public let isPinned: Bool

  /// Makes a model.
  public init(name: String, rows: [Int], bytes: Bytes, isPinned: Bool = false) {
    self.name = name
    self.rows = rows
    self.bytes = bytes
    self.isPinned = isPinned
  }
}

/// The models of a run.
struct ServedModels: Sendable {
  let models: [ServedModel]
  /// The model of each row.
  let modelOfRow: [Int]

  /// Every row belongs to one of the models; without models no memory is looked at.
  ///
  /// - Throws: `SpecError` at a model, by its place in `models`, or at the device whose memory is too small.
  init(_ models: [ServedModel], _ fleet: DeviceFleet) throws(SpecError) {
    self.models = models
    let limited = fleet.kinds.contains { $0.memory != nil }
    guard !models.isEmpty else {
      guard !limited else {
        throw SpecError("models", "expected what the memory of devices holds, found nothing")
      }
      modelOfRow = []
      return
    }
    guard limited else {
      throw SpecError("models", "no device has a `memory`, so that nothing depends on them")
    }
    var owner = Array(repeating: -1, count: fleet.table.subnets.count)
    for (index, model) in models.enumerated() {
      guard model.bytes > .zero else {
        throw SpecError("models[\(index)].bytes", "expected more than 0 B")
      }
      for row in model.rows {
        guard owner[row] < 0 else {
          throw SpecError(
            "models[\(index)].subnets",
            "\(fleet.table.subnets[row].name) is of `\(models[owner[row]].name)` already")
        }
        owner[row] = index
      }
    }
    if let row = owner.firstIndex(of: -1) {
      throw SpecError(
        "models",
        "\(fleet.table.subnets[row].name) is of no model, expected every sub-network in one")
    }
    modelOfRow = owner
    try checkRoom(fleet)
  }

  /// Each model fits beside those that are pinned.
  private func checkRoom(_ fleet: DeviceFleet) throws(SpecError) {
    let pinned = models.filter(\.isPinned).reduce(Int128(0)) { $0 + Int128($1.bytes.count) }
    for (index, kind) in fleet.kinds.enumerated() {
      guard let memory = kind.memory else { continue }
      let largest = models.filter { !$0.isPinned }.max { $0.bytes < $1.bytes }
      let need = pinned + Int128(largest?.bytes.count ?? 0)
      guard need <= Int128(memory.count) else {
        let beside = largest.map { "`\($0.name)` beside what is pinned" } ?? "what is pinned"
        throw SpecError(
          "devices[\(index)].memory", "expected at least \(need) B, for \(beside), found \(memory)")
      }
    }
  }
}
