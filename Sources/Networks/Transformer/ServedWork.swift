internal import Components

/// What requests to a transformer need at least, whatever serves them: multiply-accumulates of a request, bytes of an
/// iteration.
///
/// Every token of a prompt that no cache held, and every token of an answer but the last, is worked on once; the head works
/// on one token for each of the answer. Adapters, choosing among cached tokens, and vector work are left out.
public struct ServedWork: Hashable, Sendable {
  /// The model.
  public let model: Transformer
  private let weightBits: Int
  private let cacheBits: Int
  /// Multiply-accumulates of a pair of tokens that attend to one another in all layers, of a prompt and of an answer.
  private let perPair: (prompt: Double, answer: Double)
  /// By context, the pairs of all decodes before it; empty where decodes attend to all that a window leaves.
  private let pairsBefore: [Double]
  /// By context, cached bytes that a decode of one token reads; empty likewise.
  private let decodeBytes: [Double]

  /// Makes it.
  ///
  /// - Parameters:
  ///   - model: A model with a cache.
  ///   - weightBits: Bits of a weight where the model does not say.
  ///   - cacheBits: Bits of an element of the cache where the model does not say.
  public init(_ model: Transformer, weightBits: Int, cacheBits: Int) {
    self.model = model
    self.weightBits = weightBits
    self.cacheBits = cacheBits
    perPair = (
      Self.pairMACs(model, isAbsorbed: false), Self.pairMACs(model, isAbsorbed: true)
    )
    guard (model.spec.cachePolicy?.kind ?? .full) != .full else {
      (pairsBefore, decodeBytes) = ([], [])
      return
    }
    var (pairs, bytes) = ([0.0], [Double]())
    for context in 0...model.spec.positions {
      let group = Iteration.Group(new: 1, cached: context, count: 1, logits: 1)
      let reading = CacheReading(group, of: model)
      pairs.append(pairs[context] + Double(reading.shape.pairs))
      bytes.append(reading.readBytes(model, bits: cacheBits))
    }
    (pairsBefore, decodeBytes) = (pairs, bytes)
  }

  private static func pairMACs(_ model: Transformer, isAbsorbed: Bool) -> Double {
    let (key, value) = model.pairWidths(isAbsorbed: isAbsorbed)
    return Double(model.layers) * Double(model.heads) * Double(key + value)
  }

  /// Multiply-accumulates of a request.
  ///
  /// - Parameters:
  ///   - prompt: Tokens of its prompt, at least 1.
  ///   - cached: Those that the cache held before, fewer than the prompt has.
  ///   - output: Tokens of its answer, at least 1.
  /// - Returns: Their number, attention and head included.
  public func macs(prompt: Int, cached: Int, output: Int) -> Double {
    let tokens = Double(prompt - cached + output - 1)
    let head = Double(output) * Double(model.spec.vocabulary ?? 0) * Double(model.width)
    let first = pairs(new: prompt - cached, after: cached)
    let answer =
      pairsBefore.isEmpty
      ? pairs(new: prompt - cached + output - 1, after: cached) - first
      : pairsBefore[min(prompt + output - 1, pairsBefore.count - 1)]
        - pairsBefore[min(prompt, pairsBefore.count - 1)]
    // Latent attention works on the latent vectors where anything is cached.
    let ofPrompt = cached > 0 || prompt == 1 ? perPair.answer : perPair.prompt
    return tokens * Double(model.linearWeightsPerToken) + head + first * ofPrompt
      + answer * perPair.answer
  }

  private func pairs(new: Int, after cached: Int) -> Double {
    guard new > 0 else { return 0 }
    return Double(
      AttentionShape(
        new: new, context: cached, window: model.spec.window, isCausal: model.isCausal
      ).pairs)
  }

  /// Bytes of weights that an iteration reads once: of the layers, and of the head where there are logits.
  public func weightBytes(tokens: Int, logits: Int) -> Double {
    model.weightBytesRead(tokens: tokens, logits: logits, weightBits: weightBits)
  }

  /// Bytes that a sequence reads of its cache for `new` tokens after `cached` ones.
  public func cacheBytes(new: Int, cached: Int) -> Double {
    guard cached > 0 else { return 0 }
    if new == 1, cached < decodeBytes.count { return decodeBytes[cached] }
    let group = Iteration.Group(new: new, cached: cached, count: 1, logits: 1)
    return CacheReading(group, of: model).readBytes(model, bits: cacheBits)
  }

  /// By what it is made from.
  public static func == (left: ServedWork, right: ServedWork) -> Bool {
    left.model == right.model && left.weightBits == right.weightBits
      && left.cacheBits == right.cacheBits
  }

  /// By what it is made from.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(model)
    hasher.combine(weightBits)
    hasher.combine(cacheBits)
  }
}

extension Transformer {
  /// Elements of a key and of a value that a pair of tokens multiplies in a head; latent attention works on the latent
  /// vectors themselves where it is absorbed.
  func pairWidths(isAbsorbed: Bool) -> (key: Int, value: Int) {
    guard let latent = spec.latent else { return (headWidth, headWidth) }
    return isAbsorbed
      ? (latent.kvRank + latent.rotaryWidth, latent.kvRank)
      : (headWidth + latent.rotaryWidth, latent.valueWidth)
  }

  /// Weights of layers and head that an iteration reads once.
  ///
  /// Of experts as many as are visited on average. Biases, scalars, learned positions, rows of
  /// embeddings and adapters are left out.
  func weightsRead(tokens: Int, logits: Int) -> (layers: Double, head: Double) {
    let head = logits > 0 ? (spec.vocabulary ?? 0) * width : 0
    guard let experts = spec.experts else {
      return (
        Double(layers) * Double(attentionWeights + feedForwardMatrices * width * spec.ffn),
        Double(head)
      )
    }
    var sum = 0.0
    let touched = ExpertLoad(experts, tokens: tokens).touched
    for layer in 0..<layers {
      sum += Double(attentionWeights)
      guard hasExperts(layer: layer) else {
        sum += Double(feedForwardWeightsPerToken(ofLayer: layer))
        continue
      }
      sum += Double(width * experts.count)
      sum += (touched + Double(experts.shared ?? 0)) * Double(expertWeights)
    }
    return (sum, Double(head))
  }

  /// Bytes of the same, with weights of `weightBits` where the model does not say.
  func weightBytesRead(tokens: Int, logits: Int, weightBits: Int) -> Double {
    let (layers, head) = weightsRead(tokens: tokens, logits: logits)
    let own = spec.weights ?? StorageSpec(bits: weightBits)
    let last = spec.headWeights ?? own
    return (own.bits(layers, row: width) + last.bits(head, row: width)) / 8
  }
}

extension CacheReading {
  /// Bytes that one sequence reads of its cache in all layers, what is read of pages included.
  func readBytes(_ model: Transformer, bits: Int) -> Double {
    let storage = model.spec.cache ?? StorageSpec(bits: bits)
    let row = model.spec.latent == nil ? model.headWidth : model.cacheWidth
    let layers = Double(model.layers)
    var sum = storage.cacheBits(layers * Double(attendedElements(model)), row: row) / 8
    if pages > 0 {
      sum += storage.cacheBits(layers * Double(pageElements(model)), row: pageFeatures) / 8
    }
    return sum
  }
}
