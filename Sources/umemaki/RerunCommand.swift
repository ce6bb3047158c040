import ArgumentParser
import Documents
import Inputs
import Reports
import Studies

/// `umemaki rerun`.
struct RerunCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "rerun",
    abstract: "Makes a stored document again from its inputs and says what differs.",
    discussion: """
      A file that `--format json` wrote names its command and its inputs. The command is run again;
      standard error says which inputs say something else now, whatever their comments and layout,
      and which figures came out differently. With --strict nothing is written and the exit code is
      65 where anything differs.

      Examples:
        umemaki rerun run.json
        umemaki rerun run.json --strict --format html -o run.html
        umemaki rerun run.json --format json -o run.json
      """)

  /// Figures that are said one by one.
  private static let shown = 20

  @Argument(help: "A file that `--format json` wrote.")
  var source: String

  @Flag(help: "Refuse to write where an input or a figure differs.")
  var strict = false

  @OptionGroup var output: OutputOptions

  func checkOutput() throws { try output.checkOutput() }

  func run() throws {
    let rerun = try Rerun(StoredDocument(source))
    let command = try Self.parse(rerun)
    let changed = rerun.changedInputs
    for sentence in changed { Failure.say(VisibleText.line("\(source): \(sentence)")) }
    if strict, !changed.isEmpty {
      throw InputError(
        "\(changed.count) of \(rerun.document.inputs.count) inputs differ", file: source,
        path: "provenance.inputs")
    }
    let report = try command.report(command: rerun.document.command)
    let differences = rerun.differences(in: report)
    for sentence in differences.prefix(Self.shown) {
      Failure.say(VisibleText.line("\(source): \(sentence)"))
    }
    if differences.count > Self.shown {
      Failure.say("\(source): and \(differences.count - Self.shown) more")
    }
    if differences.isEmpty, changed.isEmpty, !output.quiet {
      Failure.say("\(source): every input and every figure is as stored")
    }
    if strict, !differences.isEmpty {
      let version = rerun.document.version
      let origin =
        version == umemakiVersion
        ? "this umemaki" : "umemaki \(umemakiVersion), which is not the \(version) that wrote it,"
      throw InputError(
        "\(origin) computes \(differences.count) other figures from the same inputs",
        file: source)
    }
    try output.write(report)
  }

  /// The commands whose documents can be made again.
  private static let kinds: [any ReportingCommand.Type] = [
    RunCommand.self, ExplainCommand.self, MappingCommand.self, ServeCommand.self,
    CompareCommand.self, AnalyzeCommand.self, ProfileCommand.self, ValidateCommand.self,
    TuneCommand.self, CodecsCommand.self, DeltaCommand.self, StitchCommand.self,
    ProbeCommand.self, BudgetCommand.self,
  ]

  /// The command of a stored document.
  static func parse(_ rerun: Rerun) throws -> any ReportingCommand {
    guard kinds.contains(where: { $0.configuration.commandName == rerun.words.first }) else {
      let names = kinds.compactMap { $0.configuration.commandName }.map { "`\($0)`" }
      throw InputError(
        "holds \(rerun.document.schema) of `\(rerun.document.command)`, expected a result of "
          + names.joined(separator: ", "), file: rerun.document.path, path: "provenance.command")
    }
    do {
      guard let command = try Umemaki.parseAsRoot(rerun.words) as? any ReportingCommand else {
        throw CleanExit.helpRequest()
      }
      return command
    } catch {
      let reason = Umemaki.message(for: error).split(separator: "\n").first ?? ""
      throw InputError(
        "`\(rerun.document.command)` cannot be run again: \(reason)", file: rerun.document.path,
        path: "provenance.command")
    }
  }
}
