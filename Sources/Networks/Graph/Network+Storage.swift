extension Network {
  /// The same network, the weights of its layers stored as `storage` says of their names.
  ///
  /// Names that it does not have mean nothing: sub-networks of one supernet differ in their layers.
  public func storing(_ storage: [String: KernelStorage]) -> Network {
    guard !storage.isEmpty else { return self }
    func stored(_ layer: Layer) -> Layer {
      var layer = layer
      if layer.kernelRole == .weight, let own = storage[layer.name] { layer.storage = own }
      return layer
    }
    var graph = connections
    graph?.operations =
      connections?.operations.map { operation in
        guard let layer = operation.layer else { return operation }
        return Operation(
          name: operation.name, kind: operation.kind, reads: operation.reads,
          weight: operation.weight, writes: operation.writes, work: .array(stored(layer)),
          windows: operation.windows, block: operation.block)
      } ?? []
    return Network(
      name: name, subnet: subnet, layers: layers.map(stored), top1: top1, leftOut: leftOut,
      connections: graph
    ).onHost(host.sorted())
  }
}
