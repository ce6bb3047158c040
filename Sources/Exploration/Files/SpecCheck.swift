internal import Architectures
internal import Components
internal import CostModel
public import Inputs
internal import Networks
internal import Serving
public import Studies

/// One specification file, decoded and resolved by what it contains.
public struct SpecCheck: Sendable {
  /// What the file turned out to be.
  public let kind: String
  /// A file that means the same, with every default filled in, as YAML.
  public let resolved: String

  /// Decodes and resolves the file; throws the first thing that is wrong.
  public init(fileAt path: String, folders: SpecFolders) throws(InputError) {
    let file = try SpecFile(path: path)
    guard case .mapping(let entries) = file.node.content else {
      throw InputError("expected a mapping", at: file.node.location)
    }
    let keys = Set(entries.map(\.key))
    let found = SpecKind.all.first { $0.isOne(file, keys) } ?? .architecture
    kind = found.name
    resolved = try found.resolved(file, folders)
  }
}
