/// Where a result came from.
public struct Provenance: Sendable {
  /// An input file and its SHA-256.
  public struct Input: Sendable, Hashable {
    /// The path as given.
    public let path: String
    /// Lower-case hexadecimal digest.
    public let digest: String
    /// Makes an input.
    public init(path: String, digest: String) {
      self.path = path
      self.digest = digest
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
      "inputs": .array(
        inputs.map { .object(["path": .string($0.path), "sha256": .string($0.digest)]) }),
    ])
  }
}
