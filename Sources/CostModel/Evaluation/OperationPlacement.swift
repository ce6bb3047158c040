public import Units

/// What of an operation's operands is on chip before it and stays there after it.
///
/// What is held is neither read from DRAM nor written into a buffer, and takes no time to load; results
/// that are kept are not stored. Whoever places operands sees to it that they have room; tiles are cut
/// as if nothing was placed.
public struct OperationPlacement: Hashable, Sendable {
  /// The first bytes of the stationary operand that are on chip before, as the design stores them.
  public var weights: Bytes
  /// Whether the whole input, of all images, is in its buffer before.
  public var holdsInput: Bool
  /// Whether results stay on chip, where the next operation finds them.
  public var keepsOutput: Bool

  /// Places operands; what is left out comes from DRAM and goes there.
  public init(weights: Bytes = .zero, holdsInput: Bool = false, keepsOutput: Bool = false) {
    self.weights = weights
    self.holdsInput = holdsInput
    self.keepsOutput = keepsOutput
  }

  /// Nothing on chip before or after.
  public static let offChip = OperationPlacement()
}
