import ArgumentParser
import Exploration
import Foundation
import Inputs

/// `umemaki new`.
struct NewCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "A commented file to start from, ready to run.",
    discussion: """
      The file stands in NAME.yaml unless -o says where; one that is there already is replaced with --force \
      only. Its first line names the schema that editors complete and check it with. Standard output says how \
      to try it out.

      Examples:
        umemaki new architecture my-array --datapath systolic-array
        umemaki new workload my-network -o workloads/my-network.yaml
        umemaki new scenario my-stream
        umemaki new sweep my-sweep
      """)

  @Argument(help: "\(StarterFile.kinds.joined(separator: ", ")).")
  var kind: String

  @Argument(help: "The name, of letters, digits, `-`, `_` and `.`.")
  var name: String

  @Option(
    help: "The array of an architecture: \(StarterFile.datapaths.joined(separator: ", ")).")
  var datapath: String?

  @Option(name: [.customShort("o"), .long], help: "The file to write; NAME.yaml unless given.")
  var output: String?

  @Flag(help: "Replace a file that is there already.")
  var force = false

  @OptionGroup var library: LibraryOptions

  func validate() throws {
    guard StarterFile.kinds.contains(kind) else {
      throw ValidationError(
        "unknown kind `\(kind)`, expected one of \(StarterFile.kinds.joined(separator: ", "))")
    }
    guard (kind == "architecture") == (datapath != nil) else {
      throw ValidationError(
        kind == "architecture"
          ? "an architecture needs --datapath, one of \(StarterFile.datapaths.joined(separator: ", "))"
          : "--datapath is for an architecture")
    }
  }

  private var path: String { output ?? "\(name).yaml" }

  func checkOutput() throws {
    guard force || !FileManager.default.fileExists(atPath: path) else {
      throw InputError(
        "is there already; --force replaces it, -o names another file", file: path,
        kind: .unwritable)
    }
    try OutputFile.check(path)
  }

  func run() throws {
    let file = try StarterFile(
      kind, named: name, datapath: datapath, at: path, folders: library.folders())
    try OutputOptions.write(file.text, to: path)
    let lines = ["wrote \(path); try it with", ""] + file.trial.map { "  \($0)" }
    try OutputOptions.write(lines.map(VisibleText.line).joined(separator: "\n") + "\n", to: nil)
  }
}
