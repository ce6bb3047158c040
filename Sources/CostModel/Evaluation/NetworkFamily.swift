public import Networks
public import WeightAnalysis

/// Networks that share layers, such as the sub-networks of a supernet, their layers numbered so that
/// equal ones are costed once.
public struct NetworkFamily: Sendable {
  /// One of the networks.
  public struct Member: Sendable {
    /// Its layers.
    public let network: Network
    /// Its quantized tensors by layer name, slices of one weight file's.
    public let weights: [String: QuantizedTensor]

    /// Makes a member; layers without a tensor are of full precision.
    public init(_ network: Network, weights: [String: QuantizedTensor] = [:]) {
      self.network = network
      self.weights = weights
    }
  }

  /// What decides a layer's cost beside the design, what is on chip, and the batch.
  struct Variant: Sendable {
    let layer: Layer
    let tensor: QuantizedTensor?
  }

  /// A layer of a member: numbers of its variant and of its name.
  struct Use: Sendable {
    let variant: Int
    let name: Int
  }

  /// A shape, and which tensor where values count: tensors of one name and one slice are the same.
  private struct Key: Hashable {
    let shape: Layer
    let name: Int
  }

  /// The networks.
  public let members: [Member]
  /// The layers of each member in order.
  let uses: [[Use]]
  /// The different layers.
  let variants: [Variant]
  /// The names of layers, numbered as they first appear.
  let names: [String]
  /// The different layers of each name.
  let variantsOfName: [[Int]]

  /// Numbers the layers of `members`.
  public init(_ members: [Member]) {
    var names: [String: Int] = [:]
    var order: [String] = []
    var known: [Key: Int] = [:]
    var variants: [Variant] = []
    uses = members.map { member in
      member.network.layers.map { layer in
        let name = names[layer.name] ?? order.count
        if name == order.count {
          names[layer.name] = name
          order.append(layer.name)
        }
        let tensor = member.weights[layer.name]
        let key = Key(shape: layer.shape, name: tensor == nil ? -1 : name)
        let variant = known[key] ?? variants.count
        if variant == variants.count {
          known[key] = variant
          variants.append(Variant(layer: layer, tensor: tensor))
        }
        return Use(variant: variant, name: name)
      }
    }
    var byName = Array(repeating: [Int](), count: order.count)
    for use in uses.joined() where !byName[use.name].contains(use.variant) {
      byName[use.name].append(use.variant)
    }
    self.members = members
    self.variants = variants
    self.names = order
    variantsOfName = byName
  }
}
