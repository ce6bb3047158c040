internal import Architectures
internal import Components
package import CostModel
package import Inputs
internal import Networks
internal import Units
package import WeightAnalysis

extension Resolver {
  /// The most slices of a weight file that are remembered for other sub-networks.
  private static let mostSlices = 1024

  /// What the question's weight file holds for its network; nil where it names none.
  package mutating func weights(
    _ question: Question, _ setting: Setting, _ networkKey: String
  ) throws(InputError) -> WeightBinding.Bound? {
    guard let path = question.weights else { return nil }
    let key = "\(path)\n\(question.layout?.rawValue ?? "")"
    if let known = bound.known("\(key)\n\(networkKey)") { return known }
    let found = try bind(setting.network, of: setting.workload, question)
    bound.hold(found, as: "\(key)\n\(networkKey)")
    return found
  }

  /// Binds a network of `workload`; slices that others of its sub-networks share are read once.
  mutating func bind(
    _ network: Network, of workload: Workload, _ question: Question
  ) throws(InputError) -> WeightBinding.Bound {
    guard let path = question.weights else { return WeightBinding.Bound() }
    let isSupernet = if case .supernet = workload.content { true } else { false }
    let key = "\(path)\n\(question.layout?.rawValue ?? "")\n\(isSupernet)"
    let form = form
    let quantizers = folders.families.quantizers
    let binding = try files.value(key) { () throws(InputError) in
      do throws(InputError) {
        return WeightBinding(
          try WeightFile(path: path), layout: question.layout, allowsSlices: isSupernet,
          quantizers: quantizers)
      } catch {
        // Someone who named the file in another one is told where.
        guard form != .flags, error.kind == .unreadable else { throw error }
        throw InputError(
          "\(path): \(error.message)", file: nil, path: form.path("weights"),
          kind: .unreadable)
      }
    }
    var read = slices.known(key) ?? WeightBinding.Slices(capacity: Self.mostSlices)
    // Taken out, so that it is the only one and grows in place.
    slices.forget(key)
    defer { slices.hold(read, as: key) }
    return try binding.bind(network, slices: &read)
  }

  /// A design whose cost depends on values is refused without them, one that counts sign patterns with
  /// weights that have none.
  ///
  /// A network whose sparse rows the workload gives, `isOfRows`, has zeros of its own: without values its
  /// weights are all taken as non-zero.
  func checkWeights(
    _ question: Question, _ design: Design, _ tensors: [String: QuantizedTensor],
    isOfRows: Bool = false
  ) throws(InputError) {
    // Of several kinds of cores, those run a layer that can.
    guard design.kinds.isEmpty else { return }
    let kind = design.architecture.spec.datapath.kind
    if design.datapath.countsPatterns,
      let other = tensors.filter({ $0.value.scheme.patterns == nil }).min(by: { $0.key < $1.key })
    {
      throw InputError(
        "layer \(other.key): \(WeightError.noPatterns(other.value.scheme)), but \(kind) counts sign "
          + "patterns", file: question.weights)
    }
    guard design.datapath.needsWeights, tensors.isEmpty, !isOfRows else { return }
    guard let weights = question.weights else {
      throw InputError(
        "\(kind) counts the values of quantized weights, give a file; `umemaki make-weights` and "
          + "`umemaki quantize` make one", file: nil, path: form.path("weights"))
    }
    throw InputError(
      "no tensor is quantized, but \(kind) counts the values of quantized weights; use "
        + "`umemaki quantize` first", file: weights)
  }

  // MARK: Placement

  /// What is on chip when the inference starts.
  package mutating func placement(
    _ question: Question, _ setting: Setting, _ tensors: [String: QuantizedTensor]
  ) throws(InputError) -> Sourced<Placement> {
    guard question.cached != "none" else { return Sourced(value: .empty, paths: []) }
    let capacity = setting.design.architecture.persistentBytes
    guard capacity > .zero else {
      throw InputError(
        "\(setting.design.architecture.spec.name) has no persistent buffer", file: nil,
        path: form.path("cached"))
    }
    let key = "\(setting.key)\n\(question.cached)\n\(question.fill.rawValue)"
    if let known = placements.known(key) { return known }
    let held = try subgraph(question, setting, tensors, capacity)
    let made = Sourced(value: Placement(persistent: held.value), paths: held.paths)
    placements.hold(made, as: key)
    return made
  }

  private mutating func subgraph(
    _ question: Question, _ setting: Setting, _ tensors: [String: QuantizedTensor],
    _ capacity: Bytes
  ) throws(InputError) -> Sourced<Subgraph> {
    let evaluator = Evaluator(setting.design)
    let cached = question.cached
    if cached == "self" {
      return Sourced(
        value: evaluator.subgraph(
          of: setting.network, weights: tensors, capacity: capacity, fill: question.fill),
        paths: [])
    }
    if Self.isFile(cached) {
      return Sourced(
        value: try slices(
          cached, of: setting.network, tensors, capacity: capacity, evaluator: evaluator),
        paths: [cached])
    }
    let other: Network
    do {
      other = try setting.workload.network(subnet: cached).onHost(question.host)
    } catch {
      throw InputError(error.message, file: nil, path: form.path("cached"))
    }
    // Its own slices of the weights decide what is worth holding.
    let bound = try bind(other, of: setting.workload, question)
    let weights = bound.tensors
    let stored =
      setting.design.architecture.spec.weightDecoder == nil ? other : other.storing(bound.coded)
    return Sourced(
      value: evaluator.subgraph(
        of: stored, weights: weights, capacity: capacity, fill: question.fill), paths: [])
  }

  /// Whether a value of `cached` names a file of slices.
  package static func isFile(_ cached: String) -> Bool {
    cached.hasSuffix(".yaml") || cached.hasSuffix(".yml")
  }

  /// The slices of the file at `path`.
  private func slices(
    _ path: String, of network: Network, _ tensors: [String: QuantizedTensor], capacity: Bytes,
    evaluator: Evaluator
  ) throws(InputError) -> Subgraph {
    do throws(InputError) {
      let file = try folders.file(at: path)
      let spec = try file.decode(SubgraphSpec.self)
      return try file.locating { () throws(SpecError) in
        let held = try spec.subgraph(for: network)
        let bytes = evaluator.storage(of: held, weights: tensors, network: network)
        guard bytes <= capacity else {
          throw SpecError("slices", "\(bytes) do not fit the persistent buffer of \(capacity)")
        }
        return held
      }
    } catch {
      // Someone who named the file in another one is told where.
      guard form != .flags else { throw error }
      throw InputError("\(error)", file: nil, path: form.path("cached"), kind: error.kind)
    }
  }
}
