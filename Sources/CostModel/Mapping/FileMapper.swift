public import Components
public import Inputs
internal import Networks
internal import Units

/// The mappings of a file, layer by layer; see `MappingFile`.
public struct FileMapper: LayerMapper {
  /// The file, and what becomes of layers that it does not name.
  public struct Spec: Codable, Hashable, Sendable {
    /// The file, from the folder of the architecture's.
    public let file: String?
    /// The rule for layers that the file does not name; such a layer is refused unless given.
    public let otherwise: Rule?
  }

  /// A rule that needs nothing but the layer.
  public enum Rule: String, Codable, CaseIterable, Sendable {
    /// The largest tile that fits.
    case largest
    /// The same, evenly cut.
    case even
    /// The fastest.
    case search
  }

  /// `file`.
  public static let kind = "file"
  /// What it looks for.
  public static let summary = "the mapping that a file gives for each layer"

  private let file: String
  private let otherwise: Rule?
  private var layers: [String: (layer: MappingFile.Layer, place: String)] = [:]

  /// Checks that a file is named.
  public init(_ spec: Spec) throws(SpecError) {
    guard let file = spec.file, !file.isEmpty else {
      throw SpecError("file", "`rule: file` needs `file`, a path from this file's folder")
    }
    self.file = file
    otherwise = spec.otherwise
  }

  /// A file may ask for parts of granules.
  public var cutsGranules: Bool { true }

  /// Layers by name.
  public var isByName: Bool { true }

  /// The mapping file.
  public func files(in folder: String) -> [String] {
    [PathText.path(file, in: folder)]
  }

  /// Reads the file.
  public mutating func load(
    folder: String, _ read: (String) throws(InputError) -> SpecFile
  ) throws(InputError) {
    for path in files(in: folder) {
      let file = try read(path)
      let mappings = try file.decode(MappingFile.self)
      try file.locating { () throws(SpecError) in try mappings.check() }
      for (index, layer) in mappings.layers.enumerated() {
        let place = file.error(SpecError("layers[\(index)]", "")).location
        layers[layer.name] = (layer, place?.description ?? path)
      }
    }
  }

  /// The file's mapping, where it is one.
  public func plan(_ request: MappingRequest) -> LayerPlan {
    guard let (layer, place) = layers[request.layer.name] else {
      switch otherwise {
      case .largest: return LargestTile(isEven: false).plan(request)
      case .even: return LargestTile(isEven: true).plan(request)
      case .search: return SearchMapper(.latency).plan(request)
      case nil:
        return .refused(
          "\(file) has no mapping of it; add one, or say `otherwise: search` for layers that it "
            + "does not name")
      }
    }
    let images = layer.images ?? 1
    guard request.batch.isMultiple(of: images) else {
      return .refused(
        "\(place): images: expected a divisor of the batch of \(request.batch), found \(images)")
    }
    let task = request.task(images, nil)
    let mapping = Mapping(
      order: layer.order,
      tile: Tile(pixels: layer.pixels, kernels: layer.kernels, channels: layer.channels),
      keepsInput: layer.keeps.contains(.input), keepsWeights: layer.keeps.contains(.weights),
      images: images, levels: (layer.levels ?? []).map(\.mapping))
    if let reason = MappingRefusal(task, request.memory).reason(mapping) {
      return .refused("\(place): \(reason)")
    }
    let tiles = CostBound.tiles(of: task.nest, mapping) * Double(request.batch / images)
    guard tiles <= Double(CostBound.tiles) else { return .tooManyTiles(tiles) }
    return .mapped(request.time(task, mapping))
  }
}

extension FileMapper.Spec: DescribedKeys {
  /// What its keys do.
  public static let notes = [
    KeyNote(
      "file",
      "The mapping file, from the folder of the architecture's, as `run --mapping-out` writes it"),
    KeyNote(
      "otherwise",
      "The rule for layers that the file does not name: largest, even or search",
      default: "none, such a layer is refused"),
  ]
}
