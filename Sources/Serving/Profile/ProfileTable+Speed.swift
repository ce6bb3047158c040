public import Components
internal import Units

extension ProfileTable {
  /// The same table for a device on which services take 1 / `speed` of the time, to the nearest picosecond
  /// and at least one.
  ///
  /// Loads and changes of sub-network take what they took, because links set their time; energies and bytes
  /// stay.
  ///
  /// - Throws: `SpecError` at `speed` where a service would take more than a table can say.
  public func scaled(bySpeed speed: Double) throws(SpecError) -> ProfileTable {
    guard (1e-6...1e6).contains(speed) else {
      throw SpecError("speed", "expected 1e-6 to 1e6, found \(speed)")
    }
    guard speed != 1 else { return self }
    let scaled = cells.map { cell in
      let time = (Double(cell.latency.count) / speed).rounded()
      return Cell(
        latency: SimulationTime(time < 0x1p60 ? max(Int(time), 1) : 1 << 60), energy: cell.energy,
        dramBytes: cell.dramBytes)
    }
    guard scaled.allSatisfy({ $0.latency.count < 1 << 60 }) else {
      throw SpecError("speed", "a service takes more than 1e6 s, expected a higher speed")
    }
    return try ProfileTable(
      subnets: subnets, subgraphs: subgraphs, batches: batches, cells: scaled, resident: resident,
      transitions: transitions, encodings: encodings, energyUnit: energyUnit, hasEnergy: hasEnergy,
      hasTraffic: hasTraffic, loadEnergyPerByte: loadEnergyPerByte)
  }
}
