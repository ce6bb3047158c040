/// What work costs on a device in its state: a profile table, or anything else that knows.
///
/// The engine asks once per batch, at its start; the answer depends on its arguments alone, so that a run
/// is reproducible. Where a service can be interrupted, the engine charges shares of what the model says.
/// A model that cannot say what something costs throws, and the run ends with its words.
public protocol ServiceModel: Sendable {
  /// What some pieces cost together on a device that does nothing else, from the start of the work, when
  /// the device has changed to their sub-network.
  func cost(of work: Work, on device: DeviceState) throws(ServiceModelError) -> ServiceCost
  /// What it takes a device to change to another sub-network than it ran last.
  func change(
    to subnet: Int, on device: DeviceState
  ) throws(ServiceModelError) -> ProfileTable.Load
  /// What it takes a device to put a sub-graph into its persistent buffer in place of `old`, nil for an
  /// empty buffer.
  func load(
    _ subgraph: Int, replacing old: Int?, on device: DeviceState
  ) throws(ServiceModelError) -> ProfileTable.Load
}

/// Why a service model cannot say what something costs, in plain words; the simulation adds when.
public struct ServiceModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong and what would be right.
  public let description: String

  /// Makes an error.
  public init(_ description: String) { self.description = description }
}

/// Profile tables as a service model: a batch costs what the smallest batch size that holds it costs in the
/// table of the device's kind, with the sub-graph that the device holds.
public struct TableService: ServiceModel {
  /// The columns of all kinds.
  public let table: ProfileTable
  private let fleet: DeviceFleet
  /// What a change of sub-network costs, by row and column.
  let changes: [ProfileTable.Load]

  /// Reads costs from the tables of `fleet`, and those of changes from `changes`, by row and column.
  init(_ fleet: DeviceFleet, changes: [ProfileTable.Load]) {
    table = fleet.table
    self.fleet = fleet
    self.changes = changes
  }

  /// The cell of the sub-network, the held sub-graph and the number of pieces.
  @inline(__always)
  public func cost(of work: Work, on device: DeviceState) -> ServiceCost {
    let index = work.endIndex == 1 ? 0 : table.batchIndex(holding: work.endIndex)
    return table.cell(work.subnet, device.subgraph, batch: index)
  }

  /// The time and the bytes that the scenario's `actuation` says.
  @inline(__always)
  public func change(to subnet: Int, on device: DeviceState) -> ProfileTable.Load {
    changes[subnet * table.subgraphs.count + device.subgraph]
  }

  /// The bytes that the sub-graph before does not hold.
  public func load(
    _ subgraph: Int, replacing old: Int?, on device: DeviceState
  ) -> ProfileTable.Load {
    let first = fleet.firstColumns[device.kind]
    return fleet.kinds[device.kind].table.load(from: old.map { $0 - first }, to: subgraph - first)
  }
}
