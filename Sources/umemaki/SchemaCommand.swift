import ArgumentParser
import Exploration

/// `umemaki schema`.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "JSON Schema of a spec kind, for editors.",
    discussion: """
      `options` gives a page of every option of scenarios, policies, arrivals and searches instead.

      Example: umemaki schema architecture > architecture.schema.json
      """)

  /// The page that is no schema.
  private static let page = "options"
  private static let kinds = SchemaDocument.kinds + [page]

  @Argument(help: "\(kinds.joined(separator: ", ")).")
  var kind: String

  func validate() throws {
    guard Self.kinds.contains(kind) else {
      throw ValidationError(
        "unknown kind `\(kind)`, expected one of \(Self.kinds.joined(separator: ", "))")
    }
  }

  func run() throws {
    let text = kind == Self.page ? OptionsPage.text : SchemaDocument.text(of: kind)
    try OutputOptions.write(text, to: nil)
  }
}
