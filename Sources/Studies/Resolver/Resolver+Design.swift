internal import Architectures
internal import Components
package import CostModel
package import Inputs

extension Resolver {
  /// Reads the architecture, its energy table and its DRAM preset; `paths` collects the files.
  package static func design(
    _ name: String, folders: SpecFolders, paths: inout [String]
  ) throws(InputError) -> Design {
    var resolver = Resolver(folders: folders)
    let design = try resolver.design(
      Question(architecture: name, workload: ""), .none
    ).design
    paths += design.paths
    return design.value
  }

  /// The design that a question and a point's values make, and what identifies its architecture.
  package mutating func design(
    _ question: Question, _ edits: PointEdits
  ) throws(InputError) -> (design: Sourced<Design>, key: String) {
    let name = question.architecture
    let key = name + edits.key("architecture")
    let original = try original(name)
    let architecture = try architecture(original, name, key, edits)
    let (energy, priceKey) = try prices(question, architecture, edits)
    let families = folders.families
    let datapath = try datapaths.value(name + (edits.sections["datapath"] ?? "")) {
      () throws(InputError) in
      try families.datapaths.make(architecture.spec.datapath)
    }
    let (folders, form) = (folders, form)
    let rule = try question.mapping.map { (text) throws(InputError) in
      try MappingOverride(text, path: form.path("mapping")).spec
    }
    let spec = rule.map { architecture.spec.replacing(mapping: $0) } ?? architecture.spec
    let ruleKey = question.mapping.map { "\n\($0)" } ?? ""
    let design = try designs.value(key + "\n" + priceKey + ruleKey) { () throws(InputError) in
      let mapper = try MappingOverride.placed(question.mapping, path: form.path("mapping")) {
        () throws(InputError) in
        try LayerMappers.make(spec, for: datapath.member, among: families.mappers) {
          (path) throws(InputError) in try folders.file(at: path)
        }
      }
      try Design.checkOperators(of: architecture)
      return Design(
        architecture, datapath: datapath, mapper: mapper, energy: energy.value,
        kinds: try CoreKind.all(
          of: architecture, datapath: datapath, mapper: mapper, energy: energy.value,
          among: families.datapaths, mappers: families.mappers
        ) { (name) throws(InputError) in
          try folders.file(at: folders.path(of: name, in: "arch"))
        })
    }
    let files = spec.mapping.map { design.mapper.files(in: LayerMappers.folder(of: $0)) } ?? []
    var kinds: [String] = []
    for name in architecture.spec.cores?.others?.compactMap(\.architecture?.word) ?? [] {
      let path = try folders.path(of: name, in: "arch")
      if !kinds.contains(path) { kinds.append(path) }
    }
    return (
      Sourced(value: design, paths: [original.file.path] + kinds + energy.paths + files),
      key + ruleKey
    )
  }

  /// An architecture without edits, and its file.
  struct Original {
    package let file: SpecFile
    package let architecture: Architecture
  }

  private mutating func original(_ name: String) throws(InputError) -> Original {
    let folders = folders
    return try originals.value(name) { () throws(InputError) in
      let file = try folders.file(at: folders.path(of: name, in: "arch"))
      return Original(file: file, architecture: try Architecture(file))
    }
  }

  /// The architecture called `name` with a point's values; sections that other points share are
  /// decoded once.
  private mutating func architecture(
    _ original: Original, _ name: String, _ key: String, _ edits: PointEdits
  ) throws(InputError) -> Architecture {
    guard !edits.sections.isEmpty else { return original.architecture }
    // Only for what is decoded for the first time, and for the place of what is wrong.
    func edited() throws(InputError) -> SpecFile {
      try edits.applied(to: original.file, root: "architecture")
    }
    var changed: [ArchitectureSection] = []
    for (section, text) in edits.sections.sorted(by: { $0.key < $1.key }) {
      let made = try sections.value("\(name)\n\(section)\(text)") { () throws(InputError) in
        try ArchitectureSection(section, of: edited())
      }
      guard let made else { return try Architecture(edited()) }
      changed.append(made)
    }
    let sections = changed
    return try architectures.value(key) { () throws(InputError) in
      try original.architecture.replacing(sections, of: original.file, edited: edited)
    }
  }

  private mutating func prices(
    _ question: Question, _ architecture: Architecture, _ edits: PointEdits
  ) throws(InputError) -> (energy: Sourced<EnergyTable>, key: String) {
    let chosen = architecture.spec.energy
    let (table, preset) = (question.energy ?? chosen.table, question.dram ?? chosen.dram)
    let key = "\(table)\n\(preset)" + edits.key("energy_table") + "\n" + edits.key("dram_preset")
    let folders = folders
    let energy = try prices.value(key) { () throws(InputError) in
      if question.energy == nil {
        try Self.locate(
          table, "energy.table", in: "arch/energy", of: question.architecture, folders)
      }
      if question.dram == nil {
        try Self.locate(
          preset, "energy.dram", in: "arch/energy/dram", of: question.architecture, folders)
      }
      let table = try edits.file(table, in: "arch/energy", "energy_table", folders)
      let preset = try edits.file(preset, in: "arch/energy/dram", "dram_preset", folders)
      return Sourced(
        value: try EnergyTable(table: table, dram: preset), paths: [table.path, preset.path])
    }
    return (energy, key)
  }
}
