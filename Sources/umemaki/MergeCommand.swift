import ArgumentParser
import Exploration
import Reports

/// `umemaki merge`.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Join the shards of one sweep.",
    discussion: """
      The result is the same, byte for byte, as that of the sweep run in one piece.

      Example:
        umemaki merge -o results/buffers part-1 part-2 part-3
      """)

  @Option(name: [.customShort("o"), .long], help: "Folder of the result.")
  var output: String

  @Argument(help: "Folders of all shards, in any order.")
  var shards: [String]

  func run() throws {
    let points = try ShardMerge.merge(shards, into: output)
    Failure.say("\(output): \(NumberText.count(points)) points from \(shards.count) shards")
  }
}
