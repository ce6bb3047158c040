internal import Components
public import Inputs

/// What the queries of a scenario are, which its file says by a key that the others do not have.
public enum ScenarioKind: String, CaseIterable, Sendable {
  /// Inferences of networks.
  case networks
  /// Graphs of inferences.
  case graphs
  /// Requests to a language model.
  case tokens
  /// Layers of several networks on one array.
  case sharedArray
  /// Programs of the user's own on a device.
  case virtualDevice

  /// The kind of the scenario called `name`.
  ///
  /// - Throws: `InputError` where there is none, or where its file cannot be read.
  public init(_ name: String, folders: SpecFolders) throws(InputError) {
    self.init(try folders.file(at: Self.path(of: name, folders)))
  }

  /// The kind of a file that is a scenario.
  private init(_ file: SpecFile) {
    self = Self.allCases.first { $0.key.map(file.has) ?? false } ?? .networks
  }

  /// The key that only its files have.
  private var key: String? {
    switch self {
    case .networks: nil
    case .graphs: "graph"
    case .tokens: "requests"
    case .sharedArray: "tenants"
    case .virtualDevice: "clients"
    }
  }

  /// Where its scenarios are looked up.
  private var folder: String {
    switch self {
    case .networks: "workloads/scenarios"
    case .graphs: "workloads/graphs"
    case .tokens: "workloads/tokens"
    case .sharedArray: "workloads/sharing"
    case .virtualDevice: "workloads/devices"
    }
  }

  /// The path of a scenario of any kind, as it is given or by its name.
  ///
  /// - Throws: `InputError` where there is none of this name.
  static func path(of name: String, _ folders: SpecFolders) throws(InputError) -> String {
    let kind = allCases.first { folders.names(in: $0.folder).contains(name) }
    return try folders.path(of: name, in: (kind ?? .networks).folder)
  }
}
