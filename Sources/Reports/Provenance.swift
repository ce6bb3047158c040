/// Where a result came from.
public struct Provenance: Sendable {
  /// An input file and its SHA-256.
  public struct Input: Sendable, Hashable {
    /// The path as given.
    public let path: String
    /// Lower-case hexadecimal digest.
    public let digest: String
    /// The same for what the file says, without comments and layout; nil where nothing but the bytes
    /// says it.
    public let content: String?
    /// Makes an input.
    public init(path: String, digest: String, content: String? = nil) {
      self.path = path
      self.digest = digest
      self.content = content
    }

    /// The entry of a document.
    var document: JSONValue {
      var members: [String: JSONValue] = ["path": .string(path), "sha256": .string(digest)]
      if let content { members["content_sha256"] = .string(content) }
      return .object(members)
    }
  }

  /// The tool's version.
  public let version: String
  /// The files that were read.
  public let inputs: [Input]
  /// The command as typed.
  public let command: String
  /// The seed, where one was used.
  public let seed: Int?

  /// Makes a provenance.
  public init(version: String, inputs: [Input], command: String, seed: Int? = nil) {
    self.version = version
    self.inputs = inputs
    self.command = command
    self.seed = seed
  }

  /// The `provenance` member of every document.
  public var document: JSONValue {
    .object([
      "tool": .string("umemaki"), "version": .string(version), "command": .string(command),
      "seed": seed.map { .integer($0) } ?? .null,
      "inputs": .array(inputs.map(\.document)),
    ])
  }
}

/// The version that reports print.
public let umemakiVersion = "0.1.0"
