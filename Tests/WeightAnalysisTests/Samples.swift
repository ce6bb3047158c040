import TestSupport
import WeightAnalysis

/// Tensors for the tests.
enum Samples {
  /// A tensor of rows such as `"+ 0110"` or, for any scheme, `"+-0+"`.
  static func tensor(
    _ rows: [String], claimed: QuantizationScheme? = nil
  ) throws -> QuantizedTensor {
    let values = rows.map { row -> [Float] in
      let parts = row.split(separator: " ")
      return parts[parts.count - 1].map { character in
        switch character {
        case "1": parts[0] == "-" ? -1 : 1
        case "+": 1
        case "-": -1
        default: 0
        }
      }
    }
    let shape = try FilterShape(
      kernels: rows.count, channels: values[0].count, rows: 1, columns: 1)
    return try QuantizedTensor(classifying: values.flatMap { $0 }, shape: shape, claimed: claimed)
  }

  /// Random weights of a scheme with some equal, opposite and empty filters.
  static func random(
    _ scheme: QuantizationScheme, _ shape: FilterShape, density: Double,
    using generator: inout SeededRandom
  ) throws -> QuantizedTensor {
    var filters: [[Float]] = []
    for index in 0..<shape.kernels {
      let choice = generator.next() % 8
      if index > 0, choice == 0 {
        filters.append(filters[index - 1])
      } else if index > 0, choice == 1 {
        filters.append(filters[index - 1].map { -$0 })
      } else {
        let sign: Float = generator.next() % 2 == 0 ? 1 : -1
        filters.append(
          (0..<shape.filterSize).map { _ in
            let own: Float = generator.next() % 2 == 0 ? 1 : -1
            if scheme == .binary { return own }
            guard choice != 2, generator.unit() < density else { return 0 }
            return scheme == .ternary ? own : sign
          })
      }
    }
    return try QuantizedTensor(classifying: filters.flatMap { $0 }, shape: shape, claimed: scheme)
  }

  /// The quantized layers of ResNet-18, distinct shapes with their number and output pixels.
  static let resNet18: [(kernels: Int, channels: Int, layers: Int, pixels: Int)] = [
    (64, 64, 4, 3136), (128, 64, 1, 784), (128, 128, 3, 784), (256, 128, 1, 196),
    (256, 256, 3, 196), (512, 256, 1, 49), (512, 512, 3, 49),
  ]
}
