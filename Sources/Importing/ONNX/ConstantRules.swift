internal import Inputs

/// Operators that make values from attributes or from numbers.
enum ConstantRules {
  static let all: [OperatorRule] = [
    OperatorRule(["Constant"]) { context throws(OperatorFault) in
      NodeResult([try constant(context)])
    },
    OperatorRule(["ConstantOfShape"]) { context throws(OperatorFault) in
      let shape = try NodeContext.bounded(try context.integers(of: 0), context.name(0))
      var value = GraphValue(shape: shape, constant: ImportedTensor(source: nil))
      var fill: Numbers? = .real([0])
      if case .tensor(let tensor)? = context.node.attribute("value") {
        fill = try ConstantRules.value(of: tensor).numbers
      }
      let count = try shape.contains { $0 < 0 } ? 0 : NodeContext.product(shape)
      if let fill, fill.count == 1, count <= ONNXTensor.mostIntegers {
        value.numbers = fill.picked(Array(repeating: 0, count: count))
      }
      return NodeResult([value])
    },
    OperatorRule(["Range"]) { context throws(OperatorFault) in try range(context) },
  ]

  private static func range(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    var numbers: [Numbers] = []
    for index in 0..<3 {
      guard let listed = try context.input(index).numbers else {
        throw .unknown(
          try context.input(index).cause
            ?? "\(context.node.place): \(context.name(index)) is computed while running or has no values"
        )
      }
      guard listed.count >= 1 else { throw .wrong("operand \(index) is empty") }
      numbers.append(listed.picked([0]))
    }
    if case .whole(let start) = numbers[0], case .whole(let end) = numbers[1],
      case .whole(let step) = numbers[2]
    {
      for (index, value) in [start, end, step].enumerated() {
        _ = try NodeContext.bounded(value, context.name(index))
      }
      guard step[0] != 0 else { throw .wrong("a step of 0") }
      let way = step[0] > 0 ? end[0] - start[0] : start[0] - end[0]
      let size = abs(step[0])
      let count = way > 0 ? (way + size - 1) / size : 0
      var value = GraphValue(shape: [count])
      if count <= ONNXTensor.mostIntegers {
        value.numbers = .whole((0..<count).map { start[0] + $0 * step[0] })
      }
      return NodeResult([value])
    }
    let (start, end, step) = (numbers[0].reals[0], numbers[1].reals[0], numbers[2].reals[0])
    guard step != 0 else { throw .wrong("a step of 0") }
    let count = ((end - start) / step).rounded(.up)
    guard count.isFinite, abs(count) <= Double(NodeContext.largest) else {
      throw .wrong("a range from \(start) to \(end) in steps of \(step)")
    }
    return NodeResult([GraphValue(shape: [max(0, Int(count))])])
  }

  private static func constant(_ context: NodeContext) throws(OperatorFault) -> GraphValue {
    let node = context.node
    if case .tensor(let tensor)? = node.attribute("value") { return try value(of: tensor) }
    if case .integer(let number)? = node.attribute("value_int") {
      return GraphValue(shape: [], integers: [number])
    }
    if case .integers(let numbers)? = node.attribute("value_ints") {
      return GraphValue(shape: [numbers.count], integers: numbers)
    }
    if case .float(let number)? = node.attribute("value_float") {
      return GraphValue(shape: [], numbers: .real([Double(number)]))
    }
    if case .floats(let numbers)? = node.attribute("value_floats") {
      return GraphValue(
        shape: [numbers.count],
        numbers: numbers.count > ONNXTensor.mostIntegers ? nil : .real(numbers.map { Double($0) }))
    }
    if case .text? = node.attribute("value_string") { return GraphValue(shape: []) }
    throw .unknown("\(node.place) has a value that is not read")
  }

  /// A constant of the file.
  static func value(of tensor: ONNXTensor) throws(OperatorFault) -> GraphValue {
    do {
      return GraphValue(
        shape: tensor.dimensions, numbers: try tensor.numbers(),
        constant: ImportedTensor(source: tensor))
    } catch {
      throw .wrong("\(error.path): \(error.message)")
    }
  }
}
