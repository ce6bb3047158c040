import Architectures
import Components
import Foundation
import Networks
import TestSupport
import Testing

// Does every shipped file decode, and is it called what it says it is called?
@Suite struct ShippedFilesTests {
  private func file(_ folder: String, _ name: String) throws -> SpecFile {
    try SpecFile(path: Repository.root.appending(path: "\(folder)/\(name).yaml").path)
  }

  @Test(arguments: try Repository.names(in: "workloads"))
  func workloads(_ name: String) throws {
    let loaded = try workload(name)
    #expect(loaded.spec.name == name)
    #expect(!loaded.spec.summary.isEmpty && !loaded.spec.source.isEmpty, "\(name)")
  }

  @Test func architectures() throws {
    let names = try self.names("arch")
    #expect(names.count >= 9)
    let (tables, presets) = (
      try self.names("arch/energy"), try self.names("arch/energy/dram")
    )
    for name in names {
      let spec = try Architecture(file("arch", name)).spec
      #expect(spec.name == name)
      #expect(tables.contains(spec.energy.table), "\(name)")
      #expect(presets.contains(spec.energy.dram), "\(name)")
      _ = try EnergyTable(
        table: file("arch/energy", spec.energy.table),
        dram: file("arch/energy/dram", spec.energy.dram))
    }
  }

  private func names(_ folder: String) throws -> [String] { try Repository.names(in: folder) }

  @Test func energyTables() throws {
    let (tables, presets) = (try names("arch/energy"), try names("arch/energy/dram"))
    #expect(tables.count >= 4 && presets.count >= 8)
    var paired = Set<String>()
    for table in tables {
      let unit = try file("arch/energy", table).decode(EnergyTableSpec.self).unit
      for preset in presets {
        let spec = try file("arch/energy/dram", preset).decode(DRAMEnergySpec.self)
        #expect(spec.name == preset)
        let (left, right) = (
          try file("arch/energy", table), try file("arch/energy/dram", preset)
        )
        if spec.unit == unit {
          let both = try EnergyTable(table: left, dram: right)
          #expect(both.spec.name == table)
          paired.formUnion([table, preset])
        } else {
          #expect(throws: (any Error).self) { try EnergyTable(table: left, dram: right) }
        }
      }
    }
    #expect(paired == Set(tables + presets))
  }
}
