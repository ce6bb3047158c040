public import Components

/// A graph network as a workload file describes it: layers that gather the rows of neighbours and
/// multiply them by weights.
public struct GraphNetworkSpec: Codable, Hashable, Sendable {
  /// What a layer is.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// `A X W`, in the order that takes fewer multiply-accumulates.
    case gcn
    /// A linear layer, equal layers `(A H + H0) W`, and a linear layer.
    case gcnii
    /// Linear layers alone: a student that looks at no neighbour.
    case mlp
  }

  /// What a layer is.
  public let kind: Kind
  /// Layers; of `gcnii` those between the two linear ones.
  public let layers: Int
  /// Features of a node.
  public let features: Int
  /// Features between layers.
  public let hidden: Int
  /// Features that the last layer writes.
  public let classes: Int
  /// Edges; none for `mlp`.
  public let adjacency: AdjacencySpec?
  /// Nodes of an `mlp`, which has no edges to say it.
  public let nodes: Int?

  /// The same with defaults filled in.
  var filled: GraphNetworkSpec { GraphNetworkSpec(filling: self) }

  private init(filling spec: GraphNetworkSpec) {
    kind = spec.kind
    layers = spec.layers
    features = spec.features
    hidden = spec.hidden
    classes = spec.classes
    adjacency = spec.adjacency?.filled
    nodes = spec.nodes
  }

  func check() throws(SpecError) {
    guard (1...4096).contains(layers) else {
      throw SpecError("layers", "expected 1 to 4096, found \(layers)")
    }
    for (key, value) in [("features", features), ("hidden", hidden), ("classes", classes)] {
      try WindowLayer.checkExtent(key, value)
    }
    if kind == .mlp {
      guard adjacency == nil else {
        throw SpecError("adjacency", "an `mlp` gathers nothing, leave it out and say `nodes`")
      }
      guard let nodes else { throw SpecError("", "an `mlp` needs `nodes`") }
      guard (1...Adjacency.mostNodes).contains(nodes) else {
        throw SpecError("nodes", "expected 1 to \(Adjacency.mostNodes), found \(nodes)")
      }
    } else {
      guard adjacency != nil else { throw SpecError("", "missing key `adjacency`") }
      guard nodes == nil else {
        throw SpecError("nodes", "only an `mlp` has it, the adjacency says how many there are")
      }
    }
  }
}

extension GraphNetworkSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "kind",
      "`gcn`: A X W, in the order that takes fewer multiply-accumulates; `gcnii`: a linear layer, layers (A H + H0) W, a linear layer; `mlp`: linear layers alone",
      source: "GCN (ICLR 2017), GCNII (ICML 2020)"),
    KeyNote("layers", "Layers; of `gcnii` those between the two linear ones"),
    KeyNote("features", "Features of a node"),
    KeyNote("hidden", "Features between layers"),
    KeyNote("classes", "Features that the last layer writes"),
    KeyNote("adjacency", "The edges", default: "none, for `mlp`"),
    KeyNote("nodes", "Nodes of an `mlp`", default: "those of the adjacency"),
  ]
}
