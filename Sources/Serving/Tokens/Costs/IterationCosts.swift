public import Components
public import Inputs

/// What iterations cost on a device.
///
/// The answer depends on the load alone. Implementations may remember what they have worked out, which is
/// why asking changes them.
public protocol IterationCosts: Sendable {
  /// Time, energy and off-chip bytes of an iteration on an idle device.
  mutating func cost(of load: IterationLoad) throws(ServiceModelError) -> ServiceCost
}

/// What the costs that a scenario names are made from.
public protocol IterationSource: Sendable {
  /// Layers of the model.
  var layers: Int { get }
  /// The text of a file that the scenario names.
  func text(_ path: String) throws(InputError) -> String
  /// What requests cost that are alike, on an architecture.
  func design(
    _ architecture: String, key: String
  ) throws(InputError) -> any IterationEvaluator
}

/// Prices iterations of requests that are alike, part by part.
public protocol IterationEvaluator: Sendable {
  /// What `count` requests cost that each bring `new` tokens after `cached` ones.
  ///
  /// Lengths may be an eighth more than a request may have, between which and the last one before costs are
  /// interpolated.
  func parts(new: Int, cached: Int, count: Int) throws(ServiceModelError) -> IterationParts
}

/// What an iteration costs, split by what decides it.
public struct IterationParts: Hashable, Sendable {
  /// Linear parts of all layers with their vector work: decided by the number of tokens.
  public let linear: ServiceCost
  /// Attention of all layers.
  public let attention: ServiceCost
  /// The head: decided by the number of logits.
  public let head: ServiceCost

  /// Makes the parts.
  public init(linear: ServiceCost, attention: ServiceCost, head: ServiceCost) {
    self.linear = linear
    self.attention = attention
    self.head = head
  }
}

/// Costs of iterations as a scenario names them.
public protocol IterationCosting: Configurable {
  /// Reads files, and prices what is needed.
  ///
  /// - Parameters:
  ///   - source: The model, its files and architectures.
  ///   - decodeTokens: Tokens that a decode works on.
  /// - Returns: The costs.
  /// - Throws: `InputError` about a file, or a design that cannot run the model.
  func costs(
    from source: any IterationSource, decodeTokens: Int
  ) throws(InputError) -> any IterationCosts
  /// The files that the specification names.
  var files: [String] { get }
}

extension IterationCosting {
  /// None.
  public var files: [String] { [] }
}

/// The costs that a scenario can name.
public enum IterationCostings {
  /// The list; new costs are one line here.
  public static let registry = Registry<any IterationCosting>(
    "iteration costs",
    [
      .init(DesignCosts.self) { $0 },
      .init(FormulaCosts.self) { $0 },
      .init(OperatorTables.self) { $0 },
    ])
}
