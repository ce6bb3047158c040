internal import Networks

/// A map of bytes, channels x rows x columns.
///
/// Results are reduced to a byte by dropping what is above it: no network does that, but every element
/// then depends on every other one that it should depend on, and memory is counted in real bytes.
struct ByteMap: Hashable, Sendable {
  let channels: Int
  let rows: Int
  let columns: Int
  var bytes: [Int8]

  /// A map of zeros; what has fewer directions has one row and column.
  init(extents: [Int]) {
    channels = extents[0]
    rows = extents.count > 1 ? extents[1] : 1
    columns = extents.dropFirst(2).reduce(1, *)
    bytes = Array(repeating: 0, count: channels * rows * columns)
  }

  /// One row of all channels.
  subscript(row row: Int) -> [[Int8]] {
    get {
      (0..<channels).map { channel in
        let first = (channel * rows + row) * columns
        return Array(bytes[first..<first + columns])
      }
    }
    set {
      for (channel, values) in newValue.enumerated() {
        let first = (channel * rows + row) * columns
        bytes.replaceSubrange(first..<first + columns, with: values)
      }
    }
  }
}

/// What operations do to bytes.
enum ByteDefinitions {
  /// A function of one element; only that it is always the same matters here.
  static func element(_ kind: String, _ value: Int8) -> Int8 {
    kind == "relu" ? max(value, 0) : value &* 3 &+ Int8(truncatingIfNeeded: kind.utf8.count)
  }

  /// A sum or a product.
  static func combined(_ kind: String, _ one: Int8, _ other: Int8) -> Int8 {
    kind == "add" ? one &+ other : one &* other
  }

  /// A pooling of elements, nil where a tap lies in the padding.
  static func pooled(_ kind: String, _ taps: [Int8?]) -> Int8 {
    if kind == "max-pool" { return taps.compactMap { $0 }.max() ?? .min }
    return Int8(truncatingIfNeeded: taps.reduce(0) { $0 + Int($1 ?? 0) } / taps.count)
  }

  /// The mean of elements.
  static func mean(_ values: [Int8]) -> Int8 {
    Int8(truncatingIfNeeded: values.reduce(0) { $0 + Int($1) } / values.count)
  }

  /// Weights of an operation, the same for every run.
  static func weights(_ number: Int, count: Int) -> [Int8] {
    var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int8(truncatingIfNeeded: state >> 33)
    }
  }
}

/// A network carried out operation by operation on whole tensors: what every other way of carrying it
/// out has to give.
struct PlainExecution {
  /// What each tensor holds, nil for weights.
  private(set) var tensors: [ByteMap?]

  init(_ graph: NetworkGraph, input: [Int8]) {
    tensors = Array(repeating: nil, count: graph.tensors.count)
    for tensor in graph.inputs {
      var map = ByteMap(extents: graph.tensors[tensor].extents)
      map.bytes = Array(input.prefix(map.bytes.count))
      tensors[tensor] = map
    }
    for (number, operation) in graph.operations.enumerated() {
      let operands = operation.reads.compactMap { tensors[$0] }
      var result = ByteMap(extents: graph.tensors[operation.writes].extents)
      if let layer = operation.layer {
        let weights = ByteDefinitions.weights(number, count: layer.weights)
        result.bytes = LayerOperands(input: operands[0].bytes, weights: weights)
          .convolution(layer, batch: 1).map { Int8(truncatingIfNeeded: $0) }
      } else {
        Self.carryOut(operation, operands, &result)
      }
      tensors[operation.writes] = result
    }
  }

  private static func carryOut(
    _ operation: Operation, _ operands: [ByteMap], _ result: inout ByteMap
  ) {
    let (first, kind) = (operands[0], operation.kind)
    if operation.vectorWork == nil {
      // Zeros of a padding lie evenly before and behind.
      let all = operands.flatMap(\.bytes)
      let before = (result.bytes.count - all.count) / 2
      result.bytes.replaceSubrange(before..<before + all.count, with: all)
    } else if let windows = operation.windows {
      for channel in 0..<first.channels {
        for row in 0..<result.rows {
          for column in 0..<result.columns {
            result.bytes[(channel * result.rows + row) * result.columns + column] =
              ByteDefinitions.pooled(
                kind,
                (0..<windows[0].kernel * windows[1].kernel).map { tap in
                  let (y, x) = tap.quotientAndRemainder(dividingBy: windows[1].kernel)
                  guard let row = windows[0].element(window: row, tap: y),
                    let column = windows[1].element(window: column, tap: x)
                  else { return nil }
                  return first.bytes[(channel * first.rows + row) * first.columns + column]
                })
          }
        }
      }
    } else if kind == "global-average-pool" {
      let size = first.rows * first.columns
      result.bytes = (0..<first.channels).map {
        ByteDefinitions.mean(Array(first.bytes[$0 * size..<($0 + 1) * size]))
      }
    } else if operands.count > 1 {
      result = first
      let size = first.rows * first.columns
      for other in operands.dropFirst() {
        result.bytes = result.bytes.enumerated().map { place, value in
          let isFactor = other.bytes.count < result.bytes.count
          return ByteDefinitions.combined(
            kind, value, other.bytes[isFactor ? place / size : place])
        }
      }
    } else {
      result.bytes = first.bytes.map { ByteDefinitions.element(kind, $0) }
    }
  }
}
