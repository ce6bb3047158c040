public import Networks
public import WeightAnalysis

/// The numbers that a layer computes with.
public struct LayerOperands: Sendable {
  /// Input activations, images x channels x rows x columns.
  public let input: [Int8]
  /// Weights, kernels x channels of a group x rows x columns.
  public let weights: [Int8]
  /// The same weights where they are quantized; nil for full precision.
  public let quantized: QuantizedTensor?

  /// Makes the operands of full-precision weights.
  public init(input: [Int8], weights: [Int8]) {
    self.input = input
    self.weights = weights
    quantized = nil
  }

  /// Makes the operands of quantized weights, as 1, 0 and -1 without their scales.
  public init(input: [Int8], quantized: QuantizedTensor) {
    self.input = input
    weights = quantized.values()
    self.quantized = quantized
  }

  /// The layer's sums, images x kernels x rows x columns, straight from the definition.
  public func convolution(_ layer: Layer, batch: Int) -> [Int32] {
    let channels = layer.channels / layer.groups
    let kernelsPerGroup = layer.kernels / layer.groups
    var sums: [Int32] = []
    sums.reserveCapacity(batch * layer.kernels * layer.outputPixels)
    for image in 0..<batch {
      for kernel in 0..<layer.kernels {
        let firstChannel = kernel / kernelsPerGroup * channels
        for row in 0..<layer.outputRows {
          for column in 0..<layer.outputColumns {
            var sum: Int32 = 0
            for channel in 0..<channels {
              for y in 0..<layer.kernelRows {
                for x in 0..<layer.kernelColumns {
                  let inputRow = row * layer.stride + y - layer.padding
                  let inputColumn = column * layer.stride + x - layer.padding
                  guard (0..<layer.inputRows).contains(inputRow),
                    (0..<layer.inputColumns).contains(inputColumn)
                  else { continue }
                  let value = input[
                    ((image * layer.channels + firstChannel + channel) * layer.inputRows + inputRow)
                      * layer.inputColumns + inputColumn]
                  let weight = weights[
                    ((kernel * channels + channel) * layer.kernelRows + y) * layer.kernelColumns
                      + x]
                  sum += Int32(value) * Int32(weight)
                }
              }
            }
            sums.append(sum)
          }
        }
      }
    }
    return sums
  }
}
