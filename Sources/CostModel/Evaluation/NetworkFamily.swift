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

  /// What decides an operation's cost beside the design, what is on chip, and the batch.
  struct Variant: Sendable {
    let work: OperationWork
    let tensor: QuantizedTensor?

    /// The layer, nil for work of a vector unit.
    var layer: Layer? { work.layer }

    /// The layer where its kernels are weights.
    var weighed: Layer? { layer?.kernelRole == .weight ? layer : nil }
  }

  /// A layer of a member: numbers of its variant and of its name.
  struct Use: Sendable {
    let variant: Int
    let name: Int
  }

  /// A shape, and which tensor where values count: tensors of one name and one slice are the same.
  private struct Key: Hashable {
    let shape: OperationWork
    let name: Int
  }

  /// The networks.
  public let members: [Member]
  /// The operations of each member in order, those that a design does for nothing left out.
  let uses: [[Use]]
  /// The maps between them.
  let maps: [StoredMaps]
  /// The different layers.
  let variants: [Variant]
  /// The names of layers, numbered as they first appear.
  let names: [String]
  /// The different layers of each name.
  let variantsOfName: [[Int]]

  /// Numbers what of `members` takes time on the evaluator's design.
  public init(_ members: [Member], on evaluator: Evaluator) {
    var names: [String: Int] = [:]
    var order: [String] = []
    var known: [Key: Int] = [:]
    var variants: [Variant] = []
    let maps = members.map { evaluator.model.maps(of: $0.network) }
    self.maps = maps
    uses = zip(members, maps).map { member, maps in
      maps.stages.map(\.work).map { work in
        let own = work.name
        let name = names[own] ?? order.count
        if name == order.count {
          names[own] = name
          order.append(own)
        }
        let tensor = member.weights[own]
        let isAnyName = tensor == nil && !evaluator.model.isByName
        let key = Key(shape: work.shape, name: isAnyName ? -1 : name)
        let variant = known[key] ?? variants.count
        if variant == variants.count {
          known[key] = variant
          variants.append(Variant(work: work, tensor: tensor))
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

extension OperationWork {
  /// The work without its name: equal for operations that cost the same.
  fileprivate var shape: OperationWork {
    switch self {
    case .array(let layer): .array(layer.shape)
    case .vector(let work):
      .vector(
        VectorWork(
          name: "", operator: work.operator, pieces: work.pieces, reads: work.reads,
          writes: work.writes, operations: work.operations))
    case .none: .none
    }
  }
}
