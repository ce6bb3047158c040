public import Components
public import Serving
public import Units

/// Programs of the user's own that serve on a simulated device, as a scenario's file describes them.
public struct VirtualDeviceSpec: Codable, Hashable, Sendable {
  /// Bytes of a sub-network that the table does not say.
  public struct Weights: Codable, Hashable, Sendable {
    /// The sub-network.
    public let subnet: String
    /// Its weights.
    public let bytes: Bytes
  }

  /// A program.
  public struct Client: Codable, Hashable, Sendable {
    /// Name in reports and messages.
    public let name: String
    /// The program and its arguments.
    public let command: [String]
    /// Handed to it as they are; none when left out.
    public let options: PolicyOptions?
    /// The longest that a line of it may take on a real clock; 10 s when left out.
    public let limit: SimulationTime?
    /// Where its standard error goes; `show` when left out.
    public let standardError: ProcessSpec.Errors?
  }

  /// Name of the scenario.
  public let name: String
  /// One sentence.
  public let summary: String
  /// Where the setting comes from.
  public let source: String
  /// What a batch of a sub-network takes: a profile table, CSV or HDF5.
  public let table: String
  /// Memory of the device.
  public let memory: Bytes
  /// The link that sub-networks are loaded over.
  public let link: Bandwidth
  /// Bytes of sub-networks.
  public let weights: [Weights]?
  /// The programs.
  public let clients: [Client]
  /// Calls that a program may make; 1,000,000 when left out.
  public let mostCalls: Int?
}

extension VirtualDeviceSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name of the scenario, the file's without its ending"),
    KeyNote("summary", "One sentence for `umemaki list`"),
    KeyNote("source", "Where the setting comes from"),
    KeyNote(
      "table",
      "What a batch of a sub-network takes, with nothing cached: a profile table, CSV or HDF5, from the "
        + "scenario's folder"),
    KeyNote("memory", "Memory of the device"),
    KeyNote("link", "The link that sub-networks are loaded over"),
    KeyNote("weights", "Bytes of sub-networks", default: "as the table says"),
    KeyNote("clients", "Programs that call the device"),
    KeyNote("most_calls", "Calls that a program may make", default: "1000000"),
  ]
}

extension VirtualDeviceSpec.Weights: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("subnet", "A sub-network of the table"), KeyNote("bytes", "Its weights"),
  ]
}

extension VirtualDeviceSpec.Client: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name in reports and messages"),
    KeyNote(
      "command",
      "The program, a name in PATH or a path from the scenario's folder, and its arguments"),
    KeyNote("options", "A mapping that is handed to the program as it is", default: "none"),
    KeyNote(
      "limit", "The longest that a line, and the end, may take on a real clock", default: "10 s"),
    KeyNote(
      "standard_error",
      "Where standard error of the program goes: `show`, to standard error; `hide`, nowhere",
      default: "show"),
  ]
}
