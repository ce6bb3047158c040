/// The order of a weight tensor's dimensions.
public enum WeightLayout: String, Codable, Sendable, CaseIterable {
  /// Kernels, channels, rows, columns, as PyTorch and ONNX store them.
  case oihw = "OIHW"
  /// Rows, columns, channels, kernels, as Keras stores them.
  case hwio = "HWIO"

  /// What the stored dimensions, 2 or 4 of them, mean in this order.
  public func shape(of dimensions: [Int]) -> TensorShape? {
    switch (self, dimensions.count) {
    case (.oihw, 4):
      TensorShape(
        kernels: dimensions[0], channels: dimensions[1], rows: dimensions[2],
        columns: dimensions[3])
    case (.hwio, 4):
      TensorShape(
        kernels: dimensions[3], channels: dimensions[2], rows: dimensions[0],
        columns: dimensions[1])
    case (.oihw, 2):
      TensorShape(kernels: dimensions[0], channels: dimensions[1], rows: 1, columns: 1)
    case (.hwio, 2):
      TensorShape(kernels: dimensions[1], channels: dimensions[0], rows: 1, columns: 1)
    default: nil
    }
  }
}
