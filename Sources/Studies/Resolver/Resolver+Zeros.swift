internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks

extension Resolver {
  /// A link that codes maps needs to know their zeros: a network of which nobody stated any is refused,
  /// unless the architecture says that its maps then cross as they are.
  func checkZeros(
    _ question: Question, _ design: Design, _ network: @autoclosure () -> Network
  ) throws(InputError) {
    let transfers = design.architecture.spec.memory.transfers
    for (key, code) in [
      ("input", transfers.input.compression), ("output", transfers.output.compression),
    ] {
      guard let code, code.unstated != .raw else { continue }
      let network = network()
      guard !network.statesZeros else { return }
      let file = try folders.file(at: folders.path(of: question.architecture, in: "arch"))
      throw file.error(
        SpecError(
          "memory.transfers.\(key).compression",
          "workload \(network.name) states no `zeros`, state them in its layers, or say "
            + "`unstated: raw` here for maps that then cross as they are"))
    }
  }
}
