internal import Inputs

/// Sequences of values of which it is known how many they have.
enum SequenceRules {
  /// Most values of a sequence.
  private static let most = 1024

  static let all: [OperatorRule] = [
    OperatorRule(["SequenceEmpty"]) { _ throws(OperatorFault) in sequence([]) },
    OperatorRule(["SequenceConstruct"]) { context throws(OperatorFault) in
      sequence(context.inputs.compactMap { $0 })
    },
    OperatorRule(["SequenceInsert"]) { context throws(OperatorFault) in
      var items = try items(context)
      let place =
        context.optional(2) == nil ? items.count : try index(context, 2, upTo: items.count + 1)
      guard items.count < most else { throw .wrong("more than \(most) values in a sequence") }
      items.insert(try context.input(1), at: place)
      return sequence(items)
    },
    OperatorRule(["SequenceErase"]) { context throws(OperatorFault) in
      var items = try items(context)
      guard !items.isEmpty else { throw .wrong("nothing is left to take out of a sequence") }
      let place =
        context.optional(1) == nil
        ? items.count - 1 : try index(context, 1, upTo: items.count)
      items.remove(at: place)
      return sequence(items)
    },
    OperatorRule(["SequenceAt"]) { context throws(OperatorFault) in
      let items = try items(context)
      var result = NodeResult([items[try index(context, 1, upTo: items.count)]])
      result.sources = [.nowhere]
      return result
    },
    OperatorRule(["SequenceLength"]) { context throws(OperatorFault) in
      NodeResult([GraphValue(shape: [], integers: [try items(context).count])])
    },
    OperatorRule(["SplitToSequence"]) { context throws(OperatorFault) in try split(context) },
    OperatorRule(["ConcatFromSequence"]) { context throws(OperatorFault) in
      try joined(context)
    },
  ]

  private static func sequence(_ items: [GraphValue]) -> NodeResult {
    var value = GraphValue(shape: nil)
    value.items = items
    return NodeResult([value])
  }

  private static func items(_ context: NodeContext) throws(OperatorFault) -> [GraphValue] {
    let value = try context.input(0)
    guard let items = value.items else {
      throw .unknown(value.cause ?? "the values of \(context.name(0)) are not known")
    }
    return items
  }

  private static func index(
    _ context: NodeContext, _ operand: Int, upTo count: Int
  ) throws(OperatorFault) -> Int {
    guard let given = try context.integers(of: operand).first else {
      throw .wrong("\(context.name(operand)) is empty")
    }
    guard (-count..<count).contains(given) else {
      throw .wrong("index \(given) of a sequence of \(count)")
    }
    return given < 0 ? given + count : given
  }

  private static func split(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let input = try context.shape(0)
    let axis = try context.axis(try context.integer("axis", default: 0), rank: input.count)
    let keeps = try context.integer("keepdims", default: 1) != 0
    var sizes: [Int] = []
    if context.optional(1) == nil {
      guard input[axis] <= most else { throw .wrong("more than \(most) values in a sequence") }
      sizes = Array(repeating: 1, count: input[axis])
    } else {
      let given = try context.integers(of: 1)
      if try context.shape(1).isEmpty, let size = given.first {
        guard size >= 1, input[axis] / size < most else {
          throw .wrong("parts of \(size) of \(input[axis])")
        }
        sizes = stride(from: 0, to: input[axis], by: size).map { min(size, input[axis] - $0) }
      } else {
        sizes = given
      }
    }
    let total = sizes.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    guard sizes.allSatisfy({ $0 >= 0 }), total == input[axis] else {
      throw .wrong("parts of \(sizes) do not make \(input[axis])")
    }
    return sequence(
      sizes.map { size in
        var shape = input
        shape[axis] = size
        if !keeps, context.optional(1) == nil { shape.remove(at: axis) }
        return GraphValue(shape: shape)
      })
  }

  private static func joined(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let items = try items(context)
    guard let first = items.first, var shape = first.shape else {
      throw .unknown("\(context.node.place): the values of \(context.name(0)) are not known")
    }
    let isNew = try context.integer("new_axis", default: 0) != 0
    let axis = try context.axis(
      try context.integer("axis", default: 0), rank: shape.count + (isNew ? 1 : 0))
    if isNew {
      guard items.allSatisfy({ $0.shape == shape }) else {
        throw .wrong("values of unequal shapes cannot be stacked")
      }
      shape.insert(items.count, at: axis)
    } else {
      shape[axis] = try sum(items, axis, shape)
    }
    var result = NodeResult([GraphValue(shape: shape)])
    result.sources = [.nowhere]
    return result
  }

  private static func sum(
    _ items: [GraphValue], _ axis: Int, _ shape: [Int]
  ) throws(OperatorFault) -> Int {
    var sum = 0
    for item in items {
      guard let own = item.shape, own.count == shape.count else {
        throw .wrong("values of unequal ranks cannot be joined")
      }
      sum += own[axis]
    }
    return sum
  }
}
