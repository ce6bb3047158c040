/// Whole small layers, by a plan and directly.
///
/// Outputs are in the order filter, row, column.
extension ReusePlan {
  /// The convolution that runs the plan at every output pixel.
  ///
  /// It equals `QuantizedTensor.convolve` exactly. Throws `WeightError` when the shapes disagree.
  public func convolve(
    _ input: ConvolutionInput, shape: FilterShape
  ) throws(WeightError) -> [Int] {
    guard shape.filterSize == inputs, shape.kernels == filters else {
      throw .setting(name: "shape", message: "the plan is of other filters")
    }
    let size = try input.outputSize(shape)
    var outputs = Array(repeating: 0, count: filters * size.rows * size.columns)
    for row in 0..<size.rows {
      for column in 0..<size.columns {
        let pixel = try execute(input: input.patch(shape, row: row, column: column))
        for (filter, output) in pixel.enumerated() {
          outputs[(filter * size.rows + row) * size.columns + column] = output
        }
      }
    }
    return outputs
  }
}

extension QuantizedTensor {
  /// The convolution with the weights as 1, 0 and -1, one multiplication at a time.
  ///
  /// It is the reference for plans. Throws `WeightError` when the shapes disagree.
  public func convolve(_ input: ConvolutionInput) throws(WeightError) -> [Int] {
    let size = try input.outputSize(shape)
    var outputs: [Int] = []
    for filter in 0..<shape.kernels {
      for row in 0..<size.rows {
        for column in 0..<size.columns {
          outputs.append(output(of: filter, input, row: row, column: column))
        }
      }
    }
    return outputs
  }

  private func output(
    of filter: Int, _ input: ConvolutionInput, row: Int, column: Int
  ) -> Int {
    var sum = 0
    var place = 0
    for channel in 0..<shape.channels {
      for filterRow in 0..<shape.rows {
        for filterColumn in 0..<shape.columns {
          let activation = input.activation(
            channel: channel, row: row * input.stride + filterRow - input.padding,
            column: column * input.stride + filterColumn - input.padding)
          sum += Int(value(filter: filter, column: place)) * activation
          place += 1
        }
      }
    }
    return sum
  }
}
