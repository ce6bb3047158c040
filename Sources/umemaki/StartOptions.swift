import ArgumentParser
import CostModel
import Inputs
import Studies

/// What is on chip when an inference starts, and what runs elsewhere.
struct StartOptions: ParsableArguments {
  @Option(
    help: """
      What the persistent buffer holds at the start: none, self (the network that runs), a \
      sub-network's name, or a YAML file of slices.
      """)
  var cached = "none"

  @Option(
    help: "What the persistent buffer is filled with first, per byte of it: cycles or bytes saved.")
  var fill: String?

  @Option(
    help: """
      Layers that run elsewhere, on the host, by name and separated by commas: they take no time, \
      move no bytes and are never held on chip.
      """)
  var host: String?

  func validate() throws {
    if fill != nil, cached == "none" || cached.hasSuffix(".yaml") || cached.hasSuffix(".yml") {
      throw ValidationError("--fill is for --cached self or a sub-network, found \(cached)")
    }
    if let fill, SubgraphFill(rawValue: fill) == nil {
      throw ValidationError("--fill must be cycles or bytes, found `\(fill)`")
    }
  }

  /// Adds these to `question`.
  func add(to question: inout Question) throws {
    question.cached = cached
    question.fill = fill.flatMap(SubgraphFill.init(rawValue:)) ?? .cycles
    question.host = try host.map { try Question.hostNames($0) } ?? []
  }
}

/// Prices instead of the architecture's.
struct PriceOptions: ParsableArguments {
  @Option(help: "Energy table instead of the architecture's: a name in arch/energy/ or a path.")
  var energy: String?

  @Option(help: "DRAM preset instead of the architecture's: a name in arch/energy/dram/ or a path.")
  var dram: String?

  /// Adds these to `question`.
  func add(to question: inout Question) {
    question.energy = energy
    question.dram = dram
  }
}
