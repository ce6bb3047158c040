internal import CostModel
internal import WeightAnalysis

/// The twins of the datapaths.
enum ArrayTwins {
  /// Makes the array for a problem; nil for a datapath that has no twin.
  static func factory(
    for datapath: any Datapath
  ) -> (@Sendable (Problem, LayerOperands) -> any ArrayTwin)? {
    switch datapath {
    case let array as DotProductArray:
      let spec = array.spec
      return { problem, _ in DotProductTwin(spec, problem) }
    case let array as SystolicArray:
      let spec = array.spec
      return { problem, _ in
        if spec.dataflow == .outputStationary { return OutputStationaryTwin(spec, problem) }
        return StationaryTwin(spec, problem)
      }
    case let array as RowStationaryArray:
      let spec = array.spec
      return { problem, _ in RowStationaryTwin(spec, problem) }
    case let array as SparseGEMMArray:
      let spec = array.spec
      if let coding = EntryCoding(of: array), let queue = spec.queue {
        return { problem, operands in
          RowBoundTwin(spec, queue: queue, coding, problem, operands)
        }
      }
      return { problem, operands in SparseGEMMTwin(spec, problem, operands) }
    case let array as SparseRepetitionArray:
      let spec = array.spec
      return { problem, operands in
        // Filters share sums where all of them see the same activations.
        guard let tensor = operands.quantized, !problem.isDepthwise,
          tensor.shape.kernels == problem.kernels
        else { return MultiplyingLanesTwin(spec, problem) }
        return SparseRepetitionTwin(spec, problem, tensor)
      }
    default: return nil
    }
  }

  /// Whether the channels of a depthwise layer are worked on together.
  static func keepsDepthwiseWhole(_ datapath: any Datapath) -> Bool {
    datapath is DotProductArray || datapath is SparseRepetitionArray
  }
}
