/// Where a result came from.
public struct Provenance: Codable, Hashable, Sendable {
  /// An input file and its SHA-256.
  public struct Input: Codable, Hashable, Sendable {
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

    private enum CodingKeys: String, CodingKey {
      case path
      case digest = "sha256"
      case content = "contentSha256"
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

  /// What this program makes from the files at `paths`, which are read for their digests.
  public init(filesAt paths: [String], command: String, seed: Int? = nil) {
    self.init(
      version: umemakiVersion, inputs: paths.map { Input(fileAt: $0) }, command: command,
      seed: seed)
  }

  private enum CodingKeys: String, CodingKey {
    case tool, version, command, seed, inputs
  }

  /// Reads the `provenance` of a document.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    _ = try values.decode(String.self, forKey: .tool)
    version = try values.decode(String.self, forKey: .version)
    command = try values.decode(String.self, forKey: .command)
    seed = try values.decodeNil(forKey: .seed) ? nil : values.decode(Int.self, forKey: .seed)
    inputs = try values.decode([Input].self, forKey: .inputs)
  }

  /// Writes the `provenance` of a document.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode("umemaki", forKey: .tool)
    try values.encode(version, forKey: .version)
    try values.encode(command, forKey: .command)
    if let seed {
      try values.encode(seed, forKey: .seed)
    } else {
      try values.encode(JSONValue.null, forKey: .seed)
    }
    try values.encode(inputs, forKey: .inputs)
  }

  /// The `provenance` member of every document.
  public var document: JSONValue { (try? JSONValue(encoding: self)) ?? .null }
}

/// The version that reports print.
public let umemakiVersion = "0.1.0"
