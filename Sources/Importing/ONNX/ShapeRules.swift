internal import Inputs

/// Operators that give the same values another shape, or tell a shape.
enum ShapeRules {
  static let all: [OperatorRule] = [
    OperatorRule(["Reshape"]) { context throws(OperatorFault) in
      try kept(context, reshaped(context))
    },
    OperatorRule(["Flatten"]) { context throws(OperatorFault) in
      let input = try context.shape(0)
      let given = try context.integer("axis", default: 1)
      let axis = given == input.count ? given : try context.axis(given, rank: input.count)
      return try kept(
        context,
        [try NodeContext.product(input[..<axis]), try NodeContext.product(input[axis...])])
    },
    OperatorRule(["Squeeze"]) { context throws(OperatorFault) in
      let input = try context.shape(0)
      let listed = try context.integers("axes", orInput: 1)
      let axes = try context.axes(
        listed ?? input.indices.filter { input[$0] == 1 }, rank: input.count)
      for axis in axes where input[axis] != 1 {
        throw .wrong("axis \(axis) has \(input[axis]) elements, only one of 1 can be squeezed")
      }
      return try kept(context, input.indices.filter { !axes.contains($0) }.map { input[$0] })
    },
    OperatorRule(["Unsqueeze"]) { context throws(OperatorFault) in
      let input = try context.shape(0)
      let listed = try context.integers("axes", orInput: 1) ?? []
      let axes = try context.axes(listed, rank: input.count + listed.count)
      var shape = input
      for axis in axes { shape.insert(1, at: axis) }
      return try kept(context, shape)
    },
    OperatorRule(["Transpose"]) { context throws(OperatorFault) in try transposed(context) },
    OperatorRule(["Shape"]) { context throws(OperatorFault) in
      let input = try context.shape(0)
      let clamp = { (value: Int) in
        min(max(value < 0 ? value + input.count : value, 0), input.count)
      }
      let start = clamp(try context.integer("start", default: 0))
      let end = clamp(try context.integer("end", default: input.count))
      let part = Array(input[start..<max(start, end)])
      return NodeResult([GraphValue(shape: [part.count], integers: part)])
    },
    OperatorRule(["Size"]) { context throws(OperatorFault) in
      let count = try NodeContext.product(try context.shape(0))
      return NodeResult([GraphValue(shape: [], integers: [count])])
    },
    OperatorRule(["Expand"]) { context throws(OperatorFault) in
      let wanted = try NodeContext.bounded(try context.integers(of: 1), context.name(1))
      let input = try context.shape(0)
      let shape = try ElementwiseRules.broadcast([input, wanted])
      var value = GraphValue(shape: shape)
      if let numbers = try context.input(0).numbers, shape.count <= 8,
        try NodeContext.product(shape) <= ONNXTensor.mostIntegers
      {
        value.numbers = numbers.picked(Arithmetic.places(of: input, in: shape))
      }
      return NodeResult([value])
    },
    .shape(["Tile"]) { context throws(OperatorFault) in
      let (input, repeats) = (try context.shape(0), try context.integers(of: 1))
      guard repeats.count == input.count, repeats.allSatisfy({ $0 >= 0 }) else {
        throw .wrong("\(context.name(1)): expected \(input.count) numbers from 0")
      }
      var shape: [Int] = []
      for (extent, factor) in zip(input, repeats) {
        shape.append(try NodeContext.product([extent, factor]))
      }
      return shape
    },
    .shape(["DepthToSpace", "SpaceToDepth"]) { context throws(OperatorFault) in
      try blocks(context)
    },
    // Maps in blocks of channels, as onnxruntime writes them for one processor.
    OperatorRule(["ReorderInput"]) { context throws(OperatorFault) in
      let isLast = try context.integer("channels_last", default: 0) != 0
      return try kept(context, try context.channelsFirst(0, isLast: isLast))
    },
    .shape(["ReorderOutput"]) { context throws(OperatorFault) in
      var shape = try context.shape(0)
      guard shape.count >= 3 else { throw .wrong("an input of rank \(shape.count)") }
      shape[1] = try context.integer("channels", default: shape[1])
      let isLast = try context.integer("channels_last", default: 0) != 0
      return NodeContext.ordered(shape, channelsLast: isLast)
    },
    .shape(["Resize", "Upsample"]) { context throws(OperatorFault) in try resized(context) },
  ]

  /// One result with the operand's values under `shape`.
  private static func kept(
    _ context: NodeContext, _ shape: [Int]
  ) throws(OperatorFault) -> NodeResult {
    let input = try context.input(0)
    var value = GraphValue(shape: shape)
    value.numbers = input.numbers
    value.constant = input.constant?.adding(.reshape, shape: shape)
    return NodeResult([value])
  }

  private static func reshaped(_ context: NodeContext) throws(OperatorFault) -> [Int] {
    let input = try context.shape(0)
    let listed = try context.integers("shape", orInput: 1) ?? []
    let keepsZero = try context.integer("allowzero", default: 0) == 0
    var shape: [Int] = []
    for (index, extent) in listed.enumerated() {
      guard extent >= -1 else { throw .wrong("a new shape of \(listed)") }
      let copies = extent == 0 && keepsZero
      guard !copies || index < input.count else { throw .wrong("a new shape of \(listed)") }
      shape.append(copies ? input[index] : extent)
    }
    let elements = try NodeContext.product(input)
    let known = try NodeContext.product(shape.filter { $0 != -1 })
    let free = shape.indices.filter { shape[$0] == -1 }
    guard free.count <= 1 else { throw .wrong("a new shape of \(listed)") }
    if let place = free.first, known > 0 { shape[place] = elements / known }
    guard !shape.contains(-1), try NodeContext.product(shape) == elements else {
      throw .wrong("\(elements) elements \(input) do not fit a new shape of \(listed)")
    }
    return shape
  }

  private static func transposed(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let input = try context.shape(0)
    let order = try context.integers("perm") ?? input.indices.reversed()
    guard order.sorted() == Array(input.indices) else {
      throw .wrong("attribute `perm`: \(order) is no order of \(input.count) dimensions")
    }
    let shape = order.map { input[$0] }
    var value = GraphValue(shape: shape)
    value.numbers = try context.input(0).numbers.map {
      $0.picked(ImportedTensor.transpose(Array(0..<$0.count), input, order))
    }
    value.constant = try context.input(0).constant?.adding(.transpose(order: order), shape: shape)
    return NodeResult([value])
  }

  private static func blocks(_ context: NodeContext) throws(OperatorFault) -> [Int] {
    let input = try context.shape(0)
    let size = try context.integer("blocksize", default: 0)
    guard input.count == 4, (1...1 << 15).contains(size) else {
      throw .wrong("an input of rank \(input.count) and blocks of \(size)")
    }
    if context.node.operatorName == "DepthToSpace" {
      guard input[1].isMultiple(of: size * size) else {
        throw .wrong("\(input[1]) channels do not divide into blocks of \(size) x \(size)")
      }
      return [input[0], input[1] / (size * size), input[2] * size, input[3] * size]
    }
    guard input[2].isMultiple(of: size), input[3].isMultiple(of: size) else {
      throw .wrong("\(input[2]) x \(input[3]) does not divide into blocks of \(size)")
    }
    return [input[0], input[1] * size * size, input[2] / size, input[3] / size]
  }

  /// By `sizes`, or by `scales` rounded down; Upsample has scales only.
  private static func resized(_ context: NodeContext) throws(OperatorFault) -> [Int] {
    let input = try context.shape(0)
    let unknown = OperatorFault.unknown(
      "\(context.node.place): its result's size is not a constant")
    let policy = try context.text("keep_aspect_ratio_policy", default: "stretch")
    guard policy == "stretch" else { throw unknown }
    var axes: [Int] = []
    for axis in try context.integers("axes") ?? Array(input.indices) {
      axes.append(try context.axis(axis, rank: input.count))
    }
    if context.optional(3) != nil, context.optional(3)?.shape != [0] {
      guard let sizes = context.optional(3)?.integers else { throw unknown }
      guard sizes.count == axes.count else {
        throw .wrong("sizes \(sizes) for \(axes.count) dimensions")
      }
      var shape = input
      for (axis, size) in zip(axes, sizes) { shape[axis] = size }
      return shape
    }
    var scales: [Float] = []
    if case .floats(let listed)? = context.node.attribute("scales") { scales = listed }
    for index in [1, 2] where scales.isEmpty {
      if let known = context.optional(index)?.numbers, known.count == axes.count {
        scales = known.reals.map { Float($0) }
      }
    }
    guard scales.count == axes.count else { throw unknown }
    var shape = input
    for (axis, scale) in zip(axes, scales) {
      let size = Double(input[axis]) * Double(scale)
      guard size.isFinite, (0...Double(ONNXTensor.largestExtent)).contains(size) else {
        throw .wrong("a scale of \(scale)")
      }
      shape[axis] = Int(size.rounded(.down))
    }
    return shape
  }
}
