public import Architectures
public import Components
public import Inputs
internal import Networks

/// An architecture with its datapath, mapper and energy table, ready to cost layers.
///
/// A class without a variable: it goes along with every question and every answer, and a structure of
/// its size would be copied each time.
public final class Design: Sendable {
  /// The architecture.
  public let architecture: Architecture
  /// The datapath the architecture chose.
  public let datapath: any Datapath
  /// The datapath's specification with every default filled in.
  public let datapathText: String
  /// How layers are cut: what the file says, or the datapath's own rule.
  public let mapper: any LayerMapper
  /// The mapping rule with every default filled in.
  public let mapperText: String
  /// The prices.
  public let energy: EnergyModel
  /// The kinds of cores, that of the file's first; none where all cores are alike.
  public let kinds: [CoreKind]

  /// Makes the datapath and its mapper and looks the prices up; the last moment at which input can be
  /// wrong.
  ///
  /// `read` gives the file of an architecture that a kind of cores is like, by its name.
  public convenience init(
    _ architecture: Architecture, energy table: EnergyTable,
    _ read: (String) throws(InputError) -> SpecFile = { (name) throws(InputError) in
      try SpecFile(path: name)
    }
  ) throws(InputError) {
    let datapath = try Datapaths.registry.make(architecture.spec.datapath)
    let mapper = try LayerMappers.make(architecture.spec, for: datapath.member)
    try Self.checkOperators(of: architecture)
    self.init(
      architecture, datapath: datapath, mapper: mapper, energy: table,
      kinds: try CoreKind.all(
        of: architecture, datapath: datapath, mapper: mapper, energy: table, read))
  }

  /// Checks that what a file names as work that others do are operators, and none of the array's.
  public static func checkOperators(of architecture: Architecture) throws(InputError) {
    let entries = OperationKinds.registry.entries
    let known = entries.filter { !$0.runsOnArray }.map(\.kind)
    let spec = architecture.spec
    let named =
      (spec.vectorUnit?.fused ?? []) + (spec.activations?.elsewhere ?? [])
      + (spec.calibration?.vector ?? []).flatMap(\.operators)
    for name in named where !known.contains(name.word) {
      let isOnArray = entries.contains { $0.kind == name.word }
      let near =
        isOnArray
        ? nil : nearestName(to: name.word, among: known).map { ", did you mean `\($0)`?" }
      throw InputError(
        (isOnArray ? "`\(name.word)` runs on the array" : "no operator `\(name.word)`")
          + (near ?? ", expected one of \(known.joined(separator: ", "))"),
        at: name.location, path: name.path)
    }
  }

  /// Puts parts together that were made before.
  public init(
    _ architecture: Architecture, datapath: Registry<any Datapath>.Resolved,
    mapper: Registry<any LayerMapper>.Resolved, energy table: EnergyTable, kinds: [CoreKind] = []
  ) {
    self.kinds = kinds
    self.architecture = architecture
    self.datapath = datapath.member
    datapathText = datapath.text
    self.mapper = mapper.member
    mapperText = "rule: \(mapper.kind)\n" + mapper.parameters
    energy = EnergyModel(
      table, architecture, local: datapath.member.localBuffer,
      scratchpads: datapath.member.scratchpads)
  }

  /// `other` with another rule for its layers.
  private init(_ other: Design, mapper: any LayerMapper, text: String) {
    kinds = other.kinds
    architecture = other.architecture
    datapath = other.datapath
    datapathText = other.datapathText
    self.mapper = mapper
    mapperText = text
    energy = other.energy
  }

  /// This design with its layers cut by a rule without parameters.
  func cut(by mapper: any LayerMapper, _ kind: String) -> Design {
    Design(self, mapper: mapper, text: "rule: \(kind)\n")
  }

  /// The name of the rule that cuts layers.
  public var mappingRule: String { type(of: mapper).kind }
}
