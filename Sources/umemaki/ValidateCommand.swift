import ArgumentParser
import Experiments
import Foundation

/// `umemaki validate`.
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Agreement with published and measured references, with error figures.",
    discussion: """
      Exit code 1 when a quantity is outside its tolerance. The references stand in Tests, so this
      runs in the folder of the source.

      Examples:
        umemaki validate
        umemaki validate zcu104-sushiaccel --format json
      """)

  @Argument(help: "\(Validation.names.joined(separator: ", ")); all when left out.")
  var name: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let validation = try Validation(name, folders: SpecFolders())
    try output.write(validation.report(command: OutputOptions.command))
    guard validation.holds else { throw Failure.said(1) }
  }
}
