internal import Components
internal import Inputs
internal import Networks

/// Operators that join, cut or pick parts.
enum SliceRules {
  static let all: [OperatorRule] = [
    OperatorRule(["Concat"]) { context throws(OperatorFault) in
      try joined(context, Array(context.inputs.indices))
    },
    OperatorRule(["Split"]) { context throws(OperatorFault) in try split(context) },
    OperatorRule(["Slice"]) { context throws(OperatorFault) in try slice(context) },
    OperatorRule(["Gather"]) { context throws(OperatorFault) in try gather(context) },
    .shape(["Pad"]) { context throws(OperatorFault) in try padded(context) },
    .shape(["GatherElements"]) { context throws(OperatorFault) in try context.shape(1) },
    .shape(["OneHot"]) { context throws(OperatorFault) in
      let depth = try NodeContext.bounded(try context.integers(of: 1), context.name(1))
      guard depth.count == 1 else { throw .wrong("\(context.name(1)): expected one number") }
      let input = try context.shape(0)
      let axis = try context.axis(
        try context.integer("axis", default: -1), rank: input.count + 1)
      return Array(input[..<axis]) + depth + Array(input[axis...])
    },
  ]

  /// The operands at some places behind one another.
  static func joined(
    _ context: NodeContext, _ places: [Int]
  ) throws(OperatorFault) -> NodeResult {
    guard let first = places.first else { throw .wrong("operand 0 is missing") }
    var shape = try context.shape(first)
    let axis = try context.axis(try context.integer("axis", default: 1), rank: shape.count)
    var numbers = try context.input(first).numbers
    for index in places.dropFirst() {
      let next = try context.shape(index)
      guard next.count == shape.count,
        shape.indices.allSatisfy({ $0 == axis || shape[$0] == next[$0] })
      else { throw .wrong("\(shape) and \(next) do not fit along axis \(axis)") }
      shape[axis] += next[axis]
      let more = try context.input(index).numbers
      numbers = numbers.flatMap { known in more.flatMap { known.joined($0) } }
    }
    // The walk bounds what a graph adds up to as well.
    let isFlat = shape[..<axis].allSatisfy { $0 == 1 }
    var result = NodeResult([GraphValue(shape: shape, numbers: isFlat ? numbers : nil)])
    result.sources = [.nowhere]
    if let step = try concat(context, places, axis, shape) {
      result.steps = [step]
      result.sources = [.step(0)]
    }
    return result
  }

  /// Activations behind one another, where they lie as maps of one image or as tokens.
  private static func concat(
    _ context: NodeContext, _ places: [Int], _ axis: Int, _ shape: [Int]
  ) throws(OperatorFault) -> WorkStep? {
    guard places.count >= 2, places.count <= Concat.operands.upperBound, shape.first == 1,
      axis >= 1, (2...5).contains(shape.count)
    else { return nil }
    var lies: GraphDraft.Place?
    var shapes: [[Int]] = []
    for place in places {
      let value = try context.input(place)
      let own = try context.shape(place)
      guard value.constant == nil, !own.contains(0) else { return nil }
      shapes.append(own)
      if let known = value.place, lies == nil { lies = known }
    }
    let first = shapes[places.firstIndex { context.inputs[$0]?.place == lies } ?? 0]
    let isMap = shape.count >= 4 || lies?.extents == Array(first.dropFirst())
    guard isMap || shape.count <= 3 else { return nil }
    let extents = { (own: [Int]) throws(OperatorFault) in
      isMap ? Array(own.dropFirst()) : try MapExtents.tokens(own)
    }
    var reads: [WorkStep.Read] = []
    for (place, own) in zip(places, shapes) {
      let wanted = try extents(own)
      guard isMap || wanted.count == shape.count - 1 else { return nil }
      reads.append(.operand(place, wanted))
    }
    let direction = isMap ? axis - 1 : shape.count - 1 - axis
    let kind = try SpecFault.checked { () throws(SpecError) in
      try Concat(Concat.Spec(axis: direction))
    }
    return WorkStep(kind, reads)
  }

  private static func split(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let input = try context.shape(0)
    let axis = try context.axis(try context.integer("axis", default: 0), rank: input.count)
    let count = context.node.outputs.count
    var sizes = try context.integers("split", orInput: 1) ?? []
    if sizes.isEmpty {
      guard count > 0 else { throw .wrong("no results") }
      let size = (input[axis] + count - 1) / count
      sizes = (0..<count).map { max(0, min(size, input[axis] - $0 * size)) }
    }
    let total = sizes.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    guard sizes.count == count, sizes.allSatisfy({ $0 >= 0 }), total == input[axis] else {
      throw .wrong("parts of \(sizes) do not make \(input[axis]) in \(count) results")
    }
    var result = NodeResult(
      sizes.map { size in
        var shape = input
        shape[axis] = size
        return GraphValue(shape: shape)
      })
    if input.count == 1, let numbers = try context.input(0).numbers {
      var start = 0
      for (index, size) in sizes.enumerated() {
        result.outputs[index].numbers = numbers.picked(Array(start..<start + size))
        start += size
      }
    }
    return result
  }

  private static func slice(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let input = try context.shape(0)
    let isOld = context.node.attribute("starts") != nil
    let starts = isOld ? try ends(context, "starts") : try context.integers(of: 1)
    let stops = isOld ? try ends(context, "ends") : try context.integers(of: 2)
    let listed = isOld ? try context.integers("axes") : try context.integers("", orInput: 3)
    let steps = context.optional(4) == nil ? nil : try context.integers(of: 4)
    let axes = listed ?? Array(starts.indices)
    guard starts.count == stops.count, axes.count == starts.count,
      steps?.count ?? starts.count == starts.count
    else { throw .wrong("starts, ends, axes and steps of unequal number") }
    var shape = input
    var numbers = try context.input(0).numbers
    var seen = Set<Int>()
    for (index, given) in axes.enumerated() {
      let axis = try context.axis(given, rank: input.count)
      guard seen.insert(axis).inserted else { throw .wrong("an axis is listed twice") }
      let step = steps?[index] ?? 1
      let range = try range(starts[index], stops[index], step, input[axis])
      let inner = try NodeContext.product(shape[(axis + 1)...])
      numbers = numbers.map { all in
        let block = inner * shape[axis]
        guard block > 0 else { return all.picked([]) }
        return all.picked(
          stride(from: 0, to: all.count, by: block).flatMap { start in
            (0..<range.count).flatMap { place in
              let first = start + (range.first + place * step) * inner
              return first..<first + inner
            }
          })
      }
      shape[axis] = range.count
    }
    return NodeResult([GraphValue(shape: shape, numbers: numbers)])
  }

  /// Numbers that may be as large as a file can say: they mean the end.
  private static func ends(_ context: NodeContext, _ name: String) throws(OperatorFault) -> [Int] {
    guard case .integers(let values)? = context.node.attribute(name) else {
      throw .wrong("attribute `\(name)`: expected whole numbers")
    }
    return values
  }

  /// The first index from `start` to `stop`, both clamped to the extent as ONNX says, and how many.
  private static func range(
    _ start: Int, _ stop: Int, _ step: Int, _ extent: Int
  ) throws(OperatorFault) -> (first: Int, count: Int) {
    guard step != 0 else { throw .wrong("a step of 0") }
    let clamp = { (value: Int, low: Int, high: Int) in
      min(max(value < 0 ? max(value, -extent - 1) + extent : value, low), high)
    }
    let (low, high) = step > 0 ? (0, extent) : (-1, extent - 1)
    let first = clamp(start, step > 0 ? 0 : min(0, high), high)
    let way = step > 0 ? clamp(stop, low, high) - first : first - clamp(stop, low, high)
    let size = Int(min(step.magnitude, 1 << 40))
    return (first, way > 0 ? (way + size - 1) / size : 0)
  }

  private static func gather(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let (input, indices) = (try context.shape(0), try context.shape(1))
    let axis = try context.axis(try context.integer("axis", default: 0), rank: input.count)
    var value = GraphValue(shape: Array(input[..<axis]) + indices + Array(input[(axis + 1)...]))
    if axis == 0, indices.count <= 1, let all = try context.input(0).numbers,
      let picked = try context.input(1).integers
    {
      let inner = try NodeContext.product(input.dropFirst())
      var places: [Int] = []
      for index in picked {
        let place = try context.axis(index, rank: input[0])
        places += place * inner..<(place + 1) * inner
      }
      if places.count <= ONNXTensor.mostIntegers { value.numbers = all.picked(places) }
    }
    return NodeResult([value])
  }

  private static func padded(_ context: NodeContext) throws(OperatorFault) -> [Int] {
    var shape = try context.shape(0)
    let pads = try context.integers("pads", orInput: 1) ?? []
    let listed = context.optional(3) == nil ? nil : try context.integers(of: 3)
    var axes: [Int] = []
    for axis in listed ?? Array(shape.indices) {
      axes.append(try context.axis(axis, rank: shape.count))
    }
    guard pads.count == 2 * axes.count else {
      throw .wrong("\(pads.count) pads, expected \(2 * axes.count)")
    }
    for (index, axis) in axes.enumerated() { shape[axis] += pads[index] + pads[index + axes.count] }
    return shape
  }
}
