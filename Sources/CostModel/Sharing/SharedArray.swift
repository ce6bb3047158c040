internal import Architectures
internal import Networks
internal import Units

/// An array that kernels of several layers may be on at the same time.
///
/// A systolic grid takes the last folds of kernels block by block along its diagonal. A dot-product array takes
/// as many kernels side by side as it has independent input ports (`partitions`). Other arrays take one kernel
/// at a time.
public struct SharedArray: Sendable {
  private enum Kind: Sendable {
    case grid(SystolicArray.Spec)
    case ports(Int, DotProductArray.Spec)
    case single
  }

  private let kind: Kind
  private let datapath: any Datapath
  /// Rows of the array, or its ports.
  public let rows: Int
  /// Columns of the array; as many as are wanted where only ports are counted.
  public let columns: Int

  /// The array of a design.
  public init(_ design: Design) {
    datapath = design.datapath
    switch design.datapath {
    case let array as SystolicArray:
      kind = .grid(array.spec)
      (rows, columns) = (array.spec.rows, array.spec.columns)
    case let array as DotProductArray where array.spec.partitions ?? 1 > 1:
      kind = .ports(array.spec.partitions ?? 1, array.spec)
      (rows, columns) = (array.spec.partitions ?? 1, .max)
    default:
      kind = .single
      (rows, columns) = (1, 1)
    }
  }

  /// Whether kernels can share a fold at all.
  public var isShared: Bool { if case .single = kind { false } else { true } }

  /// What the last folds of a layer take, its groups alike; nil where the array takes one kernel at a time.
  ///
  /// `array` are the cycles of the whole layer with its operands always ready.
  func kernel(of whole: Layer, batch images: Int, array cycles: Int) -> KernelExtent? {
    let (layer, batch) = LayerCostModel.lowered(whole, images)
    let (nest, groups) = datapath.nest(of: layer, batch: batch)
    func last(_ extent: Int, _ side: Int) -> Int { (extent - 1) % side + 1 }
    switch kind {
    case .single: return nil
    case .grid(let spec):
      let reduction = nest.channels * nest.taps
      let (rows, columns, stream) =
        switch spec.dataflow {
        case .outputStationary: (nest.pixels, nest.kernels, reduction)
        case .weightStationary: (reduction, nest.kernels, nest.pixels)
        case .inputStationary: (reduction, nest.pixels, nest.kernels)
        }
      return KernelExtent(
        rows: last(rows, spec.rows), columns: last(columns, spec.columns), stream: stream,
        count: groups)
    case .ports(let count, let spec):
      let blocks = groups * quotient(nest.kernels, spec.outputChannels)
      let used = last(nest.kernels, spec.outputChannels)
      return KernelExtent(
        rows: quotient(used * count, spec.outputChannels), columns: 0,
        stream: cycles / max(blocks, 1), count: groups)
    }
  }

  /// Cycles of a fold that is used so far and streams so long.
  public func cycles(rows: Int, columns: Int, stream: Int) -> Int {
    guard case .grid(let spec) = kind else { return stream }
    if spec.folds == .cropped {
      return stream + rows + columns + (rows == 1 || columns == 1 ? 2 : 3)
    }
    let load = spec.dataflow == .outputStationary ? 0 : spec.rows
    let skew = spec.rows + spec.columns - 2
    return switch (spec.folds, spec.stationaryLoad) {
    case (.serial, .hidden): max(stream + skew, load)
    case (.overlapped, .hidden): max(stream, load)
    case (.overlapped, .exposed): load + stream
    default: load + stream + skew
    }
  }

  /// Cycles that kernels save where they share folds, and what the folds have in use before and after.
  public func saving(_ kernels: [KernelExtent]) -> Int {
    var before = 0
    for kernel in kernels {
      before +=
        kernel.count * cycles(rows: kernel.rows, columns: kernel.columns, stream: kernel.stream)
    }
    var after = 0
    for fold in KernelPacking(kernels, rows: rows, columns: columns).folds {
      after += fold.count * cycles(rows: fold.rows, columns: fold.columns, stream: fold.stream)
    }
    return max(0, before - after)
  }
}

/// What one operation of a network takes on a shared array.
public struct SharedOperation: Hashable, Sendable {
  /// All cycles, by itself.
  public let cycles: Int
  /// Cycles that the busiest port of DRAM moves bytes, at least.
  public let transferCycles: Int
  /// Bytes from and to DRAM.
  public let dramBytes: Int
  /// Multiply-accumulates.
  public let macs: Int
  /// Its last folds; nil for work of the vector unit, and on arrays that take one kernel at a time.
  public let kernel: KernelExtent?

  /// The same on a part of the array that has one of `shares` equal shares of the links to DRAM.
  public func sharingTransfers(_ shares: Int) -> SharedOperation {
    SharedOperation(
      cycles: max(cycles, transferCycles * shares), transferCycles: transferCycles * shares,
      dramBytes: dramBytes, macs: macs, kernel: kernel)
  }
}

extension NetworkCost {
  /// The operations in order, as a shared array takes them.
  public func operations(on array: SharedArray) -> [SharedOperation] {
    let ports = design.ports
    return entries.map { entry in
      let cost = entry.cost
      return SharedOperation(
        cycles: cost.total.count,
        transferCycles: Int((ports.map { $0.busy(cost) }.max() ?? 0).rounded(.up)),
        dramBytes: (cost.dramRead + cost.dramWrite).count, macs: cost.macs,
        kernel: entry.layer.flatMap {
          array.kernel(of: $0, batch: batch, array: cost.arrayCycles.count)
        })
    }
  }
}
