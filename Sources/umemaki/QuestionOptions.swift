import ArgumentParser
import Inputs
import Studies

/// What an inference is asked about: a design, a network, its weights and how it is mapped.
struct QuestionOptions: ParsableArguments {
  @Argument(help: "Architecture: a name in arch/ or a path.")
  var architecture: String

  @Argument(help: "Workload: a name in workloads/ or a path.")
  var workload: String

  @OptionGroup var flags: QuestionFlags

  /// The question so far.
  var question: Question { flags.question(architecture, workload) }
}

/// What of a network runs, on which weights and how it is mapped.
struct QuestionFlags: ParsableArguments {
  @Option(
    help: "Sub-network of a supernet: a name from the workload file, or a configuration in braces.")
  var subnet: String?

  @Option(help: "Weights, a tensor per layer: HDF5, safetensors, .pt, .keras, or a map in YAML.")
  var weights: String?

  @Option(help: "Layout of tensors whose file does not say: OIHW or HWIO.")
  var layout: String?

  @Option(help: "Images per inference, or sequences of an iteration; 1 unless given.")
  var batch: Int?

  @Option(
    help: "What a transformer does: prefill, decode or chunk; as its file says unless given.")
  var phase: String?

  @Option(help: "New tokens of each sequence.")
  var tokens: Int?

  @Option(help: "Cached tokens of each sequence.")
  var context: Int?

  @Option(
    help: """
      Sequences that differ, instead of the three above: \
      '[{tokens: 512}, {tokens: 1, context: 1024, count: 31}]'.
      """)
  var sequences: String?

  @Option(help: "Tokens whose logits are wanted: last, all or none.")
  var logits: String?

  @Option(
    help: """
      Mapping rule instead of the architecture's: a name such as search or largest, a mapping file, \
      or a rule in braces: '{rule: search, objective: energy}'.
      """)
  var mapping: String?

  func validate() throws {
    if let batch, !(1...256).contains(batch) {
      throw ValidationError("--batch must be 1 to 256, found \(batch)")
    }
    if let layout, WeightLayout(rawValue: layout) == nil {
      throw ValidationError("--layout must be OIHW or HWIO, found `\(layout)`")
    }
  }

  /// The question about `workload` on `architecture` so far.
  func question(_ architecture: String, _ workload: String) -> Question {
    var question = Question(architecture: architecture, workload: workload)
    question.subnet = subnet
    question.weights = weights
    question.layout = layout.flatMap(WeightLayout.init(rawValue:))
    question.batch = batch ?? 1
    question.iteration.phase = phase
    question.iteration.tokens = tokens
    question.iteration.context = context
    question.iteration.batch = batch
    question.iteration.sequences = sequences
    question.iteration.logits = logits
    question.mapping = mapping
    return question
  }
}
