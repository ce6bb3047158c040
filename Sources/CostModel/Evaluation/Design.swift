public import Architectures
public import Components
public import Inputs

/// An architecture with its datapath and energy table, ready to cost layers.
public struct Design: Sendable {
  /// The architecture.
  public let architecture: Architecture
  /// The datapath the architecture chose.
  public let datapath: any Datapath
  /// The datapath's specification with every default filled in.
  public let datapathText: String
  /// The prices.
  public let energy: EnergyModel
  /// How layers are cut: what the file says, or the datapath's first rule.
  public let mapping: MappingSpec

  /// Makes the datapath and looks the prices up; the last moment at which input can be wrong.
  public init(_ architecture: Architecture, energy table: EnergyTable) throws(InputError) {
    let choice = architecture.spec.datapath
    let resolved = try Datapaths.registry.make(choice)
    try Self.check(architecture, resolved.member)
    self.init(architecture, datapath: resolved, energy: table)
  }

  /// Checks that the datapath can do what the architecture asks of its mapper.
  public static func check(
    _ architecture: Architecture, _ datapath: any Datapath
  ) throws(InputError) {
    let choice = architecture.spec.datapath
    if let rule = architecture.spec.mapping?.rule, !datapath.mappingRules.contains(rule) {
      let rules = datapath.mappingRules.map { "`\($0.rawValue)`" }.joined(separator: " or ")
      throw InputError(
        "`\(choice.kind)` has no mapping rule `\(rule.rawValue)`, expected \(rules)",
        at: choice.parameters.location, path: choice.path)
    }
    if let buffer = architecture.spec.memory.buffers.first(where: { $0.banks != nil }),
      !datapath.mapsLayers
    {
      throw InputError(
        "`\(choice.kind)` cannot divide \(buffer.name) by banks, expected no `banks` or a datapath "
          + "that maps layers itself, such as `\(RowStationaryArray.kind)`",
        at: choice.parameters.location, path: choice.path)
    }
  }

  /// Puts parts together that were made before.
  public init(
    _ architecture: Architecture, datapath resolved: Registry<any Datapath>.Resolved,
    energy table: EnergyTable
  ) {
    self.architecture = architecture
    datapath = resolved.member
    datapathText = resolved.text
    mapping =
      architecture.spec.mapping
      ?? MappingSpec(rule: resolved.member.mappingRules.first ?? .largest)
    energy = EnergyModel(table, architecture, local: resolved.member.localBuffer)
  }
}
