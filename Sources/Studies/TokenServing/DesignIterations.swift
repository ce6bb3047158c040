internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import Serving
internal import Synchronization
internal import Units

/// Prices iterations of a transformer on a design.
///
/// With several devices (`tensor`) every one runs its part of each layer; two all-reduces per layer go around
/// a ring, `2 (n - 1) / n` of the bytes of the tokens over each link and a start each.
struct DesignIterations: IterationEvaluator {
  let design: Design
  /// One device's part, with positions enough.
  let model: Transformer
  let name: String
  let devices: Int
  let link: TokenLink
  private let evaluator: Evaluator
  /// What was priced already: runs and seeds ask the same.
  private let known = Shared()

  private final class Shared: Sendable {
    let parts = Mutex<[Question: IterationParts]>([:])
  }

  private struct Question: Hashable {
    let new: Int
    let cached: Int
    let count: Int
  }

  init(_ design: Design, _ model: Transformer, named name: String, devices: Int, link: TokenLink) {
    self.design = design
    self.name = name
    self.devices = devices
    self.link = link
    self.model = model.extended(to: model.spec.positions * 2 + 4096)
    evaluator = Evaluator(design)
  }

  /// What `count` sequences cost that each bring `new` tokens after `cached` ones; several new tokens end no
  /// prompt, so that the head and what a cache policy does behind a prompt are left out.
  ///
  /// - Throws: `ServiceModelError` where the design cannot run them.
  func parts(new: Int, cached: Int, count: Int) throws(ServiceModelError) -> IterationParts {
    let question = Question(new: new, cached: cached, count: count)
    if let parts = known.parts.withLock({ $0[question] }) { return parts }
    let parts = try price(new: new, cached: cached, count: count)
    known.parts.withLock { $0[question] = parts }
    return parts
  }

  private func price(new: Int, cached: Int, count: Int) throws(ServiceModelError) -> IterationParts
  {
    let run: NetworkCost
    do {
      let sequences = [SequenceSpec(tokens: new, context: cached, count: count)]
      let iteration = try TransformerIteration(
        model,
        Iteration(
          IterationSpec(sequences: sequences, logits: new > 1 ? IterationSpec.Logits.none : .last),
          of: model))
      run = try evaluator.evaluate(Network(iteration, named: name))
    } catch let error as SpecError {
      throw ServiceModelError(
        "\(count) requests of \(new) tokens after \(cached): \(error.message)")
    } catch {
      throw ServiceModelError("\(count) requests of \(new) tokens after \(cached): \(error)")
    }
    var sums = (linear: PartSum(), attention: PartSum(), head: PartSum())
    for entry in run.entries {
      switch TransformerIteration.part(of: entry.name) {
      case .linear: sums.linear.add(entry.cost)
      case .attention: sums.attention.add(entry.cost)
      case .head: sums.head.add(entry.cost)
      }
    }
    return IterationParts(
      linear: cost(sums.linear, collectives: collectives(tokens: new * count)),
      attention: cost(sums.attention), head: cost(sums.head))
  }

  private struct PartSum {
    var cycles = Cycles.zero
    var energy = Picojoules.zero
    var bytes = Bytes.zero

    mutating func add(_ cost: LayerCost) {
      cycles = cycles + cost.total
      energy = energy + cost.totalEnergy
      bytes = bytes + cost.dramRead + cost.dramWrite
    }
  }

  private func cost(
    _ sum: PartSum, collectives: SimulationTime = SimulationTime(0)
  ) -> ServiceCost {
    let seconds = design.architecture.spec.frequency.seconds(sum.cycles)
    return ServiceCost(
      latency: SimulationTime(seconds: seconds) + collectives,
      energy: Picojoules(sum.energy.value * Double(devices)),
      dramBytes: Bytes(sum.bytes.count * devices))
  }

  /// The time of all all-reduces of an iteration.
  private func collectives(tokens: Int) -> SimulationTime {
    guard devices > 1 else { return SimulationTime(0) }
    let bits = design.architecture.spec.precision.output * (tokens * model.width)
    let bytes = Double(Bytes(holding: bits).count) * 2 * Double(devices - 1) / Double(devices)
    let each =
      link.latency.seconds + (link.bytesPerSecond.map { bytes / $0 } ?? 0)
    return SimulationTime(seconds: 2 * Double(model.layers) * each)
  }
}
