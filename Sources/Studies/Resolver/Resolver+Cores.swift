internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import WeightAnalysis

extension Resolver {
  /// Several cores need a layer that can be divided among them, as the design says: a network of which
  /// none can is refused.
  func checkCores(
    _ question: Question, _ design: Design, _ network: Network,
    weights: [String: QuantizedTensor], batch: Int
  ) throws(InputError) {
    let hasWeights = !weights.isEmpty
    guard let cores = design.architecture.spec.severalCores else { return }
    guard !design.mapper.isByName else {
      throw InputError(
        "a file says how one core cuts whole layers, but \(question.architecture) has "
          + "\(cores.total) cores; use another rule, or \(cores.oneCore)", file: nil,
        path: form.path("mapping"))
    }
    guard design.kinds.isEmpty else {
      return try checkKinds(question, design, network, weights: weights, batch: batch)
    }
    let split = cores.split ?? .best
    let possible = Self.splits(split, hasWeights: hasWeights)
    if possible.isEmpty {
      throw InputError(
        "\(question.architecture) divides layers by \(split.rawValue), but weights of a file are not "
          + "divided; expected cores.split `pixels`, `batch` or `best`", file: nil,
        path: form.path("weights"))
    }
    guard !network.canDivide(by: possible, batch: batch) else { return }
    let file = try folders.file(at: folders.path(of: question.architecture, in: "arch"))
    throw file.error(
      SpecError(
        "cores." + (file.has("cores.split") ? "split" : "count"),
        "no layer of \(network.subnet ?? network.name) can be divided among \(cores.count) cores by "
          + "\(Self.word(split, hasWeights)); \(Self.remedy(split, hasWeights))"))
  }

  /// Throws on a design whose layers run beside one another, for what adds layers up one by one.
  func checkSeparateLayers(_ question: Question, _ design: Design) throws(InputError) {
    guard design.architecture.spec.cores?.pipeline != nil else { return }
    let file = try folders.file(at: folders.path(of: question.architecture, in: "arch"))
    throw file.error(
      SpecError(
        "cores.pipeline", "tables of costs hold layers that run one after the other, leave out"))
  }

  /// Cores of each kind need a layer that they can run.
  private func checkKinds(
    _ question: Question, _ design: Design, _ network: Network,
    weights: [String: QuantizedTensor], batch: Int
  ) throws(InputError) {
    let file = try folders.file(at: folders.path(of: question.architecture, in: "arch"))
    func path(_ kind: Int) -> String { kind == 0 ? "cores" : "cores.others[\(kind - 1)]" }
    for (index, kind) in design.kinds.enumerated() where kind.count > 1 {
      let split = kind.design.architecture.spec.cores?.split ?? .best
      let possible = Self.splits(split, hasWeights: !weights.isEmpty).filter {
        index == 0 || $0 != .channels
      }
      guard !network.canDivide(by: possible, batch: batch) else { continue }
      throw file.error(
        SpecError(
          path(index),
          "no layer of \(network.subnet ?? network.name) can be divided among the \(kind.count) "
            + "cores `\(kind.name)` by \(Self.word(split, !weights.isEmpty)); "
            + Self.remedy(split, !weights.isEmpty)))
    }
    guard
      let (kind, reason) = Evaluator(design).uselessCores(
        for: network, weights: weights, batch: batch)
    else { return }
    let name = design.kinds[kind].name
    throw file.error(
      SpecError(
        path(kind),
        "cores `\(name)` can run no layer of \(network.subnet ?? network.name), as for \(reason); "
          + (kind == 0 ? "change them" : "leave them out, or change them")))
  }

  /// The ways in which layers may be divided.
  private static func splits(
    _ split: CoresSpec.Split, hasWeights: Bool
  ) -> [CoresSpec.Split] {
    let kinds = split == .best ? CoresSpec.Split.allCases : [split]
    // The values of quantized kernels are known of whole kernels only.
    return kinds.filter { !hasWeights || $0 == .pixels || $0 == .batch }
  }

  private static func word(_ split: CoresSpec.Split, _ hasWeights: Bool) -> String {
    switch split {
    case .best: hasWeights ? "pixels or batch, with weights of a file" : "anything"
    default: split.rawValue
    }
  }

  private static func remedy(_ split: CoresSpec.Split, _ hasWeights: Bool) -> String {
    switch split {
    case .batch: "use `--batch` of 2 or more, or `split: best`"
    case .best: hasWeights ? "use `--batch` of 2 or more" : "set cores.count to 1"
    case .kernels, .pixels, .channels: "use `split: best`"
    }
  }
}

extension Network {
  /// Whether a layer has more than one share under one of `splits`.
  fileprivate func canDivide(by splits: [CoresSpec.Split], batch: Int) -> Bool {
    ownLayers.contains { layer in
      splits.contains { LayerSplit.extent($0, of: layer, batch: batch) > 1 }
    }
  }
}

extension Design {
  /// Throws on a design of several cores, for something that knows only one.
  func checkOneCore(_ reason: String, at path: String) throws(InputError) {
    guard let cores = architecture.spec.severalCores else { return }
    throw InputError(
      "\(reason), and \(architecture.spec.name) has \(cores.total) cores; \(cores.oneCore)",
      file: nil, path: path)
  }
}

extension CoresSpec {
  /// What makes one core of several.
  fileprivate var oneCore: String {
    others == nil
      ? "set cores.count to 1"
      : "leave cores.others out" + (count > 1 ? " and set cores.count to 1" : "")
  }
}
