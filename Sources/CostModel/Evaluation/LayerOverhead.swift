import Architectures
import Networks
import Units

/// Cycles that a layer costs before its first transfer, looked up once: a file is large.
struct LayerOverhead: Sendable {
  private let depthwise: Cycles
  private let other: Cycles

  init(_ architecture: ArchitectureSpec) {
    other = architecture.layerOverhead
    depthwise = architecture.depthwiseOverhead ?? other
  }

  /// Those of `layer`; none where it was started with the operation before it.
  func cycles(of layer: Layer) -> Cycles {
    if layer.isContinuation { return .zero }
    return layer.operation == .depthwiseConvolution ? depthwise : other
  }
}
