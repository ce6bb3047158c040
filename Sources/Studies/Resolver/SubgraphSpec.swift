public import Components
public import Networks

/// What the persistent buffer holds, as a file for `--cached` describes it.
public struct SubgraphSpec: Codable, Hashable, Sendable {
  /// The prefix slice of one layer.
  public struct Slice: Codable, Hashable, Sendable {
    /// The layer's name.
    public let layer: String
    /// Kernels held.
    public let kernels: Int
    /// Input channels held, per group.
    public let channels: Int
  }
  /// The slices.
  public let slices: [Slice]

  /// The sub-graph, its kernels as large as those of `network`.
  public func subgraph(for network: Network) throws(SpecError) -> Subgraph {
    var result: [String: Subgraph.Slice] = [:]
    for (index, slice) in slices.enumerated() {
      guard let layer = network.layers.first(where: { $0.name == slice.layer }) else {
        throw SpecError("slices[\(index)].layer", "the network has no layer `\(slice.layer)`")
      }
      guard !network.host.contains(slice.layer) else {
        throw SpecError(
          "slices[\(index)].layer", "`\(slice.layer)` runs elsewhere, none of it can be held")
      }
      guard slice.kernels >= 0, slice.channels >= 0 else {
        throw SpecError("slices[\(index)]", "kernels and channels must not be negative")
      }
      guard result[slice.layer] == nil else {
        throw SpecError("slices[\(index)].layer", "a second slice of `\(slice.layer)`")
      }
      result[slice.layer] = Subgraph.Slice(
        kernels: min(slice.kernels, layer.kernels),
        channels: min(slice.channels, layer.channelsPerGroup), rows: layer.kernelRows,
        columns: layer.kernelColumns)
    }
    return Subgraph(slices: result)
  }
}
