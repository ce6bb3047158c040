public import Inputs
public import Reports

/// A result that `--format json` wrote: its figures, where they came from, and the page that every
/// other format is made from.
///
/// Nothing is run and no input is read: a document is all that is needed.
public struct StoredDocument: Sendable {
  /// The file.
  public let path: String
  /// What the document is, such as `umemaki.run/1`.
  public let schema: String
  /// The command that wrote it.
  public let command: String
  /// The version that wrote it.
  public let version: String
  /// The files that it was made from.
  public let inputs: [Provenance.Input]
  package let text: JSONText
  private let kind: any Document.Type

  /// The kinds of documents that this version writes.
  package static let kinds: [any Document.Type] = [
    AnalysisDocument.self, BudgetDocument.self, CapacityDocument.self, CodecsDocument.self,
    ComparisonDocument.self, DeltaDocument.self, ExplanationDocument.self, FrontsDocument.self,
    GraphServingDocument.self,
    MappingsDocument.self, PerturbationDocument.self, PlanesDocument.self, ProbeDocument.self,
    ProfileDocument.self, RunDocument.self, RunsDocument.self, ServingDocument.self,
    SharedArrayDocument.self,
    StitchDocument.self, SweepDocument.self, TokenCapacityDocument.self, TokenServingDocument.self,
    TuningDocument.self, ValidationDocument.self, VirtualDeviceDocument.self,
  ]

  /// Their names, with the version of each.
  public static var schemas: [String] { kinds.map { $0.schema } }

  /// Reads a file.
  ///
  /// - Throws: `InputError` where the file is missing, no JSON, not written by this program, or of
  ///   another version's schema.
  public init(_ path: String) throws(InputError) {
    let text = try JSONText(fileAt: path)
    func expect(_ message: String, _ node: JSONNode?, _ key: String) -> InputError {
      InputError(message, at: text.place(of: node ?? text.root), path: key)
    }
    guard let schema = text.root["schema"]?.text, let origin = text.root["provenance"],
      origin["tool"]?.text == "umemaki"
    else {
      throw expect(
        "expected the folder of a sweep, or a file that `--format json` wrote, with `schema` and "
          + "`provenance`", nil, "")
    }
    guard let own = Self.kinds.first(where: { $0.schema == schema }) else {
      let kind = schema.prefix { $0 != "/" }
      let known = Self.schemas.first { $0.hasPrefix("\(kind)/") }
      throw expect(
        known.map { "\(schema) is of another version, this umemaki reads \($0)" }
          ?? "unknown schema `\(schema)`, expected one of \(Self.schemas.joined(separator: ", "))",
        text.root["schema"], "schema")
    }
    guard let command = origin["command"]?.text, let version = origin["version"]?.text else {
      throw expect("expected `command` and `version`", origin, "provenance")
    }
    guard let inputs = origin["inputs"], case .list(let items) = inputs.content else {
      throw expect("expected `inputs`, a list", origin, "provenance")
    }
    var files: [Provenance.Input] = []
    for (index, item) in items.enumerated() {
      guard let file = item["path"]?.text, let digest = item["sha256"]?.text else {
        throw expect("expected `path` and `sha256`", item, "provenance.inputs[\(index)]")
      }
      files.append(.init(path: file, digest: digest, content: item["content_sha256"]?.text))
    }
    self.path = path
    self.schema = schema
    self.command = command
    self.version = version
    self.inputs = files
    self.text = text
    kind = own
  }

  /// The file as it is.
  public var json: String { String(decoding: text.bytes, as: UTF8.self) }

  /// Everything in the file, whatever version wrote it.
  public var figures: JSONValue { JSONValue(text.root) }

  /// The document as the value that it was written from.
  ///
  /// - Throws: `InputError` at the place of a member that is missing, unknown or of the wrong kind.
  package func value() throws(InputError) -> any Document { try kind.init(text) }

  /// The document as a value of one kind.
  ///
  /// - Throws: `InputError` where it is of another one, and at the place of a wrong member.
  package func value<Value: Document>(_ type: Value.Type) throws(InputError) -> Value {
    try Value(text)
  }

  /// The report that the file holds, for any format.
  ///
  /// - Throws: `InputError` where the document was written before documents held pages, or where its
  ///   figures or its page are damaged.
  public func report() throws(InputError) -> Report {
    guard text.root["page"] != nil else {
      throw InputError(
        "written by umemaki \(version) before documents held pages; `umemaki rerun` makes it anew "
          + "from its inputs", file: path, path: "page")
    }
    return try Report(text, document: value().json)
  }
}
