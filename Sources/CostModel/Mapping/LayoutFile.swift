internal import Networks
internal import Units

/// How a layer lies on a row-stationary array, as a mapping file says it.
///
/// Images, kernels whose sums are in the buffer, and pixels stand beside it: `images`, `kernels` and
/// `pixels`.
public struct LayoutFile: Codable, Hashable, Sendable {
  /// Where the next tile's input finds room while a tile is in work.
  public enum Room: String, Codable, CaseIterable, Sendable {
    /// Beside the tile's own.
    case beside
    /// In its place, when it has been computed.
    case afterwards
    /// In banks whose columns have all been read.
    case banks
  }

  /// Output rows of a strip, e.
  public let rows: Int
  /// Kernel rows above one another.
  public let kernelRows: Int
  /// Kernels that an element holds, p.
  public let kernelsPerElement: Int
  /// Channels that an element holds, q.
  public let channelsPerElement: Int
  /// Sets of elements that hold different channels, r.
  public let channelSets: Int
  /// Sets of elements that hold different kernels, t.
  public let kernelSets: Int
  /// Where the next tile's input finds room.
  public let nextInput: Room

  init(_ layout: RowStationaryLayout, _ room: InputRoom) {
    rows = layout.rows
    kernelRows = layout.kernelRows
    kernelsPerElement = layout.kernelsPerElement
    channelsPerElement = layout.channelsPerElement
    channelSets = layout.channelSets
    kernelSets = layout.kernelSets
    nextInput =
      switch room {
      case .beside: .beside
      case .afterwards: .afterwards
      case .banks: .banks
      }
  }

  /// The numbers with their keys.
  var numbers: [(key: String, value: Int)] {
    [
      ("rows", rows), ("kernel_rows", kernelRows), ("kernels_per_element", kernelsPerElement),
      ("channels_per_element", channelsPerElement), ("channel_sets", channelSets),
      ("kernel_sets", kernelSets),
    ]
  }
}

/// The layout of a file on the layer and the array that it is for.
struct LayoutCheck {
  let space: RowStationarySpace
  let layer: MappingFile.Layer
  let file: LayoutFile

  private var images: Int { layer.images ?? 1 }
  private var nest: LoopNest { space.single }
  private var sets: RowStationarySpace.Sets {
    space.sets(rows: file.rows, kernelRows: file.kernelRows)
  }
  private var layout: RowStationaryLayout {
    RowStationaryLayout(
      images: images, kernels: layer.kernels, rows: file.rows,
      kernelsPerElement: file.kernelsPerElement, channelsPerElement: file.channelsPerElement,
      kernelRows: file.kernelRows, channelSets: file.channelSets, kernelSets: file.kernelSets,
      activeElements: file.kernelRows * file.rows * file.channelSets * file.kernelSets)
  }
  private var sums: Bits {
    space.sumBits(images: images, kernels: layer.kernels, rows: file.rows)
  }
  /// Input of one image of a tile.
  private var image: Bits {
    let channels = min(layout.channelsPerPass, nest.channels)
    return space.inputBits(rows: file.rows)
      * (quotient(channels, space.room.alignment) * space.room.alignment)
  }

  /// The mapping; only where there is no refusal.
  var mapping: Mapping {
    let room: InputRoom =
      switch file.nextInput {
      case .beside: .beside
      case .afterwards: .afterwards
      case .banks: space.room.inputRoom(beside: sums)
      }
    return space.mapping(layout, inputRoom: room)
  }

  /// Why the layout is none for the layer and the array; nil where it is one.
  var refusal: String? {
    shape ?? array ?? tile ?? buffers
  }

  /// What the layer does not have.
  private var shape: String? {
    guard layer.order == .pixelsOuter else {
      return "order: a row-stationary array takes \(Mapping.Order.pixelsOuter.rawValue), found "
        + layer.order.rawValue
    }
    guard layer.keeps.isEmpty else {
      return "keeps: nothing stays beside a layout, expected []"
    }
    let most = min(nest.outputRows, space.array.spec.columns)
    guard file.rows <= most || file.rows == nest.outputRows else {
      let all = most == nest.outputRows ? "" : ", or all \(nest.outputRows)"
      return "layout.rows: expected 1 to \(most)\(all), found \(file.rows)"
    }
    guard images == 1 || file.rows == nest.outputRows else {
      return "layout.rows: \(images) images need all \(nest.outputRows) rows, found \(file.rows)"
    }
    return Self.range("kernels", layer.kernels, 1...nest.kernels)
      ?? Self.range(
        "layout.kernel_rows", file.kernelRows, 1...min(nest.kernelRows, space.array.spec.rows))
  }

  /// What does not fit on the elements.
  private var array: String? {
    let (sets, spec) = (sets, space.array.spec)
    guard sets.above > 0 else {
      return "layout.rows: \(file.rows) rows of \(file.kernelRows) kernel rows do not fit on "
        + "\(spec.rows) x \(spec.columns) elements"
    }
    if let reason = Self.range("layout.channel_sets", file.channelSets, 1...sets.above)
      ?? Self.range(
        "layout.kernel_sets", file.kernelSets, 1...sets.kernels(channels: file.channelSets))
      ?? Self.range(
        "layout.channels_per_element", file.channelsPerElement, 1...space.channelsPerElement)
      ?? Self.range(
        "layout.kernels_per_element", file.kernelsPerElement,
        1...max(1, space.kernelsPerElement(channels: file.channelsPerElement)))
    {
      return reason
    }
    guard (file.channelSets - 1) * file.channelsPerElement < nest.channels else {
      return "layout.channel_sets: \(file.channelSets) sets of \(file.channelsPerElement) channels "
        + "are more than the layer's \(nest.channels)"
    }
    guard layout.kernelsPerPass <= layer.kernels else {
      return "layout.kernel_sets: \(file.kernelSets) sets of \(file.kernelsPerElement) kernels are "
        + "more than the \(layer.kernels) whose sums are in the buffer"
    }
    return nil
  }

  /// What the tile's own sizes have to be.
  private var tile: String? {
    let tile = space.mapping(layout, inputRoom: .afterwards).tile
    guard layer.pixels == tile.pixels else {
      return
        "pixels: the layout has \(tile.pixels), images x rows x \(nest.outputColumns) columns, "
        + "found \(layer.pixels)"
    }
    guard layer.channels == tile.channels else {
      return "channels: the layout has \(tile.channels) in a pass, found \(layer.channels)"
    }
    return nil
  }

  /// What does not fit in the buffers.
  private var buffers: String? {
    let room = space.room
    guard
      space.holdsWeights(
        kernels: layout.kernelsPerPass, channels: layout.channelsPerPass,
        kernelRows: file.kernelRows)
    else {
      let needed =
        layout.kernelsPerPass * min(layout.channelsPerPass, nest.channels) * file.kernelRows
        * nest.kernelColumns
      return room.weightShortage(demand: room.weightBits(count: needed)).sentence
    }
    let copies = file.nextInput == .beside ? images + 1 : images
    guard let left = room.input(beside: sums), image * copies <= left else {
      return room.shortage(input: image * copies, sums: sums).sentence
    }
    guard file.nextInput != .banks || room.banks != nil else {
      return "layout.next_input: no buffer has `banks`, expected beside or afterwards"
    }
    return nil
  }

  private static func range(_ key: String, _ value: Int, _ range: ClosedRange<Int>) -> String? {
    range.contains(value)
      ? nil : "\(key): expected \(range.lowerBound) to \(range.upperBound), found \(value)"
  }
}
