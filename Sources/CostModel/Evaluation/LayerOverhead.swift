import Architectures
import Networks
import Units

/// Cycles that a layer costs before its first transfer, looked up once: a file is large.
struct LayerOverhead: Sendable {
  private let depthwise: Cycles
  private let other: Cycles
  /// What a calibration adds.
  private let starts: Starts?

  init(_ architecture: ArchitectureSpec) {
    other = architecture.layerOverhead
    depthwise = architecture.depthwiseOverhead ?? other
    starts = architecture.calibration.map { Starts($0, at: architecture.frequency) }
  }

  /// Those of `layer`; none where it was started with the operation before it.
  func cycles(of layer: Layer) -> Cycles {
    if layer.isContinuation { return .zero }
    let fixed = layer.operation == .depthwiseConvolution ? depthwise : other
    return fixed + (starts?.cycles(of: layer) ?? .zero)
  }
}

/// Times that a calibration says products take to start.
private struct Starts: Sendable {
  /// Microseconds of one product of attention, beside those of a sequence and of 128 tokens of it.
  private struct Attention {
    let start: Double
    let sequence: Double
    let rowBlock: Double
  }

  /// New tokens that take a `row_block`.
  private static let rows = 128

  private let product: Double
  private let prefill: Attention
  private let decode: Attention
  private let frequency: Frequency

  init(_ calibration: CalibrationSpec, at frequency: Frequency) {
    let start = calibration.start?.value ?? 0
    product = start
    // Each of the two products takes half.
    func attention(_ kernel: AttentionKernelSpec?) -> Attention {
      Attention(
        start: kernel?.start.map { $0.value / 2 } ?? start,
        sequence: (kernel?.sequence?.value ?? 0) / 2, rowBlock: (kernel?.rowBlock?.value ?? 0) / 2)
    }
    prefill = attention(calibration.attention?.prefill)
    decode = attention(calibration.attention?.decode)
    self.frequency = frequency
  }

  func cycles(of layer: Layer) -> Cycles {
    var time = product
    if let work = layer.attention {
      let kernel = work.isDecode ? decode : prefill
      let sequences = Double(work.sequences(groups: layer.groups))
      let blocks = Double(quotient(work.tokens, Self.rows))
      time = kernel.start + sequences * (kernel.sequence + blocks * kernel.rowBlock)
    }
    return frequency.cycles(in: Microseconds(time))
  }
}
