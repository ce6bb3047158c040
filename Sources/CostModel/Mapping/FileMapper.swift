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
    /// The fastest layout of a row-stationary array.
    case fastest
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

  /// Tiles on every array that does not deal layers out itself, layouts on row-stationary ones.
  public static func serves(_ datapath: any Datapath) -> Bool { !(datapath is TensorCoreArray) }

  /// Layouts may leave banks to the next input.
  public static var banks: BankUse { .whereThere }

  /// Layers that the file does not name need a rule for the same array.
  public func mismatch(with datapath: any Datapath) -> SpecError? {
    let fitting: [Rule] = datapath.needsLayout ? [.fastest] : [.largest, .even, .search]
    guard let otherwise, !fitting.contains(otherwise) else { return nil }
    let expected = fitting.map { "`\($0.rawValue)`" }.joined(separator: " or ")
    return SpecError(
      "otherwise",
      "`\(otherwise.rawValue)` cannot map layers for `\(type(of: datapath).kind)`, expected "
        + expected)
  }

  /// A file may ask for parts of granules.
  public var cutsGranules: Bool { true }

  /// Layers by name.
  public var isByName: Bool { true }

  /// Those of the file.
  public var layerNames: [String] { layers.keys.sorted() }

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
      let mappings = try MappingFile(file)
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
      case .fastest: return RowStationarySpace(request).fastest()
      case nil:
        let rule = request.datapath.needsLayout ? Rule.fastest : .search
        return .refused(
          "\(file) has no mapping of it; add one, or say `otherwise: \(rule.rawValue)` for layers "
            + "that it does not name")
      }
    }
    let images = layer.images ?? 1
    guard request.batch.isMultiple(of: images) else {
      return .refused(
        "\(place): images: expected a divisor of the batch of \(request.batch), found \(images)")
    }
    guard !request.datapath.needsLayout else {
      return Self.layout(of: layer, images: images, at: place, request)
    }
    guard layer.layout == nil else {
      return .refused(
        "\(place): layout: only row-stationary arrays lay layers out, expected none")
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
    return Self.timed(mapping, of: task.nest, request) { request.time(task, mapping) }
  }

  private static func timed(
    _ mapping: Mapping, of nest: LoopNest, _ request: MappingRequest,
    _ time: () -> TimedMapping
  ) -> LayerPlan {
    let tiles = CostBound.tiles(of: nest, mapping) * Double(request.batch / mapping.images)
    guard tiles <= Double(CostBound.tiles) else { return .tooManyTiles(tiles) }
    return .mapped(time())
  }

  /// The layout that a file gives for a layer, where it is one.
  private static func layout(
    of layer: MappingFile.Layer, images: Int, at place: String, _ request: MappingRequest
  ) -> LayerPlan {
    let space = RowStationarySpace(request)
    if let shortage = space.scratchpadShortage { return .short(shortage) }
    guard let layout = layer.layout else {
      return .refused("\(place): the array lays layers out, expected a `layout`")
    }
    let check = LayoutCheck(space: space, layer: layer, file: layout)
    if let reason = check.refusal { return .refused("\(place): \(reason)") }
    let mapping = check.mapping
    return timed(mapping, of: space.nest(images: images), request) { request.time(mapping) }
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
      "The rule for layers that the file does not name: largest, even or search; fastest on row-stationary "
        + "arrays",
      default: "none, such a layer is refused"),
  ]
}
