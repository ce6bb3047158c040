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
      if case .tensor(let tensor)? = context.node.attribute("value") {
        let number = try ConstantRules.value(of: tensor).integers?.first
        let count = try shape.contains { $0 < 0 } ? 0 : NodeContext.product(shape)
        if let number, count <= ONNXTensor.mostIntegers {
          value.integers = Array(repeating: number, count: count)
        }
      }
      return NodeResult([value])
    },
    OperatorRule(["Range"]) { context throws(OperatorFault) in
      var numbers: [Int] = []
      for index in 0..<3 {
        let listed = try NodeContext.bounded(try context.integers(of: index), context.name(index))
        guard let number = listed.first else { throw .wrong("operand \(index) is empty") }
        numbers.append(number)
      }
      guard numbers[2] != 0 else { throw .wrong("a step of 0") }
      let way = numbers[2] > 0 ? numbers[1] - numbers[0] : numbers[0] - numbers[1]
      let step = abs(numbers[2])
      return NodeResult([GraphValue(shape: [way > 0 ? (way + step - 1) / step : 0])])
    },
  ]

  private static func constant(_ context: NodeContext) throws(OperatorFault) -> GraphValue {
    let node = context.node
    if case .tensor(let tensor)? = node.attribute("value") { return try value(of: tensor) }
    if case .integer(let number)? = node.attribute("value_int") {
      return GraphValue(shape: [], integers: [number])
    }
    if case .integers(let numbers)? = node.attribute("value_ints") {
      return GraphValue(shape: [numbers.count], integers: numbers)
    }
    if case .float? = node.attribute("value_float") { return GraphValue(shape: []) }
    if case .floats(let numbers)? = node.attribute("value_floats") {
      return GraphValue(shape: [numbers.count])
    }
    throw .unknown("\(node.place) has a value that is not read")
  }

  /// A constant of the file.
  static func value(of tensor: ONNXTensor) throws(OperatorFault) -> GraphValue {
    do {
      let integers = try tensor.integers()
      return GraphValue(
        shape: tensor.dimensions, integers: integers, constant: ImportedTensor(source: tensor))
    } catch {
      throw .wrong("\(error.path): \(error.message)")
    }
  }
}
