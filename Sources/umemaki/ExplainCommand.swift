import ArgumentParser
import Documents
import Foundation
import Inputs
import Reports
import Studies

/// `umemaki explain`.
struct ExplainCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Why the layers of an inference cost what they cost.",
    discussion: """
      Without --layer: the longest layers, what each adds to time and energy, how often it fetches its \
      operands again and what holds it. With --layer: its loops, the bytes of each operand against those \
      that cannot be avoided, what each limit asks for, how large which memory would have to be, counts \
      times prices with the source of every price, and which values of the architecture file move it most. \
      A file that `run --format json` wrote stands for the design, the network and the flags of its run.

      Examples:
        umemaki explain nvdla-large resnet50
        umemaki explain nvdla-large resnet50 --layer layer4.1.conv2
        umemaki explain run.json --layer conv1 --format markdown -o conv1.md
      """)

  @Argument(
    help: "Architecture: a name in arch/ or a path; or a file that `run --format json` wrote.")
  var architecture: String

  @Argument(help: "Workload: a name in workloads/ or a path; none with a stored run.")
  var workload: String?

  @OptionGroup var flags: QuestionFlags

  @OptionGroup var start: StartOptions

  @OptionGroup var prices: PriceOptions

  @Option(help: "This layer only, and all that is known of it.")
  var layer: String?

  @OptionGroup var library: LibraryOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard workload == nil else { return }
    guard architecture.hasSuffix(".json") || FileManager.default.fileExists(atPath: architecture)
    else {
      throw ValidationError(
        "name a workload as well, or a file that `umemaki run --format json` wrote, found only "
          + "`\(architecture)`")
    }
    guard (try? question(architecture, "")) == Question(architecture: architecture, workload: "")
    else {
      throw ValidationError(
        "flags of the question are those of the stored run; leave them out, or name a design and a "
          + "workload")
    }
  }

  func checkOutput() throws { try output.checkOutput() }

  func run() throws { try output.write(report(command: OutputOptions.command)) }

  func report(command: String) throws -> Report {
    guard let workload else { return try stored(command: command) }
    return try Inference(question(architecture, workload)).explanation(
      layer: layer, folders: library.folders(), command: command)
  }

  private func question(_ architecture: String, _ workload: String) throws -> Question {
    var question = flags.question(architecture, workload)
    try start.add(to: &question)
    prices.add(to: &question)
    return question
  }

  /// The question of a stored run, asked again.
  private func stored(command: String) throws -> Report {
    let rerun = try Rerun(StoredDocument(architecture))
    guard rerun.document.schema == "umemaki.run/1" else {
      throw InputError(
        "expected umemaki.run/1, which `umemaki run --format json` writes, found "
          + rerun.document.schema, file: architecture, path: "schema")
    }
    guard let run = try RerunCommand.parse(rerun) as? RunCommand else {
      throw InputError(
        "`\(rerun.document.command)` is no `umemaki run`", file: architecture,
        path: "provenance.command")
    }
    for sentence in rerun.changedInputs {
      Failure.say(VisibleText.line("\(architecture): \(sentence)"))
    }
    let folders = try library.library == nil ? run.library.folders() : library.folders()
    return try run.inference().explanation(
      layer: layer, stored: architecture, folders: folders, command: command)
  }
}
