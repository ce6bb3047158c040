import ArgumentParser
import Exploration
import Inputs

/// `umemaki list`.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "What there is to choose from, with a sentence each.",
    discussion: "Examples:\n  umemaki list architectures\n  umemaki list subnets ofa-resnet50")

  @Argument(help: "\(Catalogue.kinds.joined(separator: ", ")).")
  var kind: String

  @Argument(help: "The workload whose sub-networks are listed.")
  var workload: String?

  @OptionGroup var library: LibraryOptions

  func validate() throws {
    guard Catalogue.kinds.contains(kind) else {
      throw ValidationError(
        "unknown kind `\(kind)`, expected one of \(Catalogue.kinds.joined(separator: ", "))")
    }
    guard (kind == "subnets") == (workload != nil) else {
      throw ValidationError(
        kind == "subnets" ? "name a workload: umemaki list subnets WORKLOAD" : "unexpected workload"
      )
    }
  }

  func run() throws {
    let entries = try Catalogue(folders: library.folders()).entries(of: kind, workload: workload)
    let width = entries.map(\.name.count).max() ?? 0
    for entry in entries {
      let space = String(repeating: " ", count: width - entry.name.count + 2)
      try OutputOptions.write(VisibleText.line(entry.name + space + entry.summary) + "\n", to: nil)
    }
  }
}
