public import Components
public import Inputs
internal import Networks
internal import Units

/// How the layers of a network are cut, as a file says it: what `run --mapping-out` writes and
/// `mapping: {rule: file}` reads.
public struct MappingFile: Codable, Hashable, Sendable {
  /// What an operand is to do where it is used again.
  public enum Kept: String, Codable, CaseIterable, Sendable {
    /// The input of a strip, or of all strips, stays for all kernels.
    case input
    /// Weights stay for all strips.
    case weights
  }

  /// How one layer is cut.
  public struct Layer: Codable, Hashable, Sendable {
    /// The layer's name.
    public let name: String
    /// Which loop is outermost.
    public let order: Mapping.Order
    /// Output pixels of a tile, those of several images one after the other.
    public let pixels: Int
    /// Output channels of a tile.
    public let kernels: Int
    /// Input channels of a tile, of one group.
    public let channels: Int
    /// What stays on chip beyond its tile.
    public let keeps: [Kept]
    /// Images in the loop nest at once, 1 unless given.
    public let images: Int?
    /// What the levels between DRAM and the buffers hold, from DRAM inwards; none unless given.
    public let levels: [Level]?
    /// How it lies on a row-stationary array; nil on others.
    public let layout: LayoutFile?
  }

  /// What a level holds at once of one layer.
  public struct Level: Codable, Hashable, Sendable {
    /// Which loop over its tiles is outermost.
    public let order: Mapping.Order
    /// Output pixels of a tile.
    public let pixels: Int
    /// Output channels of a tile.
    public let kernels: Int
    /// Input channels of a tile, of one group.
    public let channels: Int
    /// What stays there beyond its tile.
    public let keeps: [Kept]

    init(_ level: LevelMapping) {
      order = level.order
      pixels = level.tile.pixels
      kernels = level.tile.kernels
      channels = level.tile.channels
      keeps = (level.keepsInput ? [.input] : []) + (level.keepsWeights ? [.weights] : [])
    }

    /// The same as a part of a mapping.
    var mapping: LevelMapping {
      LevelMapping(
        order: order, tile: Tile(pixels: pixels, kernels: kernels, channels: channels),
        keepsInput: keeps.contains(.input), keepsWeights: keeps.contains(.weights))
    }
  }

  /// What the mappings are for, in words; nothing is made of it.
  public let summary: String?
  /// One for each layer, in any order.
  public let layers: [Layer]

  /// The mappings of all layers of `cost` that the array carried out.
  public init(_ cost: NetworkCost) {
    summary = "\(cost.title), rule \(cost.design.mappingRule)"
    layers = cost.entries.compactMap { entry in
      guard let layer = entry.layer, let mapping = entry.cost.mapping else { return nil }
      return Layer(
        name: layer.name, order: mapping.order, pixels: mapping.tile.pixels,
        kernels: mapping.tile.kernels, channels: mapping.tile.channels,
        keeps: (mapping.keepsInput ? [.input] : []) + (mapping.keepsWeights ? [.weights] : []),
        images: mapping.images == 1 ? nil : mapping.images,
        levels: mapping.levels.isEmpty ? nil : mapping.levels.map(Level.init),
        layout: mapping.rowStationary.map { LayoutFile($0, mapping.inputRoom) })
    }
  }

  /// Reads and checks a file; what a layer's own extents decide is checked when it is mapped.
  ///
  /// - Throws: `InputError` at the place of what is wrong.
  public init(_ file: SpecFile) throws(InputError) {
    let mappings = try file.decode(MappingFile.self)
    try file.locating { () throws(SpecError) in try mappings.check() }
    self = mappings
  }

  /// Checks what needs no layer; the places of layers are told by `path`.
  private func check() throws(SpecError) {
    var seen: Set<String> = []
    for (index, layer) in layers.enumerated() {
      let path = "layers[\(index)]"
      guard seen.insert(layer.name).inserted else {
        throw SpecError("\(path).name", "a second mapping of layer \(layer.name)")
      }
      try Self.check(
        [
          ("pixels", layer.pixels), ("kernels", layer.kernels), ("channels", layer.channels),
          ("images", layer.images ?? 1),
        ] + (layer.layout?.numbers.map { ("layout.\($0.key)", $0.value) } ?? []), layer.keeps,
        at: path)
      for (place, level) in (layer.levels ?? []).enumerated() {
        try Self.check(
          [("pixels", level.pixels), ("kernels", level.kernels), ("channels", level.channels)],
          level.keeps, at: "\(path).levels[\(place)]")
      }
    }
  }

  private static func check(
    _ values: [(key: String, value: Int)], _ keeps: [Kept], at path: String
  ) throws(SpecError) {
    for (key, value) in values where value < 1 {
      throw SpecError("\(path).\(key)", "expected 1 or more, found \(value)")
    }
    guard Set(keeps).count == keeps.count else {
      throw SpecError("\(path).keeps", "expected every operand once")
    }
  }
}

extension Mapping.Order: Codable {}
