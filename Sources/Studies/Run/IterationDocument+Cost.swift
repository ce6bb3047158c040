internal import Architectures
internal import CostModel
internal import Documents
internal import Networks
internal import Reports
internal import Units

extension IterationDocument {
  /// What `iteration` takes at least, and what it moved in `run`; nil for other workloads.
  init?(_ iteration: TransformerIteration?, _ run: NetworkCost) {
    guard let iteration else { return nil }
    let precision = run.design.architecture.spec.precision
    let cache = iteration.cacheBytes(bits: precision.input.count)
    let experts = iteration.model.spec.experts
    self.init(
      phase: iteration.iteration.spec.phase?.rawValue, tokens: iteration.iteration.tokens,
      sequences: iteration.iteration.sequences,
      groups: iteration.iteration.groups.map {
        Group(tokens: $0.new, context: $0.cached, count: $0.count, logits: $0.logits)
      }, parameters: iteration.model.parameters, linearMacs: iteration.linearMACs,
      attentionMacs: iteration.attentionMACs, headMacs: iteration.headMACs,
      expertsTouched: experts.map {
        ExpertLoad($0, tokens: iteration.iteration.tokens).touched
      },
      compulsory: Compulsory(
        weightBytes: iteration.weightBytes(weightBits: precision.weight.count),
        cacheReadBytes: cache.read, cacheWriteBytes: cache.written),
      dram: Moved(iteration, run),
      cache: Cache(iteration, bits: precision.input.count),
      adapters: Adapters(iteration, bits: precision.weight.count))
  }

  /// Lines of a report.
  var facts: [(String, String)] {
    let kinds = groups.map {
      "\($0.count) x \($0.tokens) tokens after \($0.context)"
    }
    func megabytes(_ bytes: Double) -> String { NumberText.bytes(bytes.rounded()) }
    return [
      ("iteration", (phase.map { "\($0), " } ?? "") + kinds.joined(separator: ", ")),
      (
        "has to move",
        "\(megabytes(compulsory.weightBytes)) of weights, \(megabytes(compulsory.cacheReadBytes)) "
          + "of cache read, \(megabytes(compulsory.cacheWriteBytes)) written"
      ),
    ] + chosen(megabytes) + added(megabytes)
  }

  /// What a cache policy saves; nothing of a full cache.
  private func chosen(_ megabytes: (Double) -> String) -> [(String, String)] {
    guard let cache, cache.policy != CachePolicySpec.Kind.full.rawValue else { return [] }
    let reads =
      cache.reduction.map {
        "reads \(megabytes(cache.readBytes)), \(NumberText.ratio($0)) times less than all, "
      } ?? "reads nothing, "
    return [
      (
        "cache policy",
        "\(cache.policy), \(reads)keeps \(megabytes(cache.keptBytes)), "
          + "\(NumberText.share(cache.keptShare)) of all"
      )
    ]
  }

  private func added(_ megabytes: (Double) -> String) -> [(String, String)] {
    guard let adapters else { return [] }
    return [
      (
        "adapters",
        "\(adapters.present) \(adapters.form) of rank \(adapters.rank), "
          + "\(megabytes(adapters.readBytes)) read, \(megabytes(adapters.switchBytes)) to switch"
      )
    ]
  }
}

extension IterationDocument.Cache {
  fileprivate init?(_ iteration: TransformerIteration, bits: Int) {
    guard iteration.model.isDecoder else { return nil }
    func bytes(_ count: Double) -> Double { iteration.cacheBytes(count, bits: bits) }
    let read = iteration.cacheBytes(bits: bits).read
    let full = bytes(iteration.fullCacheElements)
    let (keptBytes, all) = (iteration.keptBytes(bits: bits), bytes(iteration.allElements))
    let each = Double(iteration.model.layers * iteration.model.cacheWidth)
    self.init(
      policy: (iteration.model.spec.cachePolicy?.kind ?? .full).rawValue,
      bytesPerToken: bytes(each), readBytes: read, fullReadBytes: full,
      reduction: read > 0 ? full / read : nil, keptBytes: keptBytes,
      keptShare: all > 0 ? keptBytes / all : 0, choiceMacs: iteration.choiceMACs)
  }
}

extension IterationDocument.Adapters {
  fileprivate init?(_ iteration: TransformerIteration, bits: Int) {
    guard let load = iteration.adapters else { return nil }
    self.init(
      form: (load.spec.form ?? .unmerged).rawValue, rank: load.spec.rank, present: load.present,
      weights: load.ownWeights, sharedWeights: load.sharedWeights,
      switchBytes: load.switchBytes(iteration.model, weightBits: bits),
      readBytes: load.readBytes(iteration.model, weightBits: bits),
      macsPerToken: load.macsPerToken, macs: iteration.adapterMACs)
  }
}

extension IterationDocument.Moved {
  /// What passed the pins: kernels that are weights, what of products' kernels is cached, keys and
  /// values at the width of results, and the rest.
  fileprivate init(_ iteration: TransformerIteration, _ run: NetworkCost) {
    var (weights, cached) = (0, 0)
    for entry in run.entries {
      guard let layer = entry.layer else { continue }
      let read = entry.cost.traffic(.dram, .weight).read.count
      if layer.kernelRole == .weight {
        weights += read
      } else if let share = iteration.cachedKeys[entry.name] {
        cached += read.scaled(by: share.cached, over: share.all).quotient
      }
    }
    let width = run.design.architecture.spec.precision.output
    let written = Bytes(holding: width * iteration.cacheElements.written).count
    self.init(
      weightReadBytes: weights, cacheReadBytes: cached, cacheWriteBytes: written,
      activationReadBytes: run.dramRead.count - weights - cached,
      activationWriteBytes: run.dramWrite.count - written)
  }
}
