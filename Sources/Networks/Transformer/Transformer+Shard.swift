public import Components

extension Transformer {
  /// One device's part where every linear part is cut over `devices`: heads of queries, columns of the
  /// feed-forward parts and words of the head are shared out; heads of keys and values are too, or are copied
  /// where there are fewer of them than devices.
  ///
  /// Source: Shoeybi et al., "Megatron-LM", arXiv 1909.08053. Two all-reduces per layer bring the parts together.
  ///
  /// - Throws: `SpecError` where something cannot be shared out evenly.
  public func shard(over devices: Int) throws(SpecError) -> Transformer {
    guard devices > 1 else { return self }
    guard spec.latent == nil else {
      throw SpecError("tensor", "latent attention is not cut over devices, expected 1")
    }
    func share(_ count: Int, _ what: String) throws(SpecError) -> Int {
      guard count.isMultiple(of: devices) else {
        throw SpecError(
          "tensor", "\(count) \(what) are not shared out evenly over \(devices) devices")
      }
      return count / devices
    }
    guard kvHeads.isMultiple(of: devices) || devices.isMultiple(of: kvHeads) else {
      throw SpecError(
        "tensor", "\(kvHeads) heads of keys are not shared out evenly over \(devices) devices")
    }
    var part = spec
    part.headWidth = headWidth
    part.heads = try share(heads, "heads")
    part.kvHeads = max(1, kvHeads / devices)
    part.ffn = try share(spec.ffn, "columns of the feed-forward part")
    if let words = spec.vocabulary { part.vocabulary = (words + devices - 1) / devices }
    if var experts = spec.experts {
      experts.ffn = try share(experts.ffn, "columns of an expert")
      part.experts = experts
    }
    return Transformer(checked: part)
  }

  /// The same model with more positions: its costs at lengths beyond those that it was made for.
  package func extended(to positions: Int) -> Transformer {
    var longer = spec
    longer.positions = max(positions, spec.positions)
    return Transformer(checked: longer)
  }
}

extension TransformerIteration {
  /// What decides the cost of an operation.
  package enum Part: Sendable {
    /// The number of tokens.
    case linear
    /// The tokens and the context of each sequence.
    case attention
    /// The number of logits.
    case head
  }

  /// The part that an operation of an iteration belongs to, by its name.
  ///
  /// Operations of attention have a number behind `attention`, that of the sequences that are alike.
  package static func part(of name: String) -> Part {
    if name == head { return .head }
    let words = name.split(separator: ".")
    guard words.count > 3, words[2] == "attention", Int(words[3]) != nil else { return .linear }
    return .attention
  }
}

extension Transformer {
  /// Bytes of all parameters, weights of `bits` where the model does not say; a group's scales count with
  /// them.
  public func storedBytes(bits: Int) -> Double {
    (spec.weights ?? StorageSpec(bits: bits)).bits(Double(parameters), row: width) / 8
  }

  /// Bytes that a token takes in the cache of all layers, elements of `bits` where the model does not say.
  public func cacheBytesPerToken(bits: Int) -> Double {
    let row = spec.latent == nil ? headWidth : cacheWidth
    return (spec.cache ?? StorageSpec(bits: bits)).cacheBits(
      Double(layers * cacheWidth), row: row) / 8
  }
}
