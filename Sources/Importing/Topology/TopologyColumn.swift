/// A column of a topology that means something to a layer.
public enum TopologyColumn: String, CaseIterable, Sendable {
  /// The layer's name.
  case name = "Layer name"
  /// Rows of the map, padding included unless there is a column for it.
  case mapRows = "IFMAP Height"
  /// Columns of the map.
  case mapColumns = "IFMAP Width"
  /// Rows of a filter.
  case filterRows = "Filter Height"
  /// Columns of a filter.
  case filterColumns = "Filter Width"
  /// Channels of the map.
  case channels = "Channels"
  /// Number of filters.
  case filters = "Num Filter"
  /// The step of the window, of both directions or of the rows.
  case stride = "Strides"
  /// The step along the columns.
  case strideColumns = "Stride Width"
  /// Zeros on every side, or above and below.
  case padding = "Padding"
  /// Zeros on the left and on the right.
  case paddingColumns = "Padding Width"
  /// Gaps between the taps of a filter, 1 for none.
  case dilation = "Dilation"
  /// Groups of channels.
  case groups = "Groups"
  /// Images.
  case batch = "Batch Size"
  /// The share of weights that is kept, `N:M`.
  case sparsity = "Sparsity"
  /// Rows of a product.
  case m = "M"
  /// Columns of a product.
  case n = "N"
  /// Depth of a product.
  case k = "K"

  /// The columns without which a form has no layer, in SCALE-Sim's order.
  static func required(by form: TopologyFile.Form) -> [TopologyColumn] {
    switch form {
    case .convolution:
      [.mapRows, .mapColumns, .filterRows, .filterColumns, .channels, .filters, .stride]
    case .product: [.m, .n, .k]
    }
  }

  /// The columns that a form may have beside those.
  static func optional(for form: TopologyFile.Form) -> [TopologyColumn] {
    switch form {
    case .convolution:
      [.strideColumns, .padding, .paddingColumns, .dilation, .groups, .batch, .sparsity]
    case .product: [.batch, .sparsity]
    }
  }

  /// Smallest number accepted.
  var least: Int { self == .padding || self == .paddingColumns ? 0 : 1 }

  /// The column with this heading, in any capitals, spaces and signs aside.
  init?(heading: String) {
    let letters = Self.letters(heading)
    guard let found = Self.allCases.first(where: { $0.headings.contains(letters) }) else {
      return nil
    }
    self = found
  }

  /// Letters and digits of a heading, small.
  static func letters(_ heading: String) -> String {
    String(heading.lowercased().filter { $0.isLetter || $0.isNumber })
  }

  /// How the column is headed, as `letters` gives it.
  private var headings: [String] {
    switch self {
    case .name: ["layername", "layer", "name", "layers"]
    case .mapRows: ["ifmapheight", "ifmaph", "ifmaprows", "inputheight"]
    case .mapColumns: ["ifmapwidth", "ifmapw", "ifmapcolumns", "inputwidth"]
    case .filterRows: ["filterheight", "filterh", "kernelheight"]
    case .filterColumns: ["filterwidth", "filterw", "kernelwidth"]
    case .channels: ["channels", "channel", "numchannels", "numchannel", "numch", "inputchannels"]
    case .filters: ["numfilter", "numfilters", "filters", "numfilt", "outputchannels"]
    case .stride: ["strides", "stride", "strideheight", "strideh"]
    case .strideColumns: ["stridewidth", "stridew"]
    case .padding: ["padding", "pad", "pads", "paddings", "paddingheight", "paddingh"]
    case .paddingColumns: ["paddingwidth", "paddingw"]
    case .dilation: ["dilation", "dilations"]
    case .groups: ["groups", "group"]
    case .batch: ["batchsize", "batch", "batches"]
    case .sparsity: ["sparsity", "sparsitysupport", "sparsityratio"]
    case .m: ["m"]
    case .n: ["n"]
    case .k: ["k"]
    }
  }
}
