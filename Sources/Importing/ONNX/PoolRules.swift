/// Pooling.
enum PoolRules {
  static let all: [OperatorRule] = [
    .shape(["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"]) {
      context throws(OperatorFault) in
      let input = try context.shape(0)
      guard input.count >= 2 else { throw .wrong("an input of rank \(input.count)") }
      return Array(input[..<2]) + input[2...].map { _ in 1 }
    },
    OperatorRule(["MaxPool", "AveragePool", "LpPool"]) { context throws(OperatorFault) in
      let input = try context.shape(0)
      guard input.count >= 3 else { throw .wrong("an input of rank \(input.count)") }
      guard let kernel = try context.integers("kernel_shape"), kernel.count == input.count - 2,
        kernel.allSatisfy({ $0 >= 1 })
      else { throw .wrong("attribute `kernel_shape`: expected \(input.count - 2) numbers from 1") }
      let window = try Window(
        context, kernel: kernel, input: Array(input[2...]),
        roundsUp: try context.integer("ceil_mode", default: 0) != 0)
      let output = GraphValue(shape: Array(input[..<2]) + window.output)
      return NodeResult([output, output])
    },
  ]
}
