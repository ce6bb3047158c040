public import Inputs
public import Specs

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

  /// Makes the datapath and looks the prices up; the last moment at which input can be wrong.
  public init(_ architecture: Architecture, energy table: EnergyTable) throws(InputError) {
    let choice = architecture.spec.datapath
    let resolved = try Datapaths.registry.make(choice)
    if let buffer = architecture.spec.memory.buffers.first(where: { $0.banks != nil }),
      !resolved.member.mapsLayers
    {
      throw InputError(
        "`\(choice.kind)` cannot divide \(buffer.name) by banks, expected no `banks` or a datapath "
          + "that maps layers itself, such as `\(RowStationaryArray.kind)`",
        at: choice.parameters.location, path: choice.path)
    }
    self.init(architecture, datapath: resolved, energy: table)
  }

  /// Puts parts together that were made before.
  public init(
    _ architecture: Architecture, datapath resolved: Registry<any Datapath>.Resolved,
    energy table: EnergyTable
  ) {
    self.architecture = architecture
    datapath = resolved.member
    datapathText = resolved.text
    energy = EnergyModel(table, architecture, local: resolved.member.localBuffer)
  }
}
