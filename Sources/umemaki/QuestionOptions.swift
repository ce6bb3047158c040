import ArgumentParser
import Inputs
import Studies

/// What an inference is asked about: a design, a network, its weights and how it is mapped.
struct QuestionOptions: ParsableArguments {
  @Argument(help: "Architecture: a name in arch/ or a path.")
  var architecture: String

  @Argument(help: "Workload: a name in workloads/ or a path.")
  var workload: String

  @Option(
    help: "Sub-network of a supernet: a name from the workload file, or a configuration in braces.")
  var subnet: String?

  @Option(help: "HDF5 file with one weight tensor per layer.")
  var weights: String?

  @Option(help: "Layout of tensors whose file does not say: OIHW or HWIO.")
  var layout: String?

  @Option(help: "Images per inference.")
  var batch = 1

  @Option(
    help: """
      Mapping rule instead of the architecture's: a name such as search or largest, a mapping file, \
      or a rule in braces: '{rule: search, objective: energy}'.
      """)
  var mapping: String?

  func validate() throws {
    guard (1...256).contains(batch) else {
      throw ValidationError("--batch must be 1 to 256, found \(batch)")
    }
    if let layout, WeightLayout(rawValue: layout) == nil {
      throw ValidationError("--layout must be OIHW or HWIO, found `\(layout)`")
    }
  }

  /// The question so far.
  var question: Question {
    var question = Question(architecture: architecture, workload: workload)
    question.subnet = subnet
    question.weights = weights
    question.layout = layout.flatMap(WeightLayout.init(rawValue:))
    question.batch = batch
    question.mapping = mapping
    return question
  }
}
