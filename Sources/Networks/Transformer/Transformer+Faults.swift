internal import Components

extension Transformer {
  /// Everything that makes no sense in a specification, each with its key.
  static func faults(of spec: TransformerSpec) -> [SpecError] {
    var faults = Faults()
    faults.checkExtents(spec)
    faults.checkHeads(spec)
    faults.checkForm(spec)
    faults.checkExperts(spec)
    faults.checkLatent(spec)
    faults.checkEncoder(spec)
    faults.checkStorage(spec)
    faults.found += policyFaults(of: spec)
    // What follows multiplies extents.
    if faults.found.isEmpty { faults.found += adapterFaults(of: spec) }
    if faults.found.isEmpty { faults.checkSize(spec) }
    return faults.found
  }

  /// Most layers: operations of a network stay countable.
  static let mostLayers = 512
  /// Largest of all extents.
  static let mostExtent = 1 << 24

  private struct Faults {
    var found: [SpecError] = []

    mutating func expect(
      _ isRight: Bool, _ path: String, _ message: @autoclosure () -> String
    ) {
      if !isRight { found.append(SpecError(path, message())) }
    }

    mutating func within(_ path: String, _ value: Int?, _ range: ClosedRange<Int>) {
      guard let value else { return }
      expect(
        range.contains(value), path,
        "expected \(range.lowerBound) to \(range.upperBound), found \(value)")
    }

    mutating func checkExtents(_ spec: TransformerSpec) {
      let extents = 1...Transformer.mostExtent
      within("layers", spec.layers, 1...Transformer.mostLayers)
      within("width", spec.width, extents)
      within("heads", spec.heads, 1...65_536)
      within("kv_heads", spec.kvHeads, 1...65_536)
      within("head_width", spec.headWidth, 1...65_536)
      within("ffn", spec.ffn, extents)
      within("vocabulary", spec.vocabulary, extents)
      within("positions", spec.positions, extents)
      within("extra_positions", spec.extraPositions, 0...Transformer.mostExtent)
      within("window", spec.window, extents)
    }

    mutating func checkHeads(_ spec: TransformerSpec) {
      guard spec.heads >= 1 else { return }
      if let kvHeads = spec.kvHeads, kvHeads >= 1 {
        expect(
          spec.heads.isMultiple(of: kvHeads), "kv_heads",
          "must divide \(spec.heads) heads, found \(kvHeads)")
      }
      expect(
        spec.headWidth != nil || spec.width.isMultiple(of: spec.heads), "heads",
        "must divide a width of \(spec.width), found \(spec.heads), or give `head_width`")
      let headWidth = spec.headWidth ?? spec.width / spec.heads
      if let rotary = spec.rotaryWidth {
        expect(
          (1...max(1, headWidth)).contains(rotary), "rotary_width",
          "expected 1 to a head's \(headWidth) features, found \(rotary)")
        expect(
          (spec.positionKind ?? (spec.encoder == nil ? .rotary : .learned)) == .rotary,
          "rotary_width", "only `position_kind: rotary` has it")
        expect(spec.latent == nil, "rotary_width", "`latent` has its own, leave this one out")
      }
      expect(
        spec.extraPositions == nil || (spec.positionKind ?? .rotary) == .learned,
        "extra_positions", "only `position_kind: learned` has it")
    }

    mutating func checkForm(_ spec: TransformerSpec) {
      expect(
        spec.sharedNorm != true || spec.parallel == true, "shared_norm",
        "only parallel parts share one, set `parallel: true`")
      expect(
        spec.parallel != true || spec.normPlace != .after, "norm_place",
        "parallel parts are normalized `before`")
      let biases = spec.biases ?? []
      for (index, bias) in biases.enumerated() where biases[..<index].contains(bias) {
        expect(false, "biases[\(index)]", "`\(bias.rawValue)` is there twice")
      }
      expect(
        spec.window == nil || (spec.mask ?? (spec.encoder == nil ? .causal : .none)) == .causal,
        "window", "only a causal mask has one")
      if spec.encoder == nil {
        expect(
          spec.mask != TransformerSpec.Mask.none, "mask", "a model that makes tokens is causal")
        expect(spec.vocabulary != nil, "", "missing key `vocabulary`")
        expect(
          spec.normPlace != .after, "norm_place", "only an encoder is normalized `after`")
      } else {
        expect(spec.tied == nil, "tied", "an encoder has no head of tokens, leave it out")
        expect(
          !biases.contains(.head), "biases", "the head of an encoder's `classes` always has one")
        expect(spec.headWeights == nil, "head_weights", "an encoder's head is stored as `weights`")
        expect(spec.cache == nil, "cache", "an encoder keeps no cache")
      }
    }

    mutating func checkExperts(_ spec: TransformerSpec) {
      guard let experts = spec.experts else { return }
      within("experts.count", experts.count, 1...65_536)
      within("experts.per_token", experts.perToken, 1...65_536)
      within("experts.ffn", experts.ffn, 1...Transformer.mostExtent)
      within("experts.shared", experts.shared, 0...65_536)
      expect(
        experts.perToken <= experts.count, "experts.per_token",
        "expected at most the \(experts.count) experts that there are, found \(experts.perToken)")
      if let dense = experts.denseLayers {
        expect(
          (0...max(0, spec.layers)).contains(dense), "experts.dense_layers",
          "expected 0 to \(spec.layers) layers, found \(dense)")
      }
      guard let popularity = experts.popularity else { return }
      expect(
        experts.routing == nil || experts.routing == .expected, "experts.popularity",
        "only `routing: expected` asks for it")
      expect(
        popularity.count == experts.count, "experts.popularity",
        "expected \(experts.count) numbers, found \(popularity.count)")
      for (index, chance) in popularity.enumerated() where !(0...1).contains(chance) {
        expect(false, "experts.popularity[\(index)]", "expected 0 to 1, found \(chance)")
      }
      let sum = popularity.reduce(0, +)
      // Decimal fractions of a file add up to this.
      expect(
        abs(sum - Double(experts.perToken)) <= 1e-6 * Double(max(experts.perToken, 1)),
        "experts.popularity",
        "expected a sum of \(experts.perToken), the experts of a token, found \(sum)")
    }

    mutating func checkLatent(_ spec: TransformerSpec) {
      guard let latent = spec.latent else { return }
      for (key, value) in [
        ("query_rank", latent.queryRank), ("kv_rank", latent.kvRank),
        ("rotary_width", latent.rotaryWidth), ("value_width", latent.valueWidth),
      ] { within("latent.\(key)", value, 1...Transformer.mostExtent) }
      expect(
        spec.kvHeads == nil || spec.kvHeads == spec.heads, "kv_heads",
        "latent attention has a key for every head, leave it out")
      expect(spec.window == nil, "window", "latent attention has none")
      expect(spec.headNorms != true, "head_norms", "latent attention has none")
      expect(spec.headWidth != nil, "", "missing key `head_width`, which `latent` needs")
      expect(spec.encoder == nil, "latent", "an encoder has none")
      expect(!(spec.biases ?? []).contains(.qkv), "biases", "latent attention has no bias `qkv`")
      expect(
        (spec.positionKind ?? .rotary) == .rotary, "position_kind",
        "latent attention rotates queries and keys")
    }

    mutating func checkEncoder(_ spec: TransformerSpec) {
      guard let encoder = spec.encoder else { return }
      within("encoder.image", encoder.image, 1...65_536)
      within("encoder.patch", encoder.patch, 1...65_536)
      within("encoder.types", encoder.types, 0...65_536)
      within("encoder.classes", encoder.classes, 1...Transformer.mostExtent)
      within("encoder.projection", encoder.projection, 1...Transformer.mostExtent)
      switch (encoder.image, encoder.patch) {
      case (let image?, let patch?):
        guard image >= 1, patch >= 1 else { return }
        expect(
          image.isMultiple(of: patch), "encoder.patch",
          "must divide an image of \(image), found \(patch)")
        let tokens = (image / patch) * (image / patch) + 1
        expect(
          !image.isMultiple(of: patch) || spec.positions == tokens, "positions",
          "expected the \(tokens) tokens of the patches and the class, found \(spec.positions)")
        expect(spec.vocabulary == nil, "vocabulary", "an image has no vocabulary, leave it out")
      case (nil, nil):
        expect(spec.vocabulary != nil, "", "missing key `vocabulary`, or an encoder's `image`")
        expect(encoder.patchBias == nil, "encoder.patch_bias", "text has no patches")
      case (_?, nil): expect(false, "encoder", "missing key `patch`, which `image` needs")
      case (nil, _?): expect(false, "encoder", "missing key `image`, which `patch` needs")
      }
    }

    /// Counts of parameters are whole numbers; formed in floating point, none of them overflows here.
    mutating func checkSize(_ spec: TransformerSpec) {
      let width = Double(spec.width)
      let heads = Double(spec.heads + 2 * (spec.kvHeads ?? spec.heads))
      let headWidth = Double(spec.headWidth ?? spec.width / spec.heads)
      var layer = 2 * width * heads * headWidth + 3 * width * Double(spec.ffn) + 16 * width
      if let latent = spec.latent {
        let ranks = Double(latent.queryRank + latent.kvRank + latent.rotaryWidth)
        let outputs = headWidth + Double(latent.rotaryWidth + latent.valueWidth)
        layer += ranks * (width + 1) + (ranks + width) * Double(spec.heads) * outputs
      }
      if let experts = spec.experts {
        let count = Double(experts.count + (experts.shared ?? 0))
        layer += count * (3 * (width + 1) * Double(experts.ffn) + width + 1)
      }
      let rows =
        Double(spec.vocabulary ?? 0) * 2 + Double(spec.positions + (spec.extraPositions ?? 0))
      let most = Double(spec.layers) * layer + rows * (width + 1)
      expect(most <= 0x1p53, "", "expected fewer than 2^53 parameters")
    }

    mutating func checkStorage(_ spec: TransformerSpec) {
      for (key, storage) in [
        ("weights", spec.weights), ("head_weights", spec.headWeights), ("cache", spec.cache),
      ] {
        guard let storage else { continue }
        within("\(key).bits", storage.bits, 1...64)
        within("\(key).group", storage.group, 1...Transformer.mostExtent)
        within("\(key).scale_bits", storage.scaleBits, 0...64)
        within("\(key).zero_bits", storage.zeroBits, 0...64)
        if key == "cache" {
          expect(
            storage.group == nil, "cache.group",
            "a scale is for the elements of one token and head, leave it out")
        } else {
          expect(
            storage.group != nil || storage.scaleBits == nil, "\(key).scale_bits",
            "numbers without a `group` have no scale")
          expect(
            storage.group != nil || storage.zeroBits == nil, "\(key).zero_bits",
            "numbers without a `group` have no zero point")
        }
      }
    }
  }
}
