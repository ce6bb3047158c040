public import Architectures
public import Networks
public import Units

extension ArchitectureSpec {
  /// Cycles that `layer` costs before its first transfer.
  public func overhead(of layer: Layer) -> Cycles {
    layer.operation == .depthwiseConvolution ? depthwiseOverhead ?? layerOverhead : layerOverhead
  }
}
