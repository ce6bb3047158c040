internal import Inputs

/// How the values of one tensor are read.
struct WeightPlace {
  /// The order of the stored dimensions.
  let layout: WeightLayout
  /// The part that is read, in terms of the layout.
  let slice: TensorShape
  /// Whether the tensor is stored as Keras stores depthwise kernels: rows, columns, channels, and
  /// outputs per channel.
  var isDepthwise = false

  /// Filters, channels of each, rows and columns, whatever the order in the file.
  var extents: TensorShape {
    guard isDepthwise else { return slice }
    return TensorShape(
      kernels: slice.channels * slice.kernels, channels: 1, rows: slice.rows,
      columns: slice.columns)
  }

  /// The place of a whole tensor that belongs to no known layer.
  ///
  /// - Parameters:
  ///   - tensor: The tensor.
  ///   - file: Its file.
  ///   - layout: The layout where the file does not say.
  ///   - isDepthwise: Whether it is known to be the kernel of a depthwise convolution.
  /// - Throws: `InputError` when the layout is not known or does not fit.
  init(
    of tensor: TensorDescription, in file: WeightFile, layout: WeightLayout?, isDepthwise: Bool
  ) throws(InputError) {
    guard let known = tensor.layout ?? layout else {
      throw InputError(
        "no layout; give the dataset or the file a `layout` attribute, or use --layout",
        file: file.path, path: tensor.dataset)
    }
    guard let slice = known.shape(of: tensor.dimensions) else {
      throw InputError(
        "shape \(WeightFile.text(tensor.dimensions)) is not \(known.rawValue)", file: file.path,
        path: tensor.dataset)
    }
    // One stored channel is a kernel in the order of every other one: (rows, columns, 1, outputs).
    let isKeras = known == .hwio && tensor.dimensions.count == 4 && slice.channels > 1
    self.init(
      layout: known, slice: slice,
      isDepthwise: isKeras && (isDepthwise || WeightNames.isDepthwise(tensor.dataset)))
  }

  /// A place that is known.
  init(layout: WeightLayout, slice: TensorShape, isDepthwise: Bool) {
    self.layout = layout
    self.slice = slice
    self.isDepthwise = isDepthwise
  }

  /// Values in the order filter, channel, row, column; those of a depthwise kernel are stored output
  /// by output and belong channel by channel.
  func ordered(_ values: [Float]) -> [Float] {
    guard isDepthwise, slice.kernels > 1 else { return values }
    let area = slice.rows * slice.columns
    var result: [Float] = []
    result.reserveCapacity(values.count)
    for channel in 0..<slice.channels {
      for output in 0..<slice.kernels {
        let first = (output * slice.channels + channel) * area
        result += values[first..<first + area]
      }
    }
    return result
  }
}

extension WeightFile {
  /// The tensors that are weights of a model.
  var weights: [TensorDescription] {
    tensors.filter { !WeightNames.isOptimizerState($0.dataset) }
  }

  /// The datasets of an optimizer among those that can be read.
  var optimizerState: [String] {
    tensors.map(\.dataset).filter(WeightNames.isOptimizerState)
  }

  /// Throws when values cannot be read for want of a filter: a part of a file is no model.
  func checkFilters() throws(InputError) {
    guard
      let missing = unsupported.first(where: {
        $0.lacksFilter && !WeightNames.isOptimizerState($0.dataset)
      })
    else { return }
    throw InputError(missing.reason, file: path, path: missing.dataset)
  }

  /// What the file holds, a few datasets with their shapes.
  var holdings: String {
    let shown = weights.prefix(4).map { "`\($0.dataset)` (\(Self.text($0.dimensions)))" }
    var rest: [String] = []
    if weights.count > shown.count { rest.append("\(weights.count - shown.count) more") }
    if !optimizerState.isEmpty { rest.append("\(optimizerState.count) of an optimizer's state") }
    if shown.isEmpty, let first = unsupported.first {
      rest.insert("`\(first.dataset)`, which \(first.reason)", at: 0)
      if unsupported.count > 1 { rest.append("\(unsupported.count - 1) more that cannot be read") }
    }
    let all = shown + rest
    guard let last = all.last else {
      return others.isEmpty ? "the file holds no tensor" : "the file holds no tensor of rank 2 or 4"
    }
    let list = all.count == 1 ? last : all.dropLast().joined(separator: ", ") + " and " + last
    return "the file holds " + list
  }

  static func text(_ dimensions: [Int]) -> String {
    dimensions.map(String.init).joined(separator: " x ")
  }
}
