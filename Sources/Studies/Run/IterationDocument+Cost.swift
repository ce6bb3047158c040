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
      dram: Moved(iteration, run))
  }

  /// Lines of a report.
  var facts: [(String, String)] {
    let kinds = groups.map {
      "\($0.count) x \($0.tokens) tokens after \($0.context)"
    }
    func megabytes(_ bytes: Double) -> String { NumberText.bytes(Int(bytes.rounded())) }
    return [
      ("iteration", (phase.map { "\($0), " } ?? "") + kinds.joined(separator: ", ")),
      (
        "has to move",
        "\(megabytes(compulsory.weightBytes)) of weights, \(megabytes(compulsory.cacheReadBytes)) "
          + "of cache read, \(megabytes(compulsory.cacheWriteBytes)) written"
      ),
    ]
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
