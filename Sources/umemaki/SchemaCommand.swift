import ArgumentParser
import Exploration

/// `umemaki schema`.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "JSON Schema of a spec kind, for editors.",
    discussion: "Example: umemaki schema architecture > architecture.schema.json")

  @Argument(help: "\(SchemaDocument.kinds.joined(separator: ", ")).")
  var kind: String

  func validate() throws {
    guard SchemaDocument.kinds.contains(kind) else {
      throw ValidationError(
        "unknown kind `\(kind)`, expected one of \(SchemaDocument.kinds.joined(separator: ", "))")
    }
  }

  func run() throws {
    try OutputOptions.write(SchemaDocument.text(of: kind), to: nil)
  }
}
