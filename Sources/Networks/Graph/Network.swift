public import Units

/// Operations in order of execution, with the tensors between them.
public struct Network: Hashable, Sendable {
  /// The workload's name.
  public let name: String
  /// The sub-network's name, nil for a network that has none.
  public let subnet: String?
  /// The operations that run on the array, in order of execution.
  public let layers: [Layer]
  /// For each layer the index of the first one of the same shape.
  public let shapes: [Int]
  /// Published top-1 accuracy, where there is one.
  public let top1: Percentage?
  /// What an import could not express; nil for a network that is whole.
  public let leftOut: LeftOutSpec?
  /// How operations and tensors hang together; nil for a list of layers that does not say it.
  public let connections: NetworkGraph?
  /// What is stored between the layers where everything else is fused to them.
  public private(set) var maps: StoredMaps
  /// Names of its operations that run elsewhere; none unless `onHost` says so.
  ///
  /// They take no time, move no bytes, cost no energy and are never held on chip. What they read is
  /// written to DRAM for them, what they write is there for who reads it.
  public private(set) var host: Set<String> = []

  /// Makes a network of a list of layers; `connections`, where given, has the same ones.
  public init(
    name: String, subnet: String?, layers: [Layer], top1: Percentage? = nil,
    leftOut: LeftOutSpec? = nil, connections: NetworkGraph? = nil
  ) {
    self.name = name
    self.subnet = subnet
    self.layers = layers
    self.top1 = top1
    self.leftOut = leftOut
    self.connections = connections
    maps = StoredMaps(of: connections ?? NetworkGraph(unconnected: layers))
    var first: [Layer: Int] = [:]
    shapes = layers.enumerated().map { index, layer in
      let known = first[layer.shape] ?? index
      first[layer.shape] = known
      return known
    }
  }

  /// Makes a network of a graph.
  public init(
    name: String, subnet: String?, graph: NetworkGraph, top1: Percentage? = nil,
    leftOut: LeftOutSpec? = nil
  ) {
    self.init(
      name: name, subnet: subnet, layers: graph.layers, top1: top1, leftOut: leftOut,
      connections: graph)
  }

  /// The same network, of which the operations called `names` run on the accelerator's host.
  ///
  /// Names that it does not have mean nothing: sub-networks of one supernet differ in their layers.
  public func onHost(_ names: [String]) -> Network {
    guard !names.isEmpty else { return self }
    var result = self
    let own = layers.map(\.name) + (connections?.operations.map(\.name) ?? [])
    let host = Set(names).intersection(own)
    result.host = host
    result.maps = StoredMaps(of: graph, outside: { host.contains($0.name) })
    return result
  }

  /// The layers that do not run elsewhere, in order of execution.
  public var ownLayers: [Layer] {
    host.isEmpty ? layers : layers.filter { !host.contains($0.name) }
  }
  /// The layers that run elsewhere, in order of execution.
  public var hostLayers: [Layer] {
    host.isEmpty ? [] : layers.filter { host.contains($0.name) }
  }
  /// `shapes` of the layers that do not run elsewhere.
  public var ownShapes: [Int] {
    host.isEmpty ? shapes : zip(layers, shapes).filter { !host.contains($0.0.name) }.map(\.1)
  }

  /// Tensors and operations; those of a list without connections read maps of their own.
  public var graph: NetworkGraph { connections ?? NetworkGraph(unconnected: layers) }
  /// The operations in order of execution.
  public var operations: [Operation] { graph.operations }
  /// The tensors that they read and write.
  public var tensors: [Tensor] { graph.tensors }

  /// Whether the workload states the share of zeros of any of its maps.
  public var statesZeros: Bool {
    layers.contains { $0.zeros?.isStated ?? false }
      || connections?.operations.contains { $0.work.zeros?.isStated ?? false } ?? false
  }

  /// Multiply-accumulates of one inference that do not run elsewhere.
  public var ownMACs: Int { ownLayers.reduce(0) { $0 + $1.macs } }
  /// Multiply-accumulates of one inference.
  public var macs: Int { layers.reduce(0) { $0 + $1.macs } }
  /// Number of weights.
  public var weights: Int { layers.reduce(0) { $0 + $1.storedWeights } }
  /// Weights, biases and normalisation scalars.
  public var parameters: Int {
    layers.reduce(weights) { $0 + $1.otherParameters } + (connections?.otherParameters ?? 0)
  }

  /// Whether two networks are the same; what is stored between their layers follows from the rest.
  public static func == (left: Network, right: Network) -> Bool {
    left.name == right.name && left.subnet == right.subnet && left.layers == right.layers
      && left.top1 == right.top1 && left.leftOut == right.leftOut
      && left.connections == right.connections && left.host == right.host
  }

  /// Hashes what tells networks apart.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(subnet)
    hasher.combine(layers)
  }
}
