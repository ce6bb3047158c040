internal import Architectures
internal import Networks

/// One thing that a design does for a network.
enum EvaluationStep: Sendable {
  /// The layer at this place runs on the array.
  case layer(Int)
  /// The vector unit works.
  case vector(VectorWork)

  /// The operation's name.
  func name(in network: Network) -> String {
    switch self {
    case .layer(let index): network.layers[index].name
    case .vector(let work): work.name
    }
  }
}

extension LayerCostModel {
  /// What the design does for `network`, in order; what is fused is left out.
  func steps(of network: Network) -> [EvaluationStep] {
    guard design.architecture.spec.vectorUnit != nil, let graph = network.connections else {
      return network.layers.indices.map { .layer($0) }
    }
    var next = 0
    return graph.operations.compactMap { operation in
      switch operation.work {
      case .array:
        next += 1
        return .layer(next - 1)
      case .vector(let work): return design.fuses(work) ? nil : .vector(work)
      case .none: return nil
      }
    }
  }
}
