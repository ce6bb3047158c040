import ArgumentParser
import Exploration
import Inputs

/// `umemaki check`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Decode and resolve spec files, say what is wrong and where.",
    discussion: """
      With --resolved each file is printed with every default filled in: what is printed can be stored \
      anywhere, reads back and means the same.

      Examples:
        umemaki check arch/*.yaml workloads/*.yaml
        umemaki check workloads/scenarios/own-policy.yaml --resolved > resolved.yaml
      """)

  @Argument(
    help: "Architecture, workload, scenario, sweep, table, preset, sub-graph or sub-network files.")
  var files: [String]

  @Flag(help: "Print each file with every default filled in.")
  var resolved = false

  @OptionGroup var library: LibraryOptions

  func run() throws {
    var worst: Int32 = 0
    for file in files {
      do {
        let checked = try SpecCheck(fileAt: file, folders: library.folders())
        let text =
          resolved ? checked.resolved : VisibleText.line("\(file): \(checked.kind), fine") + "\n"
        try OutputOptions.write(text, to: nil)
      } catch let error as InputError {
        Failure.say("\(error)")
        worst = max(worst, error.kind == .unreadable ? 66 : 65)
      }
    }
    if worst > 0 { throw Failure.said(worst) }
  }
}
