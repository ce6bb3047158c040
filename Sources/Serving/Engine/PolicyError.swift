/// Why a policy cannot go on, in plain words; the simulation adds which policy and when.
public struct PolicyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong and what would be right.
  public let description: String

  /// Makes an error.
  public init(_ description: String) { self.description = description }
}
