internal import Architectures
internal import Components
internal import Networks

/// A block of input activations on its way to, or in, the input buffer.
struct InputBlock {
  /// Rows of one image, in order.
  struct Span {
    let image: Int
    let rows: [Int]
    /// Rows of the spans before.
    let offset: Int
  }

  let spans: [Span]
  let channels: Range<Int>
  /// The place of each column of the map among those that are read, nil for one that is not.
  private let columnPlaces: [Int?]
  let columns: Int
  /// Channels with the padding of the layout in DRAM.
  let alignedChannels: Int
  /// Channels that stand side by side in the order of arrival.
  let sideBySide: Int
  let rows: Int
  /// Elements that have arrived, layout padding among them.
  var arrived = 0
  /// Elements that may arrive.
  var opened = Int.max
  /// Columns of the padded map, image after image, that have been read for the last time, and all.
  var read = 0
  var columnsToRead = 1

  /// Elements in all.
  var elements: Int { rows * columns * alignedChannels }

  /// Elements of the first `images` images.
  func elements(ofFirst images: Int) -> Int {
    spans.prefix(images).reduce(0) { $0 + $1.rows.count } * columns * alignedChannels
  }

  /// Images, one per span, that have been read for the last time.
  var imagesRead: Int { spans.count * read / columnsToRead }

  /// The rows that are read for the windows of `pixels`, image by image.
  init(
    _ pixels: Range<Int>, _ channels: Range<Int>, of problem: Problem, alignment: Int,
    sideBySide: Int
  ) {
    var spans: [Span] = []
    var rows = 0
    var pixel = pixels.lowerBound
    while pixel < pixels.upperBound {
      let image = pixel / problem.imagePixels
      let last = min(pixels.upperBound, (image + 1) * problem.imagePixels) - 1
      let windows = problem.place(of: pixel).row...problem.place(of: last).row
      var read = (0..<problem.inputRows).filter { problem.touches(row: $0, from: windows) }
      if problem.gather == .none, let first = read.first, let end = read.last {
        read = Array(first...end)
      }
      if !read.isEmpty {
        spans.append(Span(image: image, rows: read, offset: rows))
        rows += read.count
      }
      pixel = last + 1
    }
    self.spans = spans
    self.rows = rows
    self.channels = channels
    var places: [Int?] = []
    var columns = 0
    for column in 0..<problem.inputColumns {
      let isRead = problem.gather != .pixels || problem.touches(column: column)
      places.append(isRead ? columns : nil)
      columns += isRead ? 1 : 0
    }
    columnPlaces = places
    self.columns = columns
    alignedChannels = (channels.count + alignment - 1) / alignment * alignment
    self.sideBySide = min(sideBySide, alignedChannels)
  }

  /// The place of an element in the order of arrival, nil for one that is not in the block.
  func place(image: Int, channel: Int, row: Int, column: Int) -> Int? {
    guard channels.contains(channel),
      let span = spans[imagesRead...].first(where: { $0.image == image }),
      let line = span.rows.firstIndex(of: row), let columnPlace = columnPlaces[column]
    else { return nil }
    let (block, lane) = (channel - channels.lowerBound).quotientAndRemainder(
      dividingBy: sideBySide)
    let width = min(sideBySide, alignedChannels - block * sideBySide)
    let pixel = (span.offset + line) * columns + columnPlace
    return block * sideBySide * rows * columns + pixel * width + lane
  }
}

/// A block of weights on its way to, or in, the weight buffer.
struct WeightBlock {
  let kernels: Range<Int>
  let channels: Range<Int>
  var isComplete = false
}
