public import Architectures
public import Components
public import Inputs

/// The mapping rules that an architecture file can name.
public enum LayerMappers {
  /// The rules by name; a new mapper is one line here.
  public static let registry = Registry<any LayerMapper>(
    "mapping rule",
    [
      .init(LargestTileMapper.self) { $0 },
      .init(EvenTileMapper.self) { $0 },
      .init(SearchMapper.self) { $0 },
      .init(FileMapper.self) { $0 },
      .init(FastestRowStationaryMapper.self) { $0 },
      .init(EyerissMapper.self) { $0 },
      .init(FastestTileMapper.self) { $0 },
    ])

  /// The rules that can cut layers for `datapath`, its own one first.
  public static func rules(
    for datapath: any Datapath, among mappers: Registry<any LayerMapper> = registry
  ) -> [String] {
    let own = datapath.mapper.kind
    return [own] + mappers.types.filter { $0.serves(datapath) }.map { $0.kind }.filter { $0 != own }
  }

  /// The mapping rule of `architecture`: what its file names, or its datapath's own.
  ///
  /// `read` opens the files that a rule names, from the folder of the architecture's.
  ///
  /// Throws where the file names none that there is, gives it parameters that make no sense, where it
  /// cannot cut layers for the datapath or its buffers, or about a file that it names.
  public static func make(
    _ architecture: ArchitectureSpec, for datapath: any Datapath,
    among mappers: Registry<any LayerMapper> = registry,
    _ read: (String) throws(InputError) -> SpecFile = { (path) throws(InputError) in
      try SpecFile(path: path)
    }
  ) throws(InputError) -> Registry<any LayerMapper>.Resolved {
    try checkLevels(architecture, datapath)
    guard let mapping = architecture.mapping else {
      let mapper = try mappers.make(Choice(kind: datapath.mapper.kind))
      try checkBanks(type(of: mapper.member), architecture, datapath)
      return mapper
    }
    var mapper = try make(mapping, among: mappers)
    try check(type(of: mapper.member), mapping, architecture, datapath, among: mappers)
    if let wrong = mapper.member.mismatch(with: datapath) {
      throw InputError(
        wrong.message, at: mapping.location, path: "\(mapping.choice.path).\(wrong.path)")
    }
    do throws(InputError) {
      try mapper.member.load(folder: folder(of: mapping), read)
    } catch {
      // A file that another names is missed there.
      guard error.kind == .unreadable, !mapping.location.file.isEmpty else { throw error }
      throw InputError(
        "\(error)", at: mapping.location, path: "\(mapping.choice.path).\(FileMapper.kind)")
    }
    return mapper
  }

  /// The folder that a rule's files are named from.
  public static func folder(of mapping: MappingSpec) -> String {
    let file = mapping.location.file
    return file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
  }

  /// The rule on its own.
  public static func make(
    _ mapping: MappingSpec, among mappers: Registry<any LayerMapper> = registry
  ) throws(InputError) -> Registry<any LayerMapper>.Resolved {
    guard mappers.entries.contains(where: { $0.kind == mapping.rule }) else {
      let rules = mappers.entries.map(\.kind).joined(separator: ", ")
      throw InputError(
        "expected one of \(rules), found `\(mapping.rule)`", at: mapping.location,
        path: "\(mapping.choice.path).rule")
    }
    try checkOwners(of: mapping, among: mappers)
    return try mappers.make(mapping.choice)
  }

  /// A key of another rule is said to be one.
  private static func checkOwners(
    of mapping: MappingSpec, among mappers: Registry<any LayerMapper>
  ) throws(InputError) {
    guard case .mapping(let given) = mapping.choice.parameters.content else { return }
    for entry in given where !keys(of: mapping.rule, among: mappers).contains(entry.key) {
      let owners = mappers.entries.map(\.kind).filter {
        keys(of: $0, among: mappers).contains(entry.key)
      }
      guard let owner = owners.first else { continue }
      throw InputError(
        "belongs to `rule: \(owner)`, found `rule: \(mapping.rule)`", at: entry.value.location,
        path: "\(mapping.choice.path).\(entry.key)")
    }
  }

  /// The keys beside the rule.
  private static func keys(of rule: String, among mappers: Registry<any LayerMapper>) -> [String] {
    properties(of: rule, among: mappers).map(\.name)
  }

  private static func properties(
    of rule: String, among mappers: Registry<any LayerMapper>
  ) -> [SchemaProperty] {
    guard let entry = mappers.entries.first(where: { $0.kind == rule }),
      case .object(let properties) = entry.schema
    else { return [] }
    return properties.filter { $0.name != "kind" }
  }

  private static func check(
    _ mapper: any LayerMapper.Type, _ mapping: MappingSpec, _ architecture: ArchitectureSpec,
    _ datapath: any Datapath, among mappers: Registry<any LayerMapper>
  ) throws(InputError) {
    let path = "\(mapping.choice.path).rule"
    let rules = rules(for: datapath, among: mappers)
    guard mapper.serves(datapath) else {
      let expected = rules.map { "`\($0)`" }.joined(separator: " or ")
      throw InputError(
        "`\(mapper.kind)` cannot map layers for `\(architecture.datapath.kind)`, expected \(expected)",
        at: mapping.location, path: path)
    }
    if mapper.banks == .always, !architecture.memory.buffers.contains(where: { $0.banks != nil }) {
      let others = mappers.types.filter { $0.banks != .always && rules.contains($0.kind) }
      let expected = ["a buffer with `banks`"] + others.map { "`\($0.kind)`" }
      throw InputError(
        "`\(mapper.kind)` deals banks out, expected \(expected.joined(separator: " or "))",
        at: mapping.location, path: path)
    }
    try checkBanks(mapper, architecture, datapath)
  }

  private static func checkLevels(
    _ architecture: ArchitectureSpec, _ datapath: any Datapath
  ) throws(InputError) {
    guard datapath.needsLayout, !architecture.memory.levels.isEmpty else { return }
    let choice = architecture.datapath
    throw InputError(
      "`\(choice.kind)` lays layers out in its buffers itself, expected no `memory.levels`",
      at: choice.parameters.location, path: choice.path)
  }

  private static func checkBanks(
    _ mapper: any LayerMapper.Type, _ architecture: ArchitectureSpec, _ datapath: any Datapath
  ) throws(InputError) {
    // Banks are dealt out by layouts.
    guard mapper.banks == .never || !datapath.needsLayout,
      let buffer = architecture.memory.buffers.first(where: { $0.banks != nil })
    else { return }
    let choice = architecture.datapath
    throw InputError(
      "`\(choice.kind)` cannot divide \(buffer.name) by banks, expected no `banks` or a datapath "
        + "that maps layers itself, such as `\(RowStationaryArray.kind)`",
      at: choice.parameters.location, path: choice.path)
  }

  /// The shape of `mapping` in a file: a rule, and the keys of all rules.
  public static var schema: SchemaNode {
    let rules = registry.entries.map(\.kind)
    var properties = [
      SchemaProperty(
        name: "rule", node: .words(rules), isRequired: true,
        note: KeyNote("rule", "How layers are cut; the other keys are those of one rule each"))
    ]
    for rule in rules {
      for property in Self.properties(of: rule, among: registry)
      where !properties.contains(where: { $0.name == property.name }) {
        let note = property.note.map {
          KeyNote(
            $0.key, "Of `\(rule)`: \($0.text)",
            default: $0.defaultValue ?? "none; `\(rule)` needs it", source: $0.source)
        }
        properties.append(
          SchemaProperty(name: property.name, node: property.node, isRequired: false, note: note))
      }
    }
    return .object(properties)
  }
}

extension Registry<any LayerMapper> {
  /// The mappers.
  fileprivate var types: [any LayerMapper.Type] {
    entries.compactMap { $0.type as? any LayerMapper.Type }
  }
}
