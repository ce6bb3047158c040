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

  /// The sums of a product of two activations, images x kernels x positions, straight from the
  /// definition; the kernels of image i follow those of the images before.
  public func product(_ layer: Layer, batch: Int) -> [Int32] {
    let (depth, width) = (layer.channelsPerGroup, layer.kernels / layer.groups)
    let positions = layer.outputPixels
    var sums: [Int32] = []
    for image in 0..<batch {
      for kernel in 0..<layer.kernels {
        let first = image * layer.channels + kernel / width * depth
        for position in 0..<positions {
          sums.append(
            (0..<depth).reduce(Int32(0)) {
              $0 + Int32(input[(first + $1) * positions + position])
                * Int32(weights[(image * layer.kernels + kernel) * depth + $1])
            })
        }
      }
    }
    return sums
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
                  guard let inputRow = layer.rows.element(at: layer.rows.position(row, y)),
                    let inputColumn = layer.columns.element(at: layer.columns.position(column, x))
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
