internal import Components

/// How windows lie on a map of one to three directions.
public struct WindowSpec: Codable, Hashable, Sendable {
  /// Extents of the kernel; 1 when left out.
  public let kernel: PerDirection
  /// Step of the window; 1 when left out.
  public let stride: PerDirection
  /// Step from one tap of a kernel to the next; 1 when left out.
  public let dilation: PerDirection
  /// Zeros around the map; 0 when left out.
  public let padding: Padding

  /// Makes windows; nothing is checked before `check()`.
  public init(
    kernel: PerDirection = PerDirection(1), stride: PerDirection = PerDirection(1),
    dilation: PerDirection = PerDirection(1), padding: Padding = Padding(0)
  ) {
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.padding = padding
  }

  enum CodingKeys: String, CodingKey { case kernel, stride, dilation, padding }

  /// Decodes windows, filling in the defaults named above.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let one = PerDirection(1)
    kernel = try values.decodeIfPresent(PerDirection.self, forKey: .kernel) ?? one
    stride = try values.decodeIfPresent(PerDirection.self, forKey: .stride) ?? one
    dilation = try values.decodeIfPresent(PerDirection.self, forKey: .dilation) ?? one
    padding = try values.decodeIfPresent(Padding.self, forKey: .padding) ?? Padding(0)
  }

  /// Throws when a number is out of its range.
  func check() throws(SpecError) {
    let range = 1...LayerLimits.extent
    try kernel.check("kernel", in: range)
    try stride.check("stride", in: range)
    try dilation.check("dilation", in: range)
    try padding.check("padding", in: 0...LayerLimits.extent)
  }

  /// Throws when a list has another length than a map has directions.
  func checkDirections(_ count: Int) throws(SpecError) {
    for (key, value) in [("kernel", kernel), ("stride", stride), ("dilation", dilation)] {
      _ = try value.values(key, directions: count)
    }
    _ = try padding.values("padding", directions: count)
  }

  /// The windows in each direction of a map; throws where a direction has none.
  func axes(of map: [Int]) throws(SpecError) -> [WindowAxis] {
    let count = map.count
    let kernels = try kernel.values("kernel", directions: count)
    let strides = try stride.values("stride", directions: count)
    let dilations = try dilation.values("dilation", directions: count)
    let ends = try padding.values("padding", directions: count)
    var axes: [WindowAxis] = []
    for index in 0..<count {
      let axis = WindowAxis(
        extent: map[index], kernel: kernels[index], stride: strides[index],
        dilation: dilations[index], before: ends[index].before, after: ends[index].after)
      if let fault = LayerLimits.fault(of: axis) { throw SpecError("kernel", fault) }
      axes.append(axis)
    }
    guard axes.allSatisfy({ $0.span <= $0.padded }) else {
      let isDilated = dilations.contains { $0 != 1 }
      throw SpecError(
        "kernel",
        ExtentText.product(kernels)
          + (isDilated ? ", dilated to \(ExtentText.product(axes.map(\.span)))," : "")
          + " does not fit the padded input of \(ExtentText.product(axes.map(\.padded)))")
    }
    return axes
  }

  /// The windows of a transposed convolution, which spreads the map by its stride.
  func transposedAxes(of map: [Int], outputPadding: PerDirection) throws(SpecError) -> [WindowAxis]
  {
    let count = map.count
    let kernels = try kernel.values("kernel", directions: count)
    let strides = try stride.values("stride", directions: count)
    let dilations = try dilation.values("dilation", directions: count)
    let ends = try padding.values("padding", directions: count)
    let more = try outputPadding.values("output_padding", directions: count)
    var axes: [WindowAxis] = []
    for index in 0..<count {
      let reach = Double(dilations[index]) * Double(kernels[index] - 1)
      let cut = max(ends[index].before, ends[index].after)
      guard reach <= Double(LayerLimits.extent) else {
        throw SpecError(
          "kernel", "expected dilation x (kernel - 1) of at most \(LayerLimits.extent)")
      }
      guard Double(cut) <= reach else {
        throw SpecError(
          "padding", "expected at most dilation x (kernel - 1), \(Int(reach)), found \(cut)")
      }
      guard more[index] < max(strides[index], dilations[index]) else {
        throw SpecError(
          "output_padding",
          "expected less than the stride or the dilation, "
            + "\(max(strides[index], dilations[index])), found \(more[index])")
      }
      let axis = WindowAxis(
        transposed: map[index], kernel: kernels[index], stride: strides[index],
        dilation: dilations[index], padding: (ends[index].before, ends[index].after),
        outputPadding: more[index])
      if let fault = LayerLimits.fault(of: axis) { throw SpecError("kernel", fault) }
      guard axis.span <= axis.padded else {
        throw SpecError("padding", "leaves nothing of what the windows write")
      }
      axes.append(axis)
    }
    return axes
  }
}

/// A specification that lays windows on maps.
protocol Windowed {
  var windows: WindowSpec { get }
}

/// What convolutions share: their layer on the array.
enum WindowLayer {
  /// Channels and directions of a map; throws for one without neighbours.
  static func split(_ map: [Int], _ kind: String) throws(SpecError) -> (channels: Int, map: [Int]) {
    guard (2...4).contains(map.count), let channels = map.first else {
      throw SpecError(
        "from",
        "\(kind) reads [channels, rows, columns], [channels, columns] or "
          + "[channels, planes, rows, columns], found \(ExtentText.list(map))")
    }
    return (channels, Array(map.dropFirst()))
  }

  /// The layer of a convolution, a plane of a three-dimensional one after the other.
  ///
  /// Each output plane is a map of its own that shares the kernels; the kernel's planes are further
  /// input channels, so planes of padding move like data. One direction is a single row.
  static func result(
    _ name: String, _ operation: Operator, kernels: Int, channels: Int, axes: [WindowAxis],
    groups: Int
  ) throws(SpecError) -> OperationResult {
    let isDepthwise = operation == .depthwiseConvolution
    let planes = axes.count == 3 ? axes[0].kernel : 1
    guard Double(channels) * Double(planes) <= Double(LayerLimits.extent) else {
      throw SpecError(
        "kernel", "expected at most \(LayerLimits.extent) channels times planes of the kernel")
    }
    let layer = Layer(
      name: name, operation: isDepthwise && planes > 1 ? .convolution : operation,
      kernels: kernels, channels: channels * planes,
      rows: axes.count == 1 ? WindowAxis(extent: 1) : axes[axes.count - 2],
      columns: axes[axes.count - 1], groups: isDepthwise ? channels : groups,
      maps: axes.count == 3 ? axes[0].outputs : 1)
    if let excess = LayerLimits.excess(of: layer) { throw SpecError("", excess) }
    return OperationResult(
      name: name, output: [kernels] + axes.map(\.outputs), work: .array(layer),
      weight: [kernels, channels / (isDepthwise ? channels : groups)] + axes.map(\.kernel))
  }

  static func checkGroups(_ groups: Int, channels: Int, kernels: Int) throws(SpecError) {
    guard channels.isMultiple(of: groups), kernels.isMultiple(of: groups) else {
      throw SpecError(
        "groups", "must divide \(channels) input and \(kernels) output channels, found \(groups)")
    }
  }

  static func checkExtent(_ key: String, _ value: Int) throws(SpecError) {
    guard (1...LayerLimits.extent).contains(value) else {
      throw SpecError(key, "expected 1 to \(LayerLimits.extent), found \(value)")
    }
  }
}
