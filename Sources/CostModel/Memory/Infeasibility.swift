public import Units

/// A layer that a design cannot execute, and what would let it.
public struct Infeasibility: Hashable, Sendable, CustomStringConvertible {
  /// The layer.
  public let layer: String
  /// The buffer that is too small.
  public let resource: String
  /// What the smallest tile needs.
  public let demand: Bytes
  /// What there is.
  public let bound: Bytes
  /// What could be changed.
  public let levers: [String]

  /// One sentence with the levers.
  public var description: String {
    "layer \(layer): the smallest tile needs \(demand) in \(resource), which has \(bound); "
      + levers.joined(separator: ", or ")
  }
}
