package import Inputs
package import Reports

/// What `--format json` writes of a result: the only place that knows the names of its members.
///
/// Names of properties in snake case are the names in files. A document is written without running
/// anything, and read strictly: a member too many or too few is an error at its place.
package protocol Document: Codable, Sendable {
  /// The kind of document and its version, such as `umemaki.run/1`.
  static var schema: String { get }
  /// Where it came from.
  var provenance: Provenance { get }
}

extension Document {
  /// The document as it is written, without its page.
  package var json: JSONValue {
    guard case .object(var members)? = try? JSONValue(encoding: self) else {
      preconditionFailure("a document is made of texts and numbers")
    }
    members["schema"] = .string(Self.schema)
    return .object(members)
  }

  /// Reads a document; its page is left out.
  ///
  /// - Throws: `InputError` at the place of what is missing, unknown or of the wrong kind.
  package init(_ text: JSONText) throws(InputError) {
    if let schema = text.root["schema"], schema.text != Self.schema {
      throw InputError(
        "expected schema \(Self.schema), found \(schema.text ?? schema.word)",
        at: text.place(of: schema), path: "schema")
    }
    self = try text.decode(Self.self, leaving: ["schema", "page"])
  }

  /// Reads a document from a file.
  package init(fileAt path: String) throws(InputError) { try self.init(JSONText(fileAt: path)) }
}
