public import Components
public import Units

/// A workload as its file describes it: a list of layers, a supernet with named sub-networks, a
/// transformer, or a network on the nodes of a graph.
public struct WorkloadSpec: Decodable, Hashable, Sendable {
  /// The name, equal to the file's.
  public let name: String
  /// One sentence for `umemaki list`.
  public let summary: String
  /// Where the shapes come from.
  public let source: String
  /// Extents of what the first layer reads, such as `[channels, rows, columns]`; when left out every
  /// layer states what it reads.
  public let input: [Int]?
  /// Further maps that are there from the beginning, by the names that layers read them by.
  public let inputs: InputsSpec?
  /// Names of what is wanted of the network; what the last layer writes when left out.
  public let outputs: [String]?
  /// Blocks that the layers name.
  public let blocks: BlocksSpec?
  /// The layers of an explicit network.
  public let layers: [LayerNode]?
  /// Whether layers that each state what they read make up a network, so that each of them can only
  /// read what comes of those before; true when left out.
  public let connected: Bool?
  /// The space of a supernet.
  public let supernet: Choice?
  /// Named sub-networks of the supernet.
  public let subnets: [SubnetSpec]?
  /// A transformer.
  public let transformer: TransformerSpec?
  /// A network on the nodes of a graph.
  public let graphNetwork: GraphNetworkSpec?
  /// What the transformer is asked to do unless a command says otherwise.
  public let iteration: IterationSpec?
  /// Layers that stay at full precision when the network is quantized; when left out, the default
  /// of `QuantizationRule`.
  public let fullPrecision: [String]?
  /// What an import could not express; nil for a network that is whole.
  public let leftOut: LeftOutSpec?
}

/// One layer that states what it reads, as importers make it.
public struct LayerSpec: Hashable, Sendable {
  /// Name, unique in the file.
  public let name: String
  /// What it computes.
  public let `operator`: Operator
  /// Channels, rows and columns of the input.
  public let input: [Int]
  /// Output channels.
  public let outputChannels: Int
  /// Rows and columns of the kernel; 1 x 1 when left out.
  public let kernel: Extent
  /// Step of the window; 1 when left out.
  public let stride: Int
  /// Zero rows and columns on each side; 0 when left out.
  public let padding: Int
  /// Groups; 1 when left out.
  public let groups: Int

  /// Makes a layer; nothing is checked before `Workload.layer(_:at:)`.
  public init(
    name: String, operator: Operator, input: [Int], outputChannels: Int,
    kernel: Extent = Extent(1), stride: Int = 1, padding: Int = 0, groups: Int = 1
  ) {
    self.name = name
    self.operator = `operator`
    self.input = input
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.groups = groups
  }
}

/// Rows and columns, written as one number when they are equal.
public struct Extent: Codable, Hashable, Sendable {
  /// Rows.
  public let rows: Int
  /// Columns.
  public let columns: Int

  /// A square.
  public init(_ side: Int) { self.init(rows: side, columns: side) }

  /// Makes an extent.
  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  /// Decodes `3` or `[3, 5]`.
  public init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if let pair = try? single.decode([Int].self) {
      guard pair.count == 2 else {
        throw SpecError("", "expected one number or [rows, columns], found \(pair.count) numbers")
      }
      self.init(rows: pair[0], columns: pair[1])
    } else {
      self.init(try single.decode(Int.self))
    }
  }

  /// Encodes what `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    if rows == columns { try single.encode(rows) } else { try single.encode([rows, columns]) }
  }
}

extension Extent: SchemaDescribed {
  package static var schemaNode: SchemaNode { .anyOf([.integer, .array(.integer)]) }
  package static var schemaExample: Extent { Extent(1) }
}

/// A configuration of a supernet.
public struct SubnetSpec: Codable, Hashable, Sendable {
  /// Name; an inline configuration has none.
  public let name: String?
  /// Rows and columns of the input image.
  public let resolution: Int
  /// Depth per stage.
  public let depths: [Int]
  /// Kernel size per stage and active block, where the space has a choice.
  public let kernels: [[Int]]?
  /// Expand ratio per stage and active block, where the space has a choice.
  public let expands: [[Double]]?
  /// Width multipliers, where the space has a choice.
  public let widths: [Double]?
  /// Published top-1 accuracy.
  public let top1: Percentage?
  /// Published top-5 accuracy.
  public let top5: Percentage?

  /// Makes a configuration.
  public init(
    name: String? = nil, resolution: Int, depths: [Int], kernels: [[Int]]? = nil,
    expands: [[Double]]? = nil, widths: [Double]? = nil, top1: Percentage? = nil,
    top5: Percentage? = nil
  ) {
    self.name = name
    self.resolution = resolution
    self.depths = depths
    self.kernels = kernels
    self.expands = expands
    self.widths = widths
    self.top1 = top1
    self.top5 = top5
  }
}
