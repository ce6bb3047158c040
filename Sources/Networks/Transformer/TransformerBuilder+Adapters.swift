internal import Components

/// Low-rank additions of one layer.
///
/// `A` of parts that read the same features is one product. Unmerged, each adapter's thin products work on the
/// tokens of its own sequences: adapters with equal numbers of them are groups of one product. Where `A` and `B` are
/// shared, they work on all tokens, and only the square matrices between them are each adapter's own.
extension TransformerBuilder {
  /// The results of linear parts that read `input`, by part, with their adapters' additions; only those
  /// that have one.
  mutating func adapted(
    _ name: String, _ input: Tensor.ID, _ bases: [AdaptersSpec.Part: Tensor.ID]
  ) throws(SpecError) -> [AdaptersSpec.Part: Tensor.ID] {
    let parts = model.adaptedLinears.filter { bases[$0.part] != nil }
    guard let load = adapters, load.spec.form != .merged, let inputs = parts.first?.inputs else {
      return [:]
    }
    let kernels = load.spec.bits.map { KernelStorage(bits: $0) }
    let rank = load.spec.rank
    let wide = parts.count * rank
    let start = "\(name).\(parts.map(\.part.rawValue).joined(separator: "_"))_adapter"
    let isShared = load.spec.form == .shared
    /// The same product for the tokens of each adapter, behind one another.
    func each(
      _ builder: inout Self, _ name: String, _ input: Tensor.ID, from inputs: Int, to outputs: Int,
      groups: Int = 1
    ) throws(SpecError) -> Tensor.ID {
      var results: [Tensor.ID] = []
      for (index, alike) in load.spread.enumerated() {
        results.append(
          try builder.linear(
            load.spread.count == 1 ? name : "\(name).\(index)", input,
            from: alike.adapters * inputs, to: alike.adapters * outputs, tokens: alike.tokens,
            groups: alike.adapters * groups, kernels: kernels))
      }
      guard results.count > 1 else { return results[0] }
      return try builder.view("\(name).all", results, [outputs, builder.tokens])
    }
    var middle =
      isShared
      ? try linear(
        "\(start)_a", input, from: inputs, to: wide, tokens: tokens, groups: 1, kernels: kernels)
      : try each(&self, "\(start)_a", input, from: inputs, to: wide)
    if isShared {
      middle = try each(
        &self, "\(start)_r", middle, from: wide, to: wide, groups: parts.count)
    }
    var results: [AdaptersSpec.Part: Tensor.ID] = [:]
    for linear in parts {
      guard let base = bases[linear.part] else { continue }
      let own = "\(name).\(linear.part.rawValue)_adapter"
      let narrow =
        parts.count == 1 ? middle : try view("\(own)_in", [middle], [rank, tokens])
      let addition =
        isShared
        ? try self.linear(
          "\(own)_b", narrow, from: rank, to: linear.outputs, tokens: tokens, groups: 1,
          kernels: kernels)
        : try each(&self, "\(own)_b", narrow, from: rank, to: linear.outputs)
      results[linear.part] = try sum(
        "\(own)_add", [base, addition], features: linear.outputs, tokens: tokens)
    }
    return results
  }
}
