public import Networks
internal import Units

/// What of a network's tensors is on chip before an inference and what stays there after it.
///
/// Weights, activations and state alike are named by the layer that they belong to. A persistent
/// buffer's sub-graph is one case: slices of weights that are there before and stay.
///
/// It stands beside the evaluator, not among the networks: which bytes an amount is depends on how a
/// design stores it.
public struct Placement: Hashable, Sendable {
  /// A tensor of a network.
  public enum Tensor: Hashable, Sendable {
    /// The weights of a layer.
    case weights(of: String)
    /// What a layer reads.
    case input(of: String)
    /// What a layer writes.
    case output(of: String)
    /// What a layer keeps from one inference to the next.
    case state(of: String)
  }

  /// How much of a tensor is on chip; a slice is of weights, other tensors are there as a whole.
  public enum Amount: Hashable, Sendable {
    /// All of it.
    case whole
    /// The first kernels and channels of a tensor of weights.
    case slice(Subgraph.Slice)
  }

  /// What is on chip when the network starts.
  public let before: [Tensor: Amount]
  /// What stays on chip when it has ended.
  public let kept: [Tensor: Amount]

  /// Nothing is on chip, nothing stays.
  public static let empty = Placement(before: [:], kept: [:])

  /// Whether nothing is on chip and nothing stays.
  var isEmpty: Bool { before.isEmpty && kept.isEmpty }

  /// Makes a placement.
  public init(before: [Tensor: Amount], kept: [Tensor: Amount]) {
    self.before = before
    self.kept = kept
  }

  /// A persistent buffer that holds `subgraph` before, during and after the inference.
  public init(persistent subgraph: Subgraph) {
    let held = Dictionary(
      uniqueKeysWithValues: subgraph.slices.map {
        (Tensor.weights(of: $0.key), Amount.slice($0.value))
      })
    self.init(before: held, kept: held)
  }

  /// What of the weights of `layer` is on chip before it; nil where nothing is.
  func weights(of layer: Layer) -> Subgraph.Slice? {
    switch before[.weights(of: layer.name)] {
    case .slice(let slice): return slice
    case .whole: return Subgraph.Slice(layer)
    case nil: return nil
    }
  }
}

extension Subgraph.Slice {
  /// Weights and kernels of `layer` that the slice holds: prefixes of kernels of the same size, as
  /// `Subgraph.sharedWeights` counts them.
  func shared(with layer: Layer) -> (weights: Int, kernels: Int) {
    layer.kernelRole == .weight ? shared(with: Subgraph.Slice(layer)) : (0, 0)
  }

  /// Weights and kernels that two slices of one tensor have in common.
  func shared(with other: Subgraph.Slice) -> (weights: Int, kernels: Int) {
    guard rows == other.rows, columns == other.columns else { return (0, 0) }
    let kernels = min(kernels, other.kernels)
    let weights = kernels * min(channels, other.channels) * rows * columns
    return (weights, weights == 0 ? 0 : kernels)
  }
}
