internal import Architectures
internal import Networks

extension LayerCostModel {
  /// What of a network takes time on the design, in order of execution: everything that runs on the
  /// array, and on the vector unit what it does not fuse.
  func work(of network: Network) -> [OperationWork] {
    guard design.architecture.spec.vectorUnit != nil, let graph = network.connections else {
      return network.layers.map { .array($0) }
    }
    return graph.operations.map(\.work).filter { work in
      switch work {
      case .array: true
      case .vector(let vector): !design.fuses(vector)
      case .none: false
      }
    }
  }
}
