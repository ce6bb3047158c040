internal import Networks

// What bounds of counts are made of, in floating point, for integers may not hold them.

extension LoopNest {
  /// Weights of a group.
  var weightCount: Double { Double(kernels) * reduction }
  /// Weights of a kernel.
  var reduction: Double {
    Double(channels) * Double(kernelRows) * Double(kernelColumns)
  }
  /// Multiply-accumulates of a group.
  var products: Double {
    (gathered.map { Double($0.adjacency.entries) } ?? weightCount) * Double(outputRows)
      * Double(outputColumns)
  }
}

/// `extent` over `side`, rounded up.
func folds(_ extent: Double, _ side: Int) -> Double {
  (extent / Double(side)).rounded(.up)
}
