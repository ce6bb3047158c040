internal import Components
internal import Inputs
internal import Networks

/// Fourier transforms as products with the matrix of their sines and cosines.
///
/// An array has multipliers and no butterflies: `n` values times `n x 2m` numbers give the real and the
/// imaginary parts of `m` frequencies. A fast transform needs fewer multiply-accumulates, which the import
/// says.
enum TransformRules {
  static let all = [
    OperatorRule(["STFT"], .layer) { context throws(OperatorFault) in try windows(context) },
    OperatorRule(["DFT"], .layer) { context throws(OperatorFault) in try transformed(context) },
  ]

  private static func note(_ length: Int, _ outputs: Int) -> String {
    "counted as a product with the \(length) x \(outputs) matrix of the transform; a fast transform needs "
      + "fewer multiply-accumulates"
  }

  /// `[batch, windows, frequencies, 2]` of a signal `[batch, length]`, `[batch, length, 1]` or, complex,
  /// `[batch, length, 2]`.
  private static func windows(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let signal = try context.shape(0)
    let step = try context.integers(of: 1).first ?? 0
    let window = context.optional(2) == nil ? nil : try context.shape(2).first
    let length = context.optional(3) == nil ? window : try context.integers(of: 3).first
    let parts = signal.count == 3 ? signal[2] : 1
    guard signal.count == 2 || signal.count == 3, (1...2).contains(parts), let length, length >= 1,
      length <= signal[1], step >= 1
    else { throw .wrong("windows of \(length ?? 0) every \(step) of a signal of \(signal)") }
    let isHalf = try context.integer("onesided", default: 1) != 0
    let count = (signal[1] - length) / step + 1
    let frequencies = isHalf ? length / 2 + 1 : length
    let outputs = try NodeContext.product([frequencies, 2])
    var result = NodeResult([GraphValue(shape: [signal[0], count, frequencies, 2])])
    result.macs = NodeContext.count([signal[0], count, length, parts, outputs])
    guard result.macs != 0 else { return result }
    let isBatch = signal[0] > 1
    do throws(OperatorFault) {
      let kind = try SpecFault.checked { () throws(SpecError) in
        let windows = WindowSpec(
          kernel: PerDirection(isBatch ? [1, length] : [length]),
          stride: PerDirection(isBatch ? [1, step] : [step]))
        return try Convolution(Convolution.Spec(outputChannels: outputs, windows: windows))
      }
      let map = isBatch ? [parts, signal[0], signal[1]] : [parts, signal[1]]
      result.steps = [
        WorkStep(kind, [.operand(0, map)], weights: ImportedTensor(source: nil))
      ]
      result.sources = [.step(0)]
      result.note = note(length * parts, outputs)
    } catch {
      result.refusal = error.message
    }
    return result
  }

  /// The signal's extents with the frequencies in the place of its elements.
  private static func transformed(_ context: NodeContext) throws(OperatorFault) -> NodeResult {
    let signal = try context.shape(0)
    guard signal.count >= 2, let parts = signal.last, (1...2).contains(parts) else {
      throw .wrong("a signal of \(signal), expected a last extent of 1 or 2")
    }
    let listed =
      context.optional(2) == nil
      ? try context.integer("axis", default: context.operatorSet < 20 ? 1 : -2)
      : try context.integers(of: 2).first ?? 0
    let axis = try context.axis(listed, rank: signal.count)
    guard axis < signal.count - 1 else { throw .wrong("axis \(listed) holds the two parts") }
    let given = context.optional(1) == nil ? nil : try context.integers(of: 1).first
    let length = given ?? signal[axis]
    guard (1...NodeContext.largest).contains(length) else { throw .wrong("a length of \(length)") }
    let isHalf = try context.integer("onesided", default: 0) != 0
    let frequencies = isHalf ? length / 2 + 1 : length
    var shape = signal
    shape[axis] = frequencies
    shape[signal.count - 1] = 2
    var result = NodeResult([GraphValue(shape: shape)])
    // Zeros behind a signal that is shorter than its transform add nothing.
    let depth = try NodeContext.product([min(length, signal[axis]), parts])
    let outputs = try NodeContext.product([frequencies, 2])
    var others = signal
    others.remove(at: axis)
    let rows = try NodeContext.product(others.dropLast())
    result.macs = NodeContext.count([rows, depth, outputs])
    guard result.macs != 0 else { return result }
    do throws(OperatorFault) {
      result.steps = [
        try Product.linear(
          .operand(0, MapExtents.tokens(depth, rows)), rows, kernels: outputs,
          weights: ImportedTensor(source: nil), weightInput: nil)
      ]
      result.sources = [.step(0)]
      result.note = note(depth, outputs)
    } catch {
      guard case .inexpressible(let reason) = error else { throw error }
      result.refusal = reason
    }
    return result
  }
}
