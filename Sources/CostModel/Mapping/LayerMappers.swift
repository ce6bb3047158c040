public import Architectures
public import Components
public import Inputs

/// The mapping rules that an architecture file can name.
public enum LayerMappers {
  /// The list; a new mapper is one line here.
  private static let all: [any LayerMapper.Type] = [
    LargestTileMapper.self,
    FastestRowStationaryMapper.self,
    EyerissMapper.self,
  ]

  /// The rules by name.
  public static let registry = Registry<any LayerMapper>("mapping rule", all.map { entry($0) })

  private static func entry<Mapper: LayerMapper>(
    _ type: Mapper.Type
  ) -> Registry<any LayerMapper>.Entry {
    Registry<any LayerMapper>.Entry(type) { $0 }
  }

  /// The rules that can cut layers for `datapath`, its own one first.
  public static func rules(for datapath: any Datapath) -> [String] {
    let own = datapath.mapper.kind
    return [own] + all.filter { $0.serves(datapath) }.map { $0.kind }.filter { $0 != own }
  }

  /// The mapping rule of `architecture`: what its file names, or its datapath's own.
  ///
  /// Throws where the file names none that there is, gives it parameters that make no sense, or where
  /// it cannot cut layers for the datapath or its buffers.
  public static func make(
    _ architecture: ArchitectureSpec, for datapath: any Datapath
  ) throws(InputError) -> Registry<any LayerMapper>.Resolved {
    guard let mapping = architecture.mapping else {
      let mapper = try registry.make(Choice(kind: datapath.mapper.kind))
      try checkBanks(type(of: mapper.member), architecture)
      return mapper
    }
    let mapper = try make(mapping)
    try check(type(of: mapper.member), mapping, architecture, datapath)
    return mapper
  }

  /// The rule on its own.
  public static func make(
    _ mapping: MappingSpec
  ) throws(InputError) -> Registry<any LayerMapper>.Resolved {
    guard registry.entries.contains(where: { $0.kind == mapping.rule }) else {
      let rules = registry.entries.map(\.kind).joined(separator: ", ")
      throw InputError(
        "expected one of \(rules), found `\(mapping.rule)`", at: mapping.location,
        path: "\(mapping.choice.path).rule")
    }
    try checkOwners(of: mapping)
    return try registry.make(mapping.choice)
  }

  /// A key of another rule is said to be one.
  private static func checkOwners(of mapping: MappingSpec) throws(InputError) {
    guard case .mapping(let given) = mapping.choice.parameters.content else { return }
    for entry in given where !keys(of: mapping.rule).contains(entry.key) {
      let owners = registry.entries.map(\.kind).filter { keys(of: $0).contains(entry.key) }
      guard let owner = owners.first else { continue }
      throw InputError(
        "belongs to `rule: \(owner)`, found `rule: \(mapping.rule)`", at: entry.value.location,
        path: "\(mapping.choice.path).\(entry.key)")
    }
  }

  /// The keys beside the rule.
  private static func keys(of rule: String) -> [String] {
    properties(of: rule).map(\.name)
  }

  private static func properties(of rule: String) -> [SchemaProperty] {
    guard let entry = registry.entries.first(where: { $0.kind == rule }),
      case .object(let properties) = entry.schema
    else { return [] }
    return properties.filter { $0.name != "kind" }
  }

  private static func check(
    _ mapper: any LayerMapper.Type, _ mapping: MappingSpec, _ architecture: ArchitectureSpec,
    _ datapath: any Datapath
  ) throws(InputError) {
    let path = "\(mapping.choice.path).rule"
    let rules = rules(for: datapath)
    guard mapper.serves(datapath) else {
      let expected = rules.map { "`\($0)`" }.joined(separator: " or ")
      throw InputError(
        "`\(mapper.kind)` cannot map layers for `\(architecture.datapath.kind)`, expected \(expected)",
        at: mapping.location, path: path)
    }
    if mapper.banks == .always, !architecture.memory.buffers.contains(where: { $0.banks != nil }) {
      let others = all.filter { $0.banks != .always && rules.contains($0.kind) }
      let expected = ["a buffer with `banks`"] + others.map { "`\($0.kind)`" }
      throw InputError(
        "`\(mapper.kind)` deals banks out, expected \(expected.joined(separator: " or "))",
        at: mapping.location, path: path)
    }
    try checkBanks(mapper, architecture)
  }

  private static func checkBanks(
    _ mapper: any LayerMapper.Type, _ architecture: ArchitectureSpec
  ) throws(InputError) {
    guard mapper.banks == .never,
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
    var properties = [SchemaProperty(name: "rule", node: .words(rules), isRequired: true)]
    for property in rules.flatMap(properties(of:))
    where !properties.contains(where: { $0.name == property.name }) {
      properties.append(
        SchemaProperty(name: property.name, node: property.node, isRequired: false))
    }
    return .object(properties)
  }
}
