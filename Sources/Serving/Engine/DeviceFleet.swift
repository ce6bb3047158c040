internal import Architectures
public import Components
public import Units

/// Devices of a run that are alike.
public struct DeviceKind: Sendable {
  /// Its name in reports.
  public let name: String
  /// How many there are.
  public let count: Int
  /// What serving costs on one of them.
  public let table: ProfileTable
  /// What a change of sub-network costs on one of them; as the options say unless given.
  public let actuation: Actuation?

  /// What its memory holds of models; everything unless given.
  public let memory: Bytes?
  /// Over what a model comes into its memory; in no time unless given.
  public let link: Bandwidth?
  /// What one of them draws and may draw, without a battery; as the options say unless given.
  public let power: DevicePower?

  /// Makes a kind.
  public init(
    name: String, count: Int, table: ProfileTable, actuation: Actuation? = nil,
    memory: Bytes? = nil, link: Bandwidth? = nil, power: DevicePower? = nil
  ) {
    self.name = name
    self.count = count
    self.table = table
    self.actuation = actuation
    self.memory = memory
    self.link = link
    self.power = power
  }
}

/// All devices of a run: numbered kind by kind, and the columns of their tables side by side.
///
/// Policies decide from one table. Where there are several kinds it has a column for every sub-graph of
/// every kind, so that the column of what a device holds says what work costs on that device.
public struct DeviceFleet: Sendable {
  /// The most devices of a run.
  public static let mostDevices = 4096

  /// The kinds, in the order of their devices' numbers.
  public let kinds: [DeviceKind]
  /// The columns of all kinds side by side; with several kinds a sub-graph is called `KIND/SUBGRAPH`.
  public let table: ProfileTable
  /// Whether kinds were listed, so that figures are given for each.
  public let isListed: Bool
  /// The first column of each kind.
  let firstColumns: [Int]
  /// The kind of each device.
  let kindOfDevice: [Int]

  /// How many devices there are.
  public var count: Int { kindOfDevice.count }

  /// Equal devices.
  public init(_ table: ProfileTable, count: Int) {
    kinds = [DeviceKind(name: "device", count: count, table: table)]
    self.table = table
    isListed = false
    firstColumns = [0]
    kindOfDevice = Array(repeating: 0, count: max(count, 0))
  }

  /// Devices of several kinds, that serve the same sub-networks.
  ///
  /// - Throws: `SpecError` at the first kind, by its place in `devices`, that differs where it must not.
  public init(_ kinds: [DeviceKind]) throws(SpecError) {
    guard let first = kinds.first else {
      throw SpecError("devices", "expected at least one kind, or leave the key out")
    }
    var count = 0
    for (index, kind) in kinds.enumerated() {
      let (sum, isOver) = count.addingReportingOverflow(kind.count)
      guard kind.count >= 1, !isOver, sum <= Self.mostDevices else {
        throw SpecError(
          "devices[\(index)].count",
          "expected at least 1 and at most \(Self.mostDevices) devices in all, found \(kind.count)")
      }
      count = sum
      guard !kind.name.isEmpty, !kinds[..<index].contains(where: { $0.name == kind.name }) else {
        throw SpecError(
          "devices[\(index)].name", "expected a name of its own, found `\(kind.name)`")
      }
      try Self.check(kind.table, like: first.table, "devices[\(index)]", first.name)
    }
    self.kinds = kinds
    isListed = true
    firstColumns = kinds.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + $1.table.subgraphs.count)
    }
    .dropLast()
    kindOfDevice = kinds.enumerated().flatMap { Array(repeating: $0, count: $1.count) }
    table = kinds.count == 1 ? first.table : try Self.sideBySide(kinds)
  }

  /// The kind of a device.
  public func kind(of device: Int) -> DeviceKind { kinds[kindOfDevice[device]] }

  /// Whether a device is of a kind.
  public func isDevice(_ device: Int, of kind: Int) -> Bool { kindOfDevice[device] == kind }

  /// The place of one of the columns in the table of a kind.
  public func ownColumn(_ column: Int, of kind: Int) -> Int { column - firstColumns[kind] }

  /// The columns of a kind.
  func columns(of kind: Int) -> Range<Int> {
    firstColumns[kind]..<firstColumns[kind] + kinds[kind].table.subgraphs.count
  }

  /// Values of each kind's table, row by row and column by column, as those of all columns; none where a
  /// kind has none.
  func sideBySide<Value, Failure: Error>(
    _ values: (DeviceKind) throws(Failure) -> [Value]
  ) throws(Failure) -> [Value] {
    var own: [[Value]] = []
    for kind in kinds { own.append(try values(kind)) }
    guard own.allSatisfy({ !$0.isEmpty }) else { return [] }
    return table.subnets.indices.flatMap { row in
      kinds.indices.flatMap { kind in
        let width = kinds[kind].table.subgraphs.count
        return own[kind][row * width..<(row + 1) * width]
      }
    }
  }

  private static func check(
    _ table: ProfileTable, like first: ProfileTable, _ place: String, _ name: String
  ) throws(SpecError) {
    guard table.subnets.map(\.name) == first.subnets.map(\.name) else {
      throw SpecError(
        place,
        "its sub-networks are \(table.subnets.map(\.name).joined(separator: ", ")), expected those "
          + "of `\(name)`, \(first.subnets.map(\.name).joined(separator: ", "))")
    }
    for (own, other) in zip(table.subnets, first.subnets) where own.accuracy != other.accuracy {
      throw SpecError(
        place,
        "the accuracy of \(own.name) is \(own.accuracy), expected that of `\(name)`, \(other.accuracy)"
      )
    }
    guard table.batches == first.batches else {
      throw SpecError(
        place, "its batch sizes are \(table.batches), expected those of `\(name)`, \(first.batches)"
      )
    }
    guard table.energyUnit == first.energyUnit else {
      throw SpecError(
        place,
        "its energies are in \(table.energyUnit.rawValue), those of `\(name)` in "
          + first.energyUnit.rawValue)
    }
  }

  private static func sideBySide(_ kinds: [DeviceKind]) throws(SpecError) -> ProfileTable {
    let tables = kinds.map(\.table)
    let first = tables[0]
    let subnets = first.subnets.enumerated().map { row, subnet in
      // The same sub-network may be stored in other ways.
      let isSame = tables.allSatisfy { $0.subnets[row].weightBytes == subnet.weightBytes }
      return ProfileTable.Subnet(
        name: subnet.name, accuracy: subnet.accuracy,
        weightBytes: isSame ? subnet.weightBytes : nil)
    }
    let knowsResident = tables.allSatisfy { !$0.resident.isEmpty }
    return try ProfileTable(
      subnets: subnets,
      subgraphs: kinds.flatMap { kind in
        kind.table.subgraphs.map {
          ProfileTable.Column(name: "\(kind.name)/\($0.name)", load: $0.load)
        }
      },
      batches: first.batches,
      cells: first.subnets.indices.flatMap { row in
        tables.flatMap { table in
          table.subgraphs.indices.flatMap { column in
            table.batches.indices.map { table.cell(row, column, batch: $0) }
          }
        }
      },
      resident: !knowsResident
        ? []
        : first.subnets.indices.flatMap { row in
          tables.flatMap { table in
            table.subgraphs.indices.map { table.resident[row * table.subgraphs.count + $0] }
          }
        },
      energyUnit: first.energyUnit, hasEnergy: tables.allSatisfy(\.hasEnergy),
      hasTraffic: tables.allSatisfy(\.hasTraffic))
  }
}
