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

  /// Makes a description from its parts.
  public init(
    dataset: String, dimensions: [Int], elementType: ElementType, layout: WeightLayout? = nil,
    scheme: String? = nil, scale: [Double]? = nil, threshold: [Double]? = nil, layer: String? = nil
  ) {
    self.layer = layer
    self.dataset = dataset
    self.dimensions = dimensions
    self.elementType = elementType
    self.layout = layout
    self.scheme = scheme
    self.scale = scale
    self.threshold = threshold
  }
}
