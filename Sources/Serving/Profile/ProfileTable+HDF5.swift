internal import Architectures
internal import Components
public import Inputs
internal import Networks
internal import Units

extension ProfileTable {
  /// What the `schema` attribute of a file says.
  static let schema = "umemaki.profile/1"
  /// What stands in `weight_bytes` for a sub-network whose weights are unknown.
  static let unknownBytes = -1

  /// Writes everything the table holds as HDF5, without loss.
  ///
  /// Datasets of the root group, each with its axes labelled and a `units` attribute where it has a
  /// unit: `subnets`, `subgraphs`, `batches`; `accuracy` and `weight_bytes` [subnet]; `latency` in
  /// ps, `energy` in pJ, or `MACe` or `units` of a relative energy table, and `dram_bytes` [subnet x subgraph x batch]; `resident_bytes` [subnet x
  /// subgraph]; `load_bytes` and `load_time` [subgraph], from an empty buffer, and
  /// `energy_per_loaded_byte`, a single number; `transition_bytes` and
  /// `transition_time` [subgraph x subgraph], row by row from the sub-graph that is replaced;
  /// `subnet_encodings` and `subgraph_encodings`, `[K1, C1, ...]` each. What is unknown has no
  /// dataset; an unknown number among known weight bytes is -1.
  ///
  /// - Throws: `InputError` when the file cannot be created or a name holds a zero byte.
  public func writeHDF5(to path: String) throws(InputError) {
    let writer = try ArrayFileWriter.create(path)
    try writer.setAttribute("schema", Self.schema)
    for array in arrays { try writer.write(array) }
    try writer.finish()
  }

  private var arrays: [StoredArray] {
    let (rows, columns) = (subnets.count, subgraphs.count)
    let places = [rows, columns, batches.count]
    let axes = ["subnet", "subgraph", "batch"]
    var found = [
      StoredArray(
        "subnets", dimensions: [rows], axes: ["subnet"], values: .text(subnets.map(\.name))),
      StoredArray(
        "subgraphs", dimensions: [columns], axes: ["subgraph"],
        values: .text(subgraphs.map(\.name))),
      StoredArray(
        "batches", dimensions: [batches.count], axes: ["batch"], values: .int64(batches)),
      StoredArray(
        "accuracy", dimensions: [rows], axes: ["subnet"], units: "1",
        values: .float64(subnets.map(\.accuracy))),
      StoredArray(
        "latency", dimensions: places, axes: axes, units: "ps",
        values: .int64(cells.map(\.latency.count))),
    ]
    if hasEnergy {
      found.append(
        StoredArray(
          "energy", dimensions: places, axes: axes, units: storedUnit,
          values: .float64(cells.map(\.energy.value))))
    }
    if hasTraffic {
      found.append(
        StoredArray(
          "dram_bytes", dimensions: places, axes: axes, units: "B",
          values: .int64(cells.map(\.dramBytes.count))))
    }
    if let price = loadEnergyPerByte {
      found.append(
        StoredArray(
          "energy_per_loaded_byte", dimensions: [1], axes: ["price"], units: "\(storedUnit)/B",
          values: .float64([price.value])))
    }
    found += Self.arrays(subgraphs.map(\.load), "load", [columns], ["subgraph"])
    if subnets.contains(where: { $0.weightBytes != nil }) {
      found.append(
        StoredArray(
          "weight_bytes", dimensions: [rows], axes: ["subnet"], units: "B",
          values: .int64(subnets.map { $0.weightBytes?.count ?? Self.unknownBytes })))
    }
    if !resident.isEmpty {
      found.append(
        StoredArray(
          "resident_bytes", dimensions: [rows, columns], axes: ["subnet", "subgraph"], units: "B",
          values: .int64(resident.map(\.count))))
    }
    if !transitions.isEmpty {
      found += Self.arrays(
        transitions, "transition", [columns, columns], ["old subgraph", "new subgraph"])
    }
    guard let encodings else { return found }
    for (name, axis, vectors) in [
      ("subnet_encodings", "subnet", encodings.subnets),
      ("subgraph_encodings", "subgraph", encodings.subgraphs),
    ] {
      found.append(
        StoredArray(
          name, dimensions: [vectors.count, encodings.subnets.first?.count ?? 0],
          axes: [axis, "kernels and channels"], values: .int64(vectors.flatMap { $0 })))
    }
    return found
  }

  /// The unit of energies in a file.
  private var storedUnit: String { energyUnit.isAbsolute ? "pJ" : energyUnit.symbol }

  private static func arrays(
    _ loads: [Load], _ name: String, _ dimensions: [Int], _ axes: [String]
  ) -> [StoredArray] {
    [
      StoredArray(
        "\(name)_bytes", dimensions: dimensions, axes: axes, units: "B",
        values: .int64(loads.map(\.bytes.count))),
      StoredArray(
        "\(name)_time", dimensions: dimensions, axes: axes, units: "ps",
        values: .int64(loads.map(\.time.count))),
    ]
  }

  /// Reads a file as `writeHDF5` makes it; numbers may be floating point and in other units.
  ///
  /// - Throws: `InputError` naming the dataset and the cell that is wrong.
  public init(hdf5 path: String) throws(InputError) {
    self = try ProfileTableArrays(ArrayFile(path: path)).table()
  }
}
