internal import Architectures
internal import Components
internal import CostModel
internal import Foundation
internal import Inputs
internal import Networks
internal import Studies

/// Reads the files of a sweep once and remembers their paths.
struct SweepFiles {
  /// Holds every file that was read.
  private(set) var folders: SpecFolders
  /// Paths in the order of reading.
  private(set) var paths: [String] = []

  init(_ folders: SpecFolders) { self.folders = folders }

  /// Remembers a path whose file is read elsewhere.
  mutating func note(_ path: String) {
    if !paths.contains(path) { paths.append(path) }
  }

  /// The file called `name` in `folder`.
  mutating func file(_ name: String, in folder: String) throws(InputError) -> SpecFile {
    let path = try folders.path(of: name, in: folder)
    let file = try folders.file(at: path)
    folders.hold(file)
    note(path)
    return file
  }

  /// Reads an architecture with its tables and gives the unit of its energies.
  @discardableResult
  mutating func architecture(
    _ name: String, energy: String?, dram: String?, area: String?
  ) throws(InputError) -> (architecture: Architecture, unit: EnergyUnit) {
    let file = try file(name, in: "arch")
    let architecture = try Architecture(file)
    let choice = architecture.spec.energy
    let table = try self.file(energy ?? choice.table, in: "arch/energy")
    let preset = try self.file(dram ?? choice.dram, in: "arch/energy/dram")
    let prices = try EnergyTable(table: table, dram: preset)
    let design = try Design(architecture, energy: prices) { (name) throws(InputError) in
      try self.file(name, in: "arch")
    }
    if let mapping = architecture.spec.mapping {
      try hold(design.mapper.files(in: LayerMappers.folder(of: mapping)))
    }
    if let area = area ?? architecture.spec.area {
      _ = try AreaTable(self.file(area, in: "arch/area"))
    }
    return (architecture, prices.spec.unit)
  }

  /// Reads a workload with the files that it names.
  @discardableResult
  mutating func workload(_ name: String) throws(InputError) -> Workload {
    let workload = try folders.workload(file(name, in: "workloads"))
    for path in workload.furtherFiles { note(path) }
    return workload
  }

  /// Reads a scenario with the files of its profile.
  mutating func scenario(_ name: String) throws(InputError) {
    let spec = try file(name, in: "workloads/scenarios").decode(ServingSpec.self)
    guard let profile = spec.profile else { return }
    try architecture(profile.architecture, energy: nil, dram: nil, area: nil)
    try workload(profile.workload)
  }

  /// Reads the file that an axis names in a field.
  mutating func hold(
    _ setting: DesignPoint.Setting, as field: String, _ path: String
  ) throws(SpecError) {
    let name = setting.value.flowText
    do throws(InputError) {
      switch field {
      case "architecture": try architecture(name, energy: nil, dram: nil, area: nil)
      case "workload": try workload(name)
      case "energy": _ = try file(name, in: "arch/energy")
      case "dram": _ = try file(name, in: "arch/energy/dram")
      case "area": _ = try AreaTable(file(name, in: "arch/area"))
      case "scenario": try scenario(name)
      case "weights": try weights(name)
      case "mapping": try mapping(name)
      case "cached": if Resolver.isFile(name) { try subgraph(name) }
      default: break
      }
    } catch {
      throw SpecError(path, "\(error)")
    }
  }

  /// Looks whether a weight file can be read.
  mutating func weights(_ path: String) throws(InputError) {
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw InputError("no such file, or it cannot be read", file: path, kind: .unreadable)
    }
    note(path)
  }

  /// Looks whether a text is a mapping rule, and reads the file that it names.
  mutating func mapping(_ text: String) throws(InputError) {
    let named: [String]
    do throws(InputError) {
      named = try Resolver.mappingFiles(of: text, among: folders.families.mappers)
    } catch {
      // Places in the text say nothing.
      throw InputError(error.message, file: nil)
    }
    try hold(named)
  }

  /// Reads mapping files.
  private mutating func hold(_ mappings: [String]) throws(InputError) {
    for path in mappings {
      let file = try folders.file(at: path)
      _ = try MappingFile(file)
      folders.hold(file)
      note(path)
    }
  }

  /// Reads a file of slices for the persistent buffer.
  mutating func subgraph(_ path: String) throws(InputError) {
    _ = try file(path, in: "").decode(SubgraphSpec.self)
  }

  /// The error for a path that starts with no known word.
  static func unknown(_ path: String, roots: [String], fields: [String]) -> SpecError {
    let root = PointEdits.Target(path).root
    let known = roots.map { "\($0).…" } + fields
    let near = nearestName(to: root, among: roots + fields).map { ", did you mean `\($0)`?" }
    return SpecError(
      path, "unknown `\(root)`" + (near ?? ", expected one of \(known.joined(separator: ", "))"))
  }
}
