internal import Architectures
public import Components
internal import Units

extension ProfileTable {
  /// Where the costs of one row of a table of nodes come from.
  public struct NodeSource: Sendable {
    /// The name of the new row.
    public let name: String
    /// Its accuracy, 0...1; 0 where unknown, which no figure shows.
    public let accuracy: Double
    /// The table.
    public let table: ProfileTable
    /// The row of it.
    public let row: Int

    /// Makes a source.
    public init(_ name: String, accuracy: Double, table: ProfileTable, row: Int) {
      self.name = name
      self.accuracy = accuracy
      self.table = table
      self.row = row
    }
  }

  /// A table with a row for each node of a graph, and the columns of one supernet.
  ///
  /// A row of another table finds nothing on chip in any column, as if the buffer were empty.
  ///
  /// - Parameters:
  ///   - sources: The rows.
  ///   - owner: The table whose columns there are.
  ///   - isOwner: By row, whether it is of that table.
  ///   - separate: Whether sub-networks are models by themselves: a column named after one helps that one
  ///     alone, and columns of several are left out.
  /// - Throws: `SpecError` where batch sizes or energy units differ.
  public init(
    nodes sources: [NodeSource], columnsOf owner: ProfileTable, isOwner: [Bool],
    separate: Bool = false
  ) throws(SpecError) {
    for source in sources {
      guard source.table.batches == owner.batches else {
        throw SpecError(
          "", "`\(source.name)` has batch sizes \(source.table.batches), expected \(owner.batches)")
      }
      guard source.table.energyUnit == owner.energyUnit else {
        throw SpecError(
          "",
          "energies of `\(source.name)` are in \(source.table.energyUnit.rawValue), expected "
            + owner.energyUnit.rawValue)
      }
    }
    let names = owner.subnets.map(\.name)
    let columns = owner.subgraphs.indices.filter { column in
      let name = owner.subgraphs[column].name
      return !separate || name == Self.emptySubgraph || names.contains(name)
    }
    func place(_ row: Int, _ column: Int) -> Int {
      let table = sources[row].table
      let empty = table.subgraphs.firstIndex { $0.name == Self.emptySubgraph } ?? 0
      guard isOwner[row] else { return empty }
      let isOwn = owner.subgraphs[column].name == names[sources[row].row]
      return separate && !isOwn ? empty : column
    }
    let knowsResident = !owner.resident.isEmpty
    try self.init(
      subnets: sources.map {
        Subnet(
          name: $0.name, accuracy: $0.accuracy, weightBytes: $0.table.subnets[$0.row].weightBytes)
      },
      subgraphs: columns.map { owner.subgraphs[$0] }, batches: owner.batches,
      cells: sources.indices.flatMap { row in
        columns.flatMap { column in
          owner.batches.indices.map {
            sources[row].table.cell(sources[row].row, place(row, column), batch: $0)
          }
        }
      },
      resident: !knowsResident
        ? []
        : sources.indices.flatMap { row in
          columns.map { column in
            guard isOwner[row] else { return .zero }
            return owner.resident[
              sources[row].row * owner.subgraphs.count + place(row, column)]
          }
        },
      // Where models are separate, the one before helps no other to come.
      transitions: owner.transitions.isEmpty || separate
        ? []
        : columns.flatMap { old in
          columns.map { owner.transitions[old * owner.subgraphs.count + $0] }
        },
      energyUnit: owner.energyUnit, hasEnergy: sources.allSatisfy(\.table.hasEnergy),
      hasTraffic: sources.allSatisfy(\.table.hasTraffic),
      loadEnergyPerByte: owner.loadEnergyPerByte)
  }
}
