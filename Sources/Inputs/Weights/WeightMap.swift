/// A file that says which tensor belongs to which layer, where names do not.
///
/// ```yaml
/// weights: model.h5              # beside this file
/// layers: {conv1: backbone/stem/kernel, fc: head/kernel}
/// ```
public struct WeightMap: Sendable, Hashable {
  /// A tensor's name and where the map says it.
  public struct Entry: Sendable, Hashable {
    /// The name in the weight file.
    public let dataset: String
    /// Where it stands.
    public let place: SourceLocation
  }

  /// What the file says.
  private struct Spec: Decodable {
    let weights: String
    let layers: RawNode?
    let layout: WeightLayout?
  }

  /// The map's path.
  public let path: String
  /// The weight file's path.
  public let weights: String
  /// The order of dimensions where the weight file does not say.
  public let layout: WeightLayout?
  /// The tensors by the names of layers.
  public let layers: [String: Entry]

  /// Whether a path names a map and not a weight file.
  public static func isOne(_ path: String) -> Bool {
    path.hasSuffix(".yaml") || path.hasSuffix(".yml")
  }

  /// The files that are read for the weights at `path`: itself, or a map and its weight file, and those
  /// that an index in its place lists.
  public static func files(at path: String) -> [String] {
    if SafetensorsIndex.isOne(path) {
      return [path] + ((try? SafetensorsIndex.files(at: path)) ?? [])
    }
    guard isOne(path), let map = try? WeightMap(path: path) else { return [path] }
    return [path] + files(at: map.weights)
  }

  /// Reads the map at `path`; throws where it is none.
  public init(path: String) throws(InputError) {
    let node = try YAMLParser.parse(fileAt: path)
    let spec = try StrictDecoder().decode(Spec.self, from: node)
    self.path = path
    layout = spec.layout
    if spec.weights.hasPrefix("/") {
      weights = spec.weights
    } else if let slash = path.lastIndex(of: "/") {
      weights = path[...slash] + spec.weights
    } else {
      weights = spec.weights
    }
    guard !Self.isOne(spec.weights), !spec.weights.isEmpty else {
      throw InputError(
        "expected the path of a weight file, found `\(spec.weights)`", at: node.location,
        path: "weights")
    }
    var layers: [String: Entry] = [:]
    if let raw = spec.layers {
      guard case .mapping(let entries) = raw.node.content else {
        throw InputError(
          "expected a mapping from layers to tensors", at: raw.node.location, path: "layers")
      }
      for entry in entries {
        guard case .scalar(let scalar) = entry.value.content, !scalar.text.isEmpty else {
          throw InputError(
            "expected the name of a tensor", at: entry.value.location, path: "layers.\(entry.key)")
        }
        let name = scalar.text.hasPrefix("/") ? String(scalar.text.dropFirst()) : scalar.text
        layers[entry.key] = Entry(dataset: name, place: entry.value.location)
      }
    }
    self.layers = layers
  }
}
