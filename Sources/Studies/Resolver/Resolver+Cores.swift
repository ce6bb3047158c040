internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks

extension Resolver {
  /// Several cores need a layer that can be divided among them, as the design says: a network of which
  /// none can is refused.
  func checkCores(
    _ question: Question, _ design: Design, _ network: Network, hasWeights: Bool, batch: Int
  ) throws(InputError) {
    guard let cores = design.architecture.spec.severalCores else { return }
    guard !design.mapper.isByName else {
      throw InputError(
        "a file says how one core cuts whole layers, but \(question.architecture) has "
          + "\(cores.count) cores; use another rule, or set cores.count to 1", file: nil,
        path: form.path("mapping"))
    }
    let split = cores.split ?? .best
    let kinds = split == .best ? CoresSpec.Split.allCases : [split]
    // The values of quantized kernels are known of whole kernels only.
    let possible = kinds.filter { !hasWeights || $0 == .pixels || $0 == .batch }
    if possible.isEmpty {
      throw InputError(
        "\(question.architecture) divides layers by \(split.rawValue), but weights of a file are not "
          + "divided; expected cores.split `pixels`, `batch` or `best`", file: nil,
        path: form.path("weights"))
    }
    let canDivide = network.ownLayers.contains { layer in
      possible.contains { LayerSplit.extent($0, of: layer, batch: batch) > 1 }
    }
    guard !canDivide else { return }
    let file = try folders.file(at: folders.path(of: question.architecture, in: "arch"))
    throw file.error(
      SpecError(
        "cores." + (file.has("cores.split") ? "split" : "count"),
        "no layer of \(network.subnet ?? network.name) can be divided among \(cores.count) cores by "
          + "\(Self.word(split, hasWeights)); \(Self.remedy(split, hasWeights))"))
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

extension Design {
  /// Throws on a design of several cores, for something that knows only one.
  func checkOneCore(_ reason: String, at path: String) throws(InputError) {
    guard let cores = architecture.spec.severalCores else { return }
    throw InputError(
      "\(reason), and \(architecture.spec.name) has \(cores.count) cores; set cores.count to 1",
      file: nil, path: path)
  }
}
