import ArgumentParser
import Foundation
import Reports
import Validation

/// `umemaki validate`.
struct ValidateCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Agreement with published and measured references, with error figures.",
    discussion: """
      Exit code 1 when a quantity is outside its tolerance. The references stand in Tests, so this
      runs in the folder of the source.

      Examples:
        umemaki validate
        umemaki validate zcu104-sushiaccel --format json
        umemaki validate --perturb --jobs 2
      """)

  @Argument(help: "\(Validation.names.joined(separator: ", ")); all when left out.")
  var name: String?

  @Flag(help: "Move every calibrated or assumed constant by 10 % and say which conclusions change.")
  var perturb = false

  @Option(help: "Threads for --perturb; the result does not depend on it.")
  var jobs: Int?

  @OptionGroup var library: LibraryOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard jobs == nil || perturb else { throw ValidationError("--jobs needs --perturb") }
    guard name == nil || !perturb else {
      throw ValidationError("--perturb takes no name, it asks all experiments")
    }
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs must be 1 to 1024, found \(jobs)")
    }
  }

  func checkOutput() throws { try output.checkOutput() }

  func run() throws {
    if perturb { return try output.write(report(command: OutputOptions.command)) }
    let validation = try Validation(name, folders: library.folders())
    try output.write(validation.report(command: OutputOptions.command))
    guard validation.holds else { throw Failure.said(1) }
  }

  func report(command: String) throws -> Report {
    guard perturb else {
      return try Validation(name, folders: library.folders()).report(command: command)
    }
    let bar = output.quiet ? nil : ProgressBar()
    defer { bar?.clear() }
    return try Perturbation(folders: library.folders(), jobs: jobs ?? 1) { done, total in
      bar?.show(done: done, total: total, before: 0)
    }.report(command: command)
  }
}
