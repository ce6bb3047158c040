internal import Units

/// What a node costs by itself on an idle device.
public struct NodePrice: Hashable, Sendable {
  /// From its start to its end, in seconds.
  public var seconds: Double
  /// In the unit of the profile table's energies.
  public var energy: Double
  /// Off-chip bytes.
  public var dramBytes: Double
  /// Bytes that are resident while it runs; nil where unknown.
  public var residentBytes: Double?

  /// Makes a price.
  public init(
    seconds: Double, energy: Double = 0, dramBytes: Double = 0, residentBytes: Double? = nil
  ) {
    self.seconds = seconds
    self.energy = energy
    self.dramBytes = dramBytes
    self.residentBytes = residentBytes
  }

  /// Resident bytes times the time that they are so: the spatio-temporal cost of UnfoldML (NeurIPS 2022),
  /// where a model is resident while it runs.
  public var byteSeconds: Double? { residentBytes.map { $0 * seconds } }
}

extension TaskGraph {
  /// The price of every node alone on a device of its kind that holds a column of the table.
  ///
  /// `columns` has one column for each kind, numbered in the table of the fleet.
  public func prices(in table: ProfileTable, holding columns: [Int]) -> [NodePrice] {
    nodes.map { node in
      let cell = table.cell(node.row, columns[node.kind])
      return NodePrice(
        seconds: cell.latency.seconds, energy: cell.energy.value,
        dramBytes: Double(cell.dramBytes.count),
        residentBytes: table.subnets[node.row].weightBytes.map { Double($0.count) })
    }
  }
}
