/// Running a plan on integers.
///
/// Sums are exact in Int; an overflow traps.
extension ReusePlan {
  /// The output of each filter for one pixel's N activations.
  ///
  /// Each is the dot product of the filter's weights, as 1, 0 and -1, with the activations. Throws
  /// `WeightError.inputCount` unless there are N.
  public func execute(input: [some FixedWidthInteger]) throws(WeightError) -> [Int] {
    guard input.count == inputs else {
      throw .inputCount(expected: inputs, actual: input.count)
    }
    var sums: [Int] = []
    sums.reserveCapacity(inputs + additions.count)
    for activation in input { sums.append(Int(activation)) }
    for addition in additions {
      sums.append(sums[Int(addition.left)] + sums[Int(addition.right)])
    }
    var outputs: [Int] = []
    outputs.reserveCapacity(filters)
    for filter in 0..<filters {
      var output = 0
      for term in terms[termBounds[filter]..<termBounds[filter + 1]] {
        let sum = sums[Int(term.operand)]
        output += term.isNegative ? -sum : sum
      }
      if let total { output = 2 * output - sums[Int(total)] }
      outputs.append(output)
    }
    return outputs
  }
}
