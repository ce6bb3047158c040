public import Architectures
internal import Components
public import CostModel
internal import Inputs

/// The default prices.
public func defaultEnergy() throws -> EnergyTable {
  try EnergyTable(
    table: Repository.file("arch/energy/horowitz-45nm.yaml"),
    dram: Repository.file("arch/energy/dram/ddr4-18.yaml"))
}

/// The architecture that a text describes.
public func architecture(_ text: String) throws -> Architecture {
  try Architecture(
    SpecFile(path: "test.yaml", node: try YAMLParser.parse(text, file: "test.yaml")))
}

/// The design of `architecture` with the default prices.
public func design(_ architecture: Architecture) throws -> Design {
  try Design(architecture, energy: defaultEnergy())
}

/// A design from the text of an architecture file, with the default prices.
public func design(_ text: String) throws -> Design {
  try design(architecture(text))
}

/// The design of a shipped architecture with the energy tables that it names.
public func design(named name: String) throws -> Design {
  let architecture = try Architecture(Repository.file("arch/\(name).yaml"))
  let energy = architecture.spec.energy
  return try Design(
    architecture,
    energy: EnergyTable(
      table: Repository.file("arch/energy/\(energy.table).yaml"),
      dram: Repository.file("arch/energy/dram/\(energy.dram).yaml")))
}

/// The datapath that a `kind` and its parameters choose.
public func datapath(_ text: String) throws -> any Datapath {
  let file = SpecFile(path: "test.yaml", node: try YAMLParser.parse(text, file: "test.yaml"))
  return try Datapaths.registry.make(file.decode(Choice.self)).member
}

/// The design of `text`, whose rule is `file`, with the mappings of `mappings` whatever file it names.
public func design(_ text: String, mappings: String) throws -> Design {
  let architecture = try architecture(text)
  let datapath = try Datapaths.registry.make(architecture.spec.datapath)
  let mapper = try LayerMappers.make(architecture.spec, for: datapath.member) {
    (path) throws(InputError) in
    SpecFile(path: path, node: try YAMLParser.parse(mappings, file: path))
  }
  return Design(
    architecture, datapath: datapath, mapper: mapper, energy: try defaultEnergy())
}
