internal import Inputs

/// A constant of a model and what is done to it before a layer uses it.
struct ImportedTensor: Sendable {
  /// One thing done to a constant.
  enum Step: Sendable {
    /// The dimensions change places: dimension `i` of the result is dimension `order[i]`.
    case transpose(order: [Int])
    /// The same values under another shape.
    case reshape
    /// `(value - zero) * scale`, both single numbers or one per index of `axis`.
    case dequantize(scale: [Float], zero: [Float], axis: Int)
    /// One index of the first dimension.
    case index(Int)
    /// Every value times a number.
    case scale(Float)
    /// Something that is not carried out here.
    case opaque(String)
  }

  /// The constant, nil for one that no file holds.
  let source: ONNXTensor?
  /// What is done to it, each step with the shape it gives.
  var steps: [(step: Step, shape: [Int])] = []

  /// The tensor after one more step.
  ///
  /// A chain of more than 64 steps is no longer followed.
  func adding(_ step: Step, shape: [Int]) -> ImportedTensor {
    guard steps.count < 64 else { return ImportedTensor(source: nil) }
    var copy = self
    copy.steps.append((step, shape))
    return copy
  }

  /// The values after every step; all of them finite.
  func values(file: String, layer: String) throws(InputError) -> [Float] {
    guard let source else {
      throw InputError(
        "its weights are made from constants by operators that --weights does not carry out",
        file: file, path: "layer \(layer)")
    }
    var shape = source.dimensions
    var values = try source.floats()
    for (step, result) in steps {
      switch step {
      case .reshape: break
      case .index(let index):
        let size = result.reduce(1, *)
        guard values.count >= (index + 1) * size else {
          throw InputError(
            "\(values.count) values, expected \((index + 1) * size)", file: file, path: source.path)
        }
        values = Array(values[index * size..<(index + 1) * size])
      case .scale(let factor): values = values.map { $0 * factor }
      case .transpose(let order): values = Self.transpose(values, shape, order)
      case .dequantize(let scale, let zero, let axis):
        values = Self.dequantize(values, shape, scale, zero, axis)
      case .opaque(let operation):
        throw InputError(
          "passes through \(operation), which --weights does not carry out", file: file,
          path: source.path)
      }
      shape = result
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw InputError("element \(index) is not a finite number", file: file, path: source.path)
    }
    return values
  }

  /// The values with their dimensions in another order.
  static func transpose<Value>(_ values: [Value], _ shape: [Int], _ order: [Int]) -> [Value] {
    var steps = [Int](repeating: 1, count: shape.count)
    for index in shape.indices.dropLast().reversed() {
      steps[index] = steps[index + 1] * shape[index + 1]
    }
    let extents = order.map { shape[$0] }
    let jumps = order.map { steps[$0] }
    var counters = [Int](repeating: 0, count: order.count)
    var place = 0
    return values.indices.map { _ in
      let value = values[place]
      for index in counters.indices.reversed() {
        counters[index] += 1
        place += jumps[index]
        if counters[index] < extents[index] { break }
        place -= jumps[index] * extents[index]
        counters[index] = 0
      }
      return value
    }
  }

  private static func dequantize(
    _ values: [Float], _ shape: [Int], _ scale: [Float], _ zero: [Float], _ axis: Int
  ) -> [Float] {
    let inner = shape.dropFirst(axis + 1).reduce(1, *)
    let extent = shape.indices.contains(axis) ? shape[axis] : 1
    return values.indices.map { index in
      let place = scale.count == 1 ? 0 : index / max(inner, 1) % max(extent, 1)
      return (values[index] - (zero.count == 1 ? zero[0] : zero[place])) * scale[place]
    }
  }
}
