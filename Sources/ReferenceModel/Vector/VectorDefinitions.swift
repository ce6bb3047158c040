internal import Foundation
public import Networks

/// What the operators of a vector unit compute, one lane operation after the other.
public enum VectorDefinitions {
  /// Results of one piece; `windows` are those of a pooling along the rows and the columns of its map.
  public typealias Definition =
    @Sendable (_ piece: [[Double]], _ windows: [WindowAxis], _ lanes: inout VectorLanes) ->
    [Double]

  /// The definitions by the operator's word; a new operator of the vector unit is one line here.
  public static let all: [String: Definition] = [
    "relu": element { x, lanes in lanes.perform(max(x, 0)) },
    "relu6": element { x, lanes in lanes.perform(min(lanes.perform(max(x, 0)), 6)) },
    "sigmoid": element(sigmoid),
    "hard-sigmoid": element(hardSigmoid),
    "hard-swish": element { x, lanes in lanes.perform(x * hardSigmoid(x, &lanes)) },
    "silu": element { x, lanes in lanes.perform(x * sigmoid(x, &lanes)) },
    "gelu": element(gelu),
    "add": { piece, _, lanes in
      [piece.dropFirst().reduce(piece[0][0]) { lanes.perform($0 + $1[0]) }]
    },
    "multiply": { piece, _, lanes in
      piece[0].enumerated().map {
        lanes.perform($0.element * (piece[1].count == 1 ? piece[1][0] : piece[1][$0.offset]))
      }
    },
    "batch-normalization": { piece, _, lanes in
      piece[0].map { lanes.perform(lanes.perform($0 * scale) + shift) }
    },
    "layer-normalization": layerNormalization,
    "rms-normalization": rmsNormalization,
    "softmax": softmax,
    "rotary": { piece, _, lanes in
      let (row, half) = (piece[0], piece[0].count / 2)
      return row.indices.map { index in
        let partner = row[(index + half) % row.count]
        return lanes.perform(
          lanes.perform(row[index] * scale) + lanes.perform(partner * shift))
      }
    },
    "max-pool": { piece, windows, lanes in
      pool(piece[0], windows) { taps in
        taps.reduce(-Double.infinity) { lanes.perform(max($0, $1 ?? -.infinity)) }
      }
    },
    "average-pool": { piece, windows, lanes in
      pool(piece[0], windows) { taps in
        let sum = taps.dropFirst().reduce(taps[0] ?? 0) { lanes.perform($0 + ($1 ?? 0)) }
        return lanes.perform(sum * (1 / Double(taps.count)))
      }
    },
    "global-average-pool": { piece, _, lanes in
      let sum = piece[0].dropFirst().reduce(piece[0][0]) { lanes.perform($0 + $1) }
      return [lanes.perform(sum * (1 / Double(piece[0].count)))]
    },
  ]

  /// Learned numbers, the same for every channel.
  static let (scale, shift, epsilon) = (1.5, 0.25, 1e-5)

  /// A function of the one element of a piece.
  private static func element(
    _ body: @escaping @Sendable (Double, inout VectorLanes) -> Double
  ) -> Definition {
    { piece, _, lanes in [body(piece[0][0], &lanes)] }
  }

  @Sendable private static func sigmoid(_ x: Double, _ lanes: inout VectorLanes) -> Double {
    let power = lanes.perform(exp(lanes.perform(-x)))
    return lanes.perform(1 / lanes.perform(1 + power))
  }

  @Sendable private static func hardSigmoid(_ x: Double, _ lanes: inout VectorLanes) -> Double {
    let line = lanes.perform(lanes.perform(x * (1 / 6.0)) + 0.5)
    return lanes.perform(min(lanes.perform(max(line, 0)), 1))
  }

  @Sendable private static func gelu(_ x: Double, _ lanes: inout VectorLanes) -> Double {
    let cube = lanes.perform(lanes.perform(x * x) * x)
    let inner = lanes.perform(x + lanes.perform(0.044715 * cube))
    let curve = lanes.perform(tanh(lanes.perform((2 / Double.pi).squareRoot() * inner)))
    return lanes.perform(0.5 * lanes.perform(x * lanes.perform(1 + curve)))
  }

  @Sendable private static func softmax(
    _ piece: [[Double]], _ windows: [WindowAxis], _ lanes: inout VectorLanes
  ) -> [Double] {
    let top = piece[0].reduce(-Double.infinity) { lanes.perform(max($0, $1)) }
    let powers = piece[0].map { lanes.perform(exp(lanes.perform($0 - top))) }
    let sum = powers.reduce(0) { lanes.perform($0 + $1) }
    return powers.map { lanes.perform($0 / sum) }
  }

  @Sendable private static func layerNormalization(
    _ piece: [[Double]], _ windows: [WindowAxis], _ lanes: inout VectorLanes
  ) -> [Double] {
    let count = Double(piece[0].count)
    let mean = lanes.perform(piece[0].reduce(0) { lanes.perform($0 + $1) } / count)
    let centred = piece[0].map { lanes.perform($0 - mean) }
    let squares = centred.reduce(0) { lanes.perform($0 + lanes.perform($1 * $1)) }
    let variance = lanes.perform(squares / count)
    let deviation = lanes.perform(lanes.perform(variance + epsilon).squareRoot())
    return centred.map {
      lanes.perform(lanes.perform(lanes.perform($0 / deviation) * scale) + shift)
    }
  }

  @Sendable private static func rmsNormalization(
    _ piece: [[Double]], _ windows: [WindowAxis], _ lanes: inout VectorLanes
  ) -> [Double] {
    let squares = piece[0].reduce(0) { lanes.perform($0 + lanes.perform($1 * $1)) }
    let mean = lanes.perform(squares / Double(piece[0].count))
    let root = lanes.perform(lanes.perform(mean + epsilon).squareRoot())
    return piece[0].map { lanes.perform(lanes.perform($0 / root) * scale) }
  }

  /// One number for each window of a map, from its taps in order, nil in the padding.
  private static func pool(
    _ map: [Double], _ windows: [WindowAxis], _ body: ([Double?]) -> Double
  ) -> [Double] {
    let (rows, columns) = (windows[0], windows[1])
    var results: [Double] = []
    for row in 0..<rows.outputs {
      for column in 0..<columns.outputs {
        results.append(
          body(
            (0..<rows.kernel * columns.kernel).map { tap in
              let (y, x) = tap.quotientAndRemainder(dividingBy: columns.kernel)
              guard let inputRow = rows.element(at: rows.position(row, y)),
                let inputColumn = columns.element(at: columns.position(column, x))
              else { return nil }
              return map[inputRow * columns.extent + inputColumn]
            }))
      }
    }
    return results
  }
}
