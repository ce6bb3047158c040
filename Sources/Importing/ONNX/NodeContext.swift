internal import Inputs

/// A node with what is known of its operands.
struct NodeContext {
  let node: ONNXNode
  /// The operands, nil for one that is left out.
  let inputs: [GraphValue?]
  /// The version of the operators.
  let operatorSet: Int

  /// Largest number accepted in an attribute, so that no sum or product of two can overflow.
  static let largest = 1 << 31

  /// An operand that has to be there.
  func input(_ index: Int) throws(OperatorFault) -> GraphValue {
    guard index < inputs.count, let value = inputs[index] else {
      throw .wrong("operand \(index) is missing")
    }
    return value
  }

  /// An operand that may be left out.
  func optional(_ index: Int) -> GraphValue? { index < inputs.count ? inputs[index] : nil }

  /// The extents of an operand.
  func shape(_ index: Int) throws(OperatorFault) -> [Int] {
    let value = try input(index)
    guard let shape = value.shape else {
      throw .unknown(value.cause ?? "the shape of \(name(index)) is not known")
    }
    return shape
  }

  /// The whole numbers that an operand is known to hold.
  func integers(of index: Int) throws(OperatorFault) -> [Int] {
    let value = try input(index)
    guard let integers = value.integers else {
      throw .unknown(
        value.cause ?? "\(node.place): \(name(index)) is computed while running or has no values")
    }
    return integers
  }

  /// The extents of an operand whose channels stand last where `channelsLast` says so, with the
  /// channels behind the batch.
  func channelsFirst(_ index: Int, isLast: Bool) throws(OperatorFault) -> [Int] {
    let shape = try shape(index)
    guard isLast, shape.count >= 3 else { return shape }
    return [shape[0], shape[shape.count - 1]] + shape[1..<(shape.count - 1)]
  }

  /// `shape` with the channels last where `isLast` says so.
  static func ordered(_ shape: [Int], channelsLast isLast: Bool) -> [Int] {
    isLast && shape.count >= 3 ? [shape[0]] + shape[2...] + [shape[1]] : shape
  }

  /// The operand's name in messages.
  func name(_ index: Int) -> String {
    index < node.inputs.count ? ONNXText.quoted(node.inputs[index]) : "operand \(index)"
  }

  func integer(_ name: String, default value: Int) throws(OperatorFault) -> Int {
    switch node.attribute(name) {
    case nil: return value
    case .integer(let number):
      guard abs(Double(number)) <= Double(Self.largest) else {
        throw .wrong("attribute `\(name)`: expected at most \(Self.largest), found \(number)")
      }
      return number
    default: throw .wrong("attribute `\(name)`: expected a whole number")
    }
  }

  func integers(_ name: String) throws(OperatorFault) -> [Int]? {
    switch node.attribute(name) {
    case nil: return nil
    case .integers(let numbers): return try Self.bounded(numbers, "attribute `\(name)`")
    default: throw .wrong("attribute `\(name)`: expected whole numbers")
    }
  }

  func float(_ name: String, default value: Float) throws(OperatorFault) -> Float {
    switch node.attribute(name) {
    case nil: return value
    case .float(let number): return number
    default: throw .wrong("attribute `\(name)`: expected a number")
    }
  }

  func text(_ name: String, default value: String) throws(OperatorFault) -> String {
    switch node.attribute(name) {
    case nil: return value
    case .text(let text): return text
    default: throw .wrong("attribute `\(name)`: expected a text")
    }
  }

  /// Numbers from an attribute, or from operand `index` in later versions of the operator.
  func integers(
    _ name: String, orInput index: Int
  ) throws(OperatorFault) -> [Int]? {
    if let listed = try integers(name) { return listed }
    guard optional(index) != nil else { return nil }
    return try Self.bounded(try integers(of: index), self.name(index))
  }

  /// An axis counted from the front; negative ones count from the back.
  func axis(_ value: Int, rank: Int) throws(OperatorFault) -> Int {
    guard (-rank..<rank).contains(value) else {
      throw .wrong("axis \(value) of a value of rank \(rank)")
    }
    return value < 0 ? value + rank : value
  }

  /// Several axes, sorted, none of them twice.
  func axes(_ values: [Int], rank: Int) throws(OperatorFault) -> [Int] {
    var result: [Int] = []
    for value in values { result.append(try axis(value, rank: rank)) }
    guard Set(result).count == result.count else { throw .wrong("an axis is listed twice") }
    return result.sorted()
  }

  static func bounded(_ numbers: [Int], _ what: String) throws(OperatorFault) -> [Int] {
    for number in numbers where abs(Double(number)) > Double(largest) {
      throw .wrong("\(what): expected at most \(largest), found \(number)")
    }
    return numbers
  }

  /// The product of factors, nil where it does not fit 64 bits.
  static func count(_ factors: [Int]) -> Int? {
    var result = 1
    for factor in factors {
      let next = result.multipliedReportingOverflow(by: factor)
      if next.overflow { return nil }
      result = next.partialValue
    }
    return result
  }

  /// The product of extents; throws instead of overflowing.
  static func product(_ extents: some Sequence<Int>) throws(OperatorFault) -> Int {
    var result = 1
    for extent in extents {
      let next = result.multipliedReportingOverflow(by: extent)
      guard !next.overflow, next.partialValue <= ONNXTensor.mostElements else {
        throw .wrong("more than \(ONNXTensor.mostElements) elements")
      }
      result = next.partialValue
    }
    return result
  }
}
