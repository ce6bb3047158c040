/// Draws the parts of a small network one after the other.
struct MapCaseBuilder {
  /// Channels, rows and columns of the map so far.
  private(set) var extents: [Int]
  private(set) var parts: [MapCase.Part] = []
  /// What holds the map so far, and where the next part begins.
  private var last = "input"
  private var layers: [String] = []
  private var number = 0
  private let mayWaitForSqueeze: Bool
  private var endsInBranches = false

  /// Begins with an image.
  ///
  /// `mayWaitForSqueeze` lets the operand of an addition wait for a squeeze beside it. Row by row it
  /// would have to wait whole, for no row of the other branch is there before the means of all of them
  /// are; the definition of windows pays a few rows only, so no group can keep to it.
  init(_ draw: inout Draw, mayWaitForSqueeze: Bool) {
    extents = [draw.whole(1...6), draw.whole(5...12), draw.whole(3...9)]
    self.mayWaitForSqueeze = mayWaitForSqueeze
  }

  /// A block, or layers that stand by themselves.
  mutating func addPart(_ draw: inout Draw) {
    let isBlock = draw.whole(0...3) > 0
    let before = last
    layers = []
    // A block's layers know what was before as its input.
    if isBlock { last = "input" }
    let kind = draw.whole(0...5)
    endsInBranches = kind == 4
    switch kind {
    case 0: addStem(&draw)
    case 1: addIdentity(&draw)
    case 2: addProjection(&draw)
    case 3: addSqueeze(&draw)
    case 4: addBranches(&draw)
    default: addSeparable(&draw)
    }
    if isBlock {
      last = "b\(parts.count)"
    } else if layers.isEmpty {
      last = before
    }
    parts.append(MapCase.Part(block: isBlock ? last : nil, layers: layers))
  }

  /// Means and a classifier, or one more layer.
  mutating func addEnd(_ draw: inout Draw) {
    layers = []
    if draw.whole(0...1) == 0 {
      // Means of branches beside one another would need all of them to go on in step, which the machine
      // does not do.
      if endsInBranches { add("convolution, output_channels: 3", from: last) }
      add("global-average-pool", from: last)
      add("fully-connected, output_channels: \(draw.whole(1...9))", from: last)
    } else {
      addLayer(&draw, from: last, kernel: draw.one(of: [1, 3]), stride: 1)
    }
    parts.append(MapCase.Part(block: nil, layers: layers))
  }

  /// An operation on a map; gives its name.
  @discardableResult private mutating func add(_ operation: String, from: String) -> String {
    number += 1
    last = "l\(number)"
    layers.append("name: \(last), operator: \(operation), from: \(from)")
    return last
  }

  /// A convolution with zeros on all sides, with or without a function of its elements behind it.
  @discardableResult private mutating func addLayer(
    _ draw: inout Draw, from: String, kernel: Int, stride: Int, channels: Int? = nil,
    isDepthwise: Bool = false
  ) -> String {
    let kernels = isDepthwise ? extents[0] : channels ?? draw.whole(1...8)
    add(
      (isDepthwise ? "depthwise-convolution" : "convolution, output_channels: \(kernels)")
        + ", kernel: \(kernel), stride: \(stride), padding: \(kernel / 2)", from: from)
    extents = [kernels] + extents.dropFirst().map { ($0 - 1) / stride + 1 }
    if draw.whole(0...1) == 0 { add("relu", from: last) }
    return last
  }

  private mutating func addStem(_ draw: inout Draw) {
    addLayer(&draw, from: last, kernel: draw.one(of: [1, 3, 5]), stride: draw.whole(1...2))
    guard draw.whole(0...1) == 0, extents[1] > 2, extents[2] > 2 else { return }
    add(
      draw.one(of: ["max-pool", "average-pool"]) + ", kernel: 3, stride: 2, padding: 1", from: last)
    extents = [extents[0]] + extents.dropFirst().map { ($0 - 1) / 2 + 1 }
  }

  private mutating func addIdentity(_ draw: inout Draw) {
    let (before, channels) = (last, extents[0])
    let count = draw.whole(1...3)
    for layer in 0..<count {
      addLayer(
        &draw, from: last, kernel: draw.one(of: [1, 3, 3, 5]), stride: 1,
        channels: layer == count - 1 ? channels : nil)
    }
    add("add", from: "[\(last), \(before)]")
    if draw.whole(0...1) == 0 { add("relu", from: last) }
  }

  private mutating func addProjection(_ draw: inout Draw) {
    let (before, map) = (last, extents)
    let stride = draw.whole(1...2)
    let count = draw.whole(1...3)
    let strided = draw.whole(0...count - 1)
    for layer in 0..<count {
      addLayer(
        &draw, from: last, kernel: draw.one(of: [1, 3, 3]), stride: layer == strided ? stride : 1)
    }
    let (main, channels) = (last, extents[0])
    extents = map
    var branch = before
    if stride == 2, draw.whole(0...1) == 0 {
      let ends = map.dropFirst().map { "[0, \($0 % 2)]" }.joined(separator: ", ")
      branch = add(
        "average-pool, kernel: 2, stride: 2, padding: [\(ends)]", from: before)
      extents = [map[0]] + map.dropFirst().map { ($0 - 1) / 2 + 1 }
      branch = addLayer(&draw, from: branch, kernel: 1, stride: 1, channels: channels)
    } else {
      branch = addLayer(&draw, from: branch, kernel: 1, stride: stride, channels: channels)
    }
    add("add", from: "[\(main), \(branch)]")
  }

  private mutating func addSqueeze(_ draw: inout Draw) {
    let (before, channels) = (last, extents[0])
    let stride = draw.whole(1...2)
    addLayer(&draw, from: last, kernel: 1, stride: 1)
    let map = addLayer(
      &draw, from: last, kernel: draw.one(of: [3, 5]), stride: stride, isDepthwise: true)
    let wide = extents
    add("global-average-pool", from: map)
    extents = [wide[0], 1, 1]
    addLayer(&draw, from: last, kernel: 1, stride: 1, channels: draw.whole(1...3))
    addLayer(&draw, from: last, kernel: 1, stride: 1, channels: wide[0])
    add("multiply", from: "[\(map), \(last)]")
    extents = wide
    let adds = stride == 1 && mayWaitForSqueeze && draw.whole(0...1) == 0
    addLayer(&draw, from: last, kernel: 1, stride: 1, channels: adds ? channels : nil)
    if adds { add("add", from: "[\(last), \(before)]") }
  }

  private mutating func addBranches(_ draw: inout Draw) {
    let (before, map) = (last, extents)
    var (names, channels) = ([String](), 0)
    for branch in 0..<draw.whole(2...3) {
      extents = map
      last = before
      if branch == 2 { add("max-pool, kernel: 3, stride: 1, padding: 1", from: last) }
      if branch == 1 { addLayer(&draw, from: last, kernel: 1, stride: 1) }
      addLayer(&draw, from: last, kernel: branch == 1 ? 3 : 1, stride: 1)
      names.append(last)
      channels += extents[0]
    }
    add("concat", from: "[\(names.joined(separator: ", "))]")
    extents[0] = channels
    if draw.whole(0...1) == 0 { add("relu", from: last) }
    guard draw.whole(0...1) == 0, extents[1] > 2, extents[2] > 2 else { return }
    add("max-pool, kernel: 3, stride: 2, padding: 1", from: last)
    extents = [extents[0]] + extents.dropFirst().map { ($0 - 1) / 2 + 1 }
  }

  private mutating func addSeparable(_ draw: inout Draw) {
    addLayer(
      &draw, from: last, kernel: draw.one(of: [3, 5]), stride: draw.whole(1...2), isDepthwise: true)
    addLayer(&draw, from: last, kernel: 1, stride: 1)
  }
}
