internal import Components

/// A linear part with an adapter: `K` features in, `N` out.
public struct AdaptedLinear: Hashable, Sendable {
  /// Which part of a layer.
  public let part: AdaptersSpec.Part
  /// Features that it reads, `K`.
  public let inputs: Int
  /// Features that it makes, `N`.
  public let outputs: Int
}

extension AdaptersSpec.Part {
  /// The single parts that the word stands for.
  func members(isGated: Bool) -> [AdaptersSpec.Part] {
    switch self {
    case .attention: [.q, .k, .v, .o]
    case .ffn: isGated ? [.gate, .up, .down] : [.up, .down]
    case .all:
      Self.attention.members(isGated: isGated) + Self.ffn.members(isGated: isGated)
    default: [self]
    }
  }
}

extension TransformerSpec {
  /// The linear parts of a layer that have adapters, in the order of execution.
  var adaptedLinears: [AdaptedLinear] {
    guard let adapters else { return [] }
    let isGated = gated ?? false
    let named = Set((adapters.on ?? [.all]).flatMap { $0.members(isGated: isGated) })
    let head = headWidth ?? width / max(heads, 1)
    let (queries, keys) = (heads * head, (kvHeads ?? heads) * head)
    let all: [AdaptedLinear] = [
      AdaptedLinear(part: .q, inputs: width, outputs: queries),
      AdaptedLinear(part: .k, inputs: width, outputs: keys),
      AdaptedLinear(part: .v, inputs: width, outputs: keys),
      AdaptedLinear(part: .o, inputs: queries, outputs: width),
      AdaptedLinear(part: .gate, inputs: width, outputs: ffn),
      AdaptedLinear(part: .up, inputs: width, outputs: ffn),
      AdaptedLinear(part: .down, inputs: ffn, outputs: width),
    ]
    return all.filter { named.contains($0.part) }
  }
}

extension Transformer {
  /// The linear parts of a layer that have adapters, in the order of execution.
  public var adaptedLinears: [AdaptedLinear] { spec.adaptedLinears }

  /// Most adapters of an iteration.
  static let mostAdapters = 65_536

  /// What makes no sense in adapters, each with its key.
  static func adapterFaults(of spec: TransformerSpec) -> [SpecError] {
    guard let adapters = spec.adapters else { return [] }
    var faults: [SpecError] = []
    func expect(_ isRight: Bool, _ key: String, _ message: @autoclosure () -> String) {
      let path = key.isEmpty ? "adapters" : "adapters.\(key)"
      if !isRight { faults.append(SpecError(path, message())) }
    }
    let isGated = spec.gated ?? false
    expect(adapters.rank >= 1, "rank", "expected at least 1, found \(adapters.rank)")
    expect(adapters.on != [], "on", "expected at least one linear part")
    var named: Set<AdaptersSpec.Part> = []
    for (index, word) in (adapters.on ?? []).enumerated() {
      let members = word.members(isGated: isGated)
      let twice = members.first { named.contains($0) }
      expect(twice == nil, "on[\(index)]", "`\(twice?.rawValue ?? "")` is there twice")
      expect(
        word != .gate || isGated, "on[\(index)]",
        "only a gated feed-forward part has a `gate`, set `gated: true` or leave it out")
      named.formUnion(members)
    }
    let isMerged = adapters.form == .merged
    if let count = adapters.count {
      expect(!isMerged, "count", "merged weights serve one adapter, leave it out")
      expect(
        isMerged || (1...mostAdapters).contains(count), "count",
        "expected 1 to \(mostAdapters), found \(count)")
    }
    if let bits = adapters.bits {
      expect(!isMerged, "bits", "merged adapters are stored as `weights`, leave it out")
      expect(isMerged || (1...64).contains(bits), "bits", "expected 1 to 64, found \(bits)")
    }
    expect(
      spec.latent == nil, "",
      "latent attention has no linear parts `q`, `k` and `v`, leave one of them out")
    let parts = spec.adaptedLinears
    let isFeedForward = parts.contains { [.gate, .up, .down].contains($0.part) }
    expect(
      spec.experts == nil || !isFeedForward, "on",
      "experts have no adapters here, expected parts of `attention`")
    if let narrow = parts.min(by: { min($0.inputs, $0.outputs) < min($1.inputs, $1.outputs) }) {
      let most = min(narrow.inputs, narrow.outputs)
      expect(
        most < 1 || adapters.rank <= most, "rank",
        "expected at most the \(most) features on the narrower side of "
          + "`\(narrow.part.rawValue)`, found \(adapters.rank)")
    }
    return faults
  }
}

/// The adapters of an iteration, and what they take whatever it runs on.
///
/// Of each linear part with `K` features in and `N` out and an adapter of rank `r`, by token: `r (K + N)`
/// multiply-accumulates, with `r^2` more where `A` and `B` are shared, none where they are merged. To serve
/// another adapter `r (K + N)`, `r^2` or `K N` weights have to be exchanged.
///
/// Sources: LoRA (ICLR 2022); LoRA-XS, arXiv 2405.17604.
public struct AdapterLoad: Hashable, Sendable {
  /// What was asked, with every default filled in.
  public let spec: AdaptersSpec
  /// Different adapters that the sequences have.
  public let present: Int
  /// Adapters whose numbers of tokens are equal stand together: how many, and the tokens of each.
  public let spread: [Spread]
  /// Weights of all layers that differ from adapter to adapter.
  public let ownWeights: Int
  /// Weights of all layers that adapters share beside the base.
  public let sharedWeights: Int
  /// Multiply-accumulates of all layers for a token.
  public let macsPerToken: Int

  /// Adapters with equal numbers of tokens.
  public struct Spread: Hashable, Sendable {
    /// How many there are.
    public let adapters: Int
    /// New tokens of the sequences of one of them.
    public let tokens: Int
  }

  /// The adapters of `iteration`; nil for a model without.
  ///
  /// Sequences have them in turn, those that are alike one after another.
  public init?(_ model: Transformer, _ iteration: Iteration) {
    guard let spec = model.spec.adapters?.filled else { return nil }
    self.spec = spec
    let isMerged = spec.form == .merged
    let count = isMerged ? 1 : min(spec.count ?? 1, iteration.sequences)
    present = count
    var tokens = Array(repeating: 0, count: count)
    var next = 0
    for group in iteration.groups {
      let (each, more) = group.count.quotientAndRemainder(dividingBy: count)
      for index in 0..<count {
        let isMore = (index - next + count) % count < more
        tokens[index] += (each + (isMore ? 1 : 0)) * group.new
      }
      next = (next + more) % count
    }
    var alike: [Int: Int] = [:]
    for own in tokens { alike[own, default: 0] += 1 }
    spread =
      isMerged
      ? [] : alike.sorted { $0.key > $1.key }.map { Spread(adapters: $0.value, tokens: $0.key) }
    var (thin, square, base) = (0, 0, 0)
    for linear in model.adaptedLinears {
      thin += spec.rank * (linear.inputs + linear.outputs)
      square += spec.rank * spec.rank
      base += linear.inputs * linear.outputs
    }
    let layers = model.layers
    switch spec.form ?? .unmerged {
    case .merged: (ownWeights, sharedWeights, macsPerToken) = (layers * base, 0, 0)
    case .unmerged: (ownWeights, sharedWeights, macsPerToken) = (layers * thin, 0, layers * thin)
    case .shared:
      (ownWeights, sharedWeights) = (layers * square, layers * thin)
      macsPerToken = layers * (thin + square)
    }
  }

  /// Bits of `count` weights that are exchanged, of `weightBits` each where nothing is said; merged ones are
  /// stored as those of `model`.
  private func bits(_ count: Double, _ model: Transformer, weightBits: Int) -> Double {
    guard spec.form == .merged else { return count * Double(spec.bits ?? weightBits) }
    return (model.spec.weights ?? StorageSpec(bits: weightBits)).bits(count, row: model.width)
  }

  /// Bytes that have to be exchanged to serve another adapter.
  public func switchBytes(_ model: Transformer, weightBits: Int) -> Double {
    bits(Double(ownWeights), model, weightBits: weightBits) / 8
  }

  /// Bytes that an iteration reads more than without adapters, each of them once.
  public func readBytes(_ model: Transformer, weightBits: Int) -> Double {
    guard spec.form != .merged else { return 0 }
    let count = Double(sharedWeights) + Double(present) * Double(ownWeights)
    return bits(count, model, weightBits: weightBits) / 8
  }
}
