public import CostModel
public import Inputs

/// A question to the cost model as a user writes it: a design, a network, its weights, and what is on
/// chip.
public struct Question: Hashable, Sendable {
  /// Architecture, a name or a path.
  public var architecture: String
  /// Workload, a name or a path.
  public var workload: String
  /// Sub-network of a supernet, by name or as an inline configuration.
  public var subnet: String?
  /// Weight file.
  public var weights: String?
  /// Layout of tensors whose file does not say.
  public var layout: WeightLayout?
  /// What the persistent buffer holds: `none`, `self`, a sub-network or a file.
  public var cached = "none"
  /// What the persistent buffer is filled with first where `cached` is a network.
  public var fill = SubgraphFill.cycles
  /// Layers and other operations that run on the accelerator's host, by name.
  public var host: [String] = []
  /// Images per inference, or sequences of an iteration.
  public var batch = 1
  /// What a transformer is asked to do, where it is not what its file says.
  public var iteration = IterationQuestion()
  /// Energy table instead of the architecture's.
  public var energy: String?
  /// DRAM preset instead of the architecture's.
  public var dram: String?
  /// Mapping rule instead of the architecture's: its name, a mapping file, or a rule in braces.
  public var mapping: String?
  /// Area table instead of the architecture's.
  public var area: String?

  /// Asks for `workload` on `architecture`.
  public init(architecture: String, workload: String) {
    self.architecture = architecture
    self.workload = workload
  }

  /// The names in the text of a `--host` flag: `fc,classifier`, or a list in brackets as YAML writes
  /// it.
  ///
  /// - Throws: `InputError` about a list that is none.
  public static func hostNames(_ text: String) throws(InputError) -> [String] {
    try HostLayers.names(text, .flags)
  }

  /// Where a user writes the values of a question, for messages about them.
  public enum Form: Hashable, Sendable {
    /// Flags of a command: `--cached`.
    case flags
    /// Keys of a file, below `prefix`: `profile.weights`.
    case keys(prefix: String)

    /// What `field` is called there.
    package func path(_ field: String) -> String {
      switch self {
      // A flag has all its values behind it: `--host` and not `--host[0]`.
      case .flags: "--\(field.prefix { $0 != "[" })"
      case .keys(let prefix): prefix + field
      }
    }
  }
}
