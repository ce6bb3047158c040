/// What a weight file says about one tensor, without its values.
public struct TensorDescription: Codable, Sendable, Hashable {
  /// The dataset's path in the file, without a leading slash.
  public var dataset: String
  /// The extents as stored, 2 or 4 of them, none zero.
  public var dimensions: [Int]
  /// The number format as stored.
  public var elementType: ElementType
  /// The order of the dimensions, when the file tells.
  public var layout: WeightLayout?
  /// The quantisation scheme attribute.
  public var scheme: String?
  /// The scale attribute, one value or a list.
  public var scale: [Double]?
  /// The threshold attribute, one value or a list.
  public var threshold: [Double]?
  /// The layer whose kernel it is, where the file says it beside the dataset's name.
  public var layer: String?
  /// How a codebook's tensor is to be read; nil for others.
  public var codebook: CodebookDescription?

  /// Makes a description from its parts.
  public init(
    dataset: String, dimensions: [Int], elementType: ElementType, layout: WeightLayout? = nil,
    scheme: String? = nil, scale: [Double]? = nil, threshold: [Double]? = nil, layer: String? = nil,
    codebook: CodebookDescription? = nil
  ) {
    self.layer = layer
    self.dataset = dataset
    self.dimensions = dimensions
    self.elementType = elementType
    self.layout = layout
    self.scheme = scheme
    self.scale = scale
    self.threshold = threshold
    self.codebook = codebook
  }
}

/// What a weight file says about a tensor of scheme `codebook` beside its values.
public struct CodebookDescription: Codable, Sendable, Hashable {
  /// The scheme that it goes with.
  public static let scheme = "codebook"

  /// Whether each filter has a codebook of its own.
  public var isPerFilter: Bool
  /// Whether zeros are pruned weights and no entry.
  public var hasPruned: Bool
  /// The magnitude from which on weights are escapes; nil where there are none.
  public var escapesFrom: Double?

  /// Makes a description from its parts.
  public init(isPerFilter: Bool, hasPruned: Bool, escapesFrom: Double? = nil) {
    self.isPerFilter = isPerFilter
    self.hasPruned = hasPruned
    self.escapesFrom = escapesFrom
  }
}
