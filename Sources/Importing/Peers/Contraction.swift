internal import Inputs
internal import Networks

/// A product of two operands, summed over the dimensions that the result does not have.
///
/// What a dimension is follows from the operands that it indexes: all three, a group; weights and
/// result, an output channel; weights and input, an input channel; input and result, an image or a
/// position. A sum of a position and of a tap is one direction of a window.
struct Contraction {
  /// A dimension times a number.
  struct Term: Hashable {
    let dimension: String
    var factor = 1
  }

  /// What indexes an operand, one sum of terms per axis.
  struct Operand {
    let name: String
    let axes: [[Term]]

    var dimensions: Set<String> { Set(axes.flatMap { $0.map(\.dimension) }) }
  }

  /// Why no layer does the work.
  struct Fault: Error {
    let message: String
  }

  private struct Window {
    let name: String
    let outputs: Int
    let taps: Int
    let stride: Int
    let dilation: Int
    var padding = PeerLayer.Ends(0, 0)
  }

  /// The sizes of the dimensions, each at least 1.
  let sizes: [String: Int]
  /// The dimensions in the order of the file.
  let order: [String]
  let weights: Operand
  let input: Operand
  let output: Operand
  /// Zeros around the map, by the name of what indexes its direction; nothing where the map as it is
  /// read has them.
  var padding: [String: PeerLayer.Ends] = [:]

  /// All multiply-accumulates, nil beyond 64 bits.
  var macs: Int? { Self.product(order.map { sizes[$0] ?? 1 }) }

  static func product(_ factors: [Int]) -> Int? {
    var result = 1
    for factor in factors {
      let next = result.multipliedReportingOverflow(by: factor)
      guard !next.overflow else { return nil }
      result = next.partialValue
    }
    return result
  }

  /// The layer that does the work.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - place: Where the file says it.
  ///   - columnNames: Names of dimensions that lie along the columns of a map, whatever their order.
  /// - Returns: A layer of one image, and how many there are.
  /// - Throws: `Fault` where no layer does.
  func layer(
    named name: String, at place: SourceLocation, columnNames: Set<String> = []
  ) throws(Fault) -> PeerLayer {
    let found = try windows()
    let inWindows = Set(
      input.axes.filter { $0.count > 1 || $0.first?.factor ?? 1 != 1 }.flatMap {
        $0.map(\.dimension)
      })
    var groups: [Int] = []
    var kernels: [Int] = []
    var channels: [Int] = []
    var batches: [Int] = []
    var positions: [(name: String, size: Int)] = []
    for dimension in order where !inWindows.contains(dimension) {
      let size = sizes[dimension] ?? 1
      let member = [weights, input, output].map { $0.dimensions.contains(dimension) }
      switch (member[0], member[1], member[2]) {
      case (true, true, true): groups.append(size)
      case (true, false, true): kernels.append(size)
      case (true, true, false): channels.append(size)
      case (false, true, true):
        if ["N", "B"].contains(dimension.uppercased()) {
          batches.append(size)
        } else {
          positions.append((dimension, size))
        }
      default:
        guard size > 1 else { continue }
        throw Fault(
          message: "dimension \(dimension) of size \(size) indexes only one of weights, inputs and "
            + "outputs, or none")
      }
    }
    guard let group = Self.product(groups), let perGroup = Self.product(kernels),
      let depth = Self.product(channels), let batch = Self.product(batches),
      let allKernels = Self.product([group, perGroup]),
      let allChannels = Self.product([group, depth])
    else { throw Fault(message: "its extents are beyond 64 bits") }
    let axes = try directions(found, positions, columnNames)
    var layer = PeerLayer(
      name: name, channels: allChannels, map: PeerLayer.Pair(1, 1), kernels: allKernels,
      place: place)
    layer.batch = batch
    layer.groups = group
    (layer.rowPadding, layer.columnPadding) = (axes[0].padding, axes[1].padding)
    layer.map = PeerLayer.Pair(try Self.extent(axes[0]), try Self.extent(axes[1]))
    layer.kernel = PeerLayer.Pair(axes[0].taps, axes[1].taps)
    layer.stride = PeerLayer.Pair(axes[0].stride, axes[1].stride)
    layer.dilation = PeerLayer.Pair(axes[0].dilation, axes[1].dilation)
    if found.isEmpty, positions.isEmpty {
      // Images of a product share its matrix: they are its rows.
      layer.map = PeerLayer.Pair(batch, 1)
      layer.batch = 1
    }
    if group > 1, depth == 1, perGroup == 1 {
      layer.operation = .depthwiseConvolution
      layer.groups = 1
    } else if layer.map == PeerLayer.Pair(1, 1), group == 1, layer.batch == 1 {
      layer.operation = .fullyConnected
    }
    return layer
  }

  /// The directions of the map in which windows lie.
  private func windows() throws(Fault) -> [Window] {
    var found: [Window] = []
    for axis in input.axes where axis.count > 1 || axis.first?.factor ?? 1 != 1 {
      var position: Term?
      var tap: Term?
      for term in axis {
        let isTap = weights.dimensions.contains(term.dimension)
        let isPosition = output.dimensions.contains(term.dimension)
        if isPosition, !isTap, position == nil {
          position = term
        } else if isTap, !isPosition, tap == nil {
          tap = term
        } else if sizes[term.dimension] ?? 1 > 1 {
          throw Fault(
            message: "\(term.dimension) in an index of the inputs is no position and no tap of a "
              + "window")
        }
      }
      let name = position?.dimension ?? tap?.dimension ?? ""
      found.append(
        Window(
          name: name, outputs: position.map { sizes[$0.dimension] ?? 1 } ?? 1,
          taps: tap.map { sizes[$0.dimension] ?? 1 } ?? 1, stride: position?.factor ?? 1,
          dilation: tap?.factor ?? 1, padding: padding[name] ?? PeerLayer.Ends(0, 0)))
    }
    return found
  }

  /// Rows and columns, of windows and of positions without neighbours.
  private func directions(
    _ windows: [Window], _ positions: [(name: String, size: Int)], _ columnNames: Set<String>
  ) throws(Fault) -> [Window] {
    let wide = windows.filter { $0.outputs > 1 || $0.taps > 1 }
    guard wide.count <= 2 else {
      throw Fault(message: "windows in \(wide.count) directions, a layer has two")
    }
    let plain = positions.filter { $0.size > 1 }.map {
      Window(name: $0.name, outputs: $0.size, taps: 1, stride: 1, dilation: 1)
    }
    let one = Window(name: "", outputs: 1, taps: 1, stride: 1, dilation: 1)
    var axes = (wide.count == 2 ? wide : wide + plain)
    if wide.count == 2, !plain.isEmpty {
      throw Fault(
        message: "\(plain.map(\.name).joined(separator: ", ")) beside the two directions of its "
          + "windows")
    }
    if wide.isEmpty, axes.count > 2 {
      guard let all = Self.product(axes.map(\.outputs)) else {
        throw Fault(message: "its extents are beyond 64 bits")
      }
      axes = [Window(name: "", outputs: all, taps: 1, stride: 1, dilation: 1)]
    }
    guard axes.count <= 2 else {
      throw Fault(message: "\(axes.count) directions, a layer has two")
    }
    if axes.count == 2, columnNames.contains(axes[0].name), !columnNames.contains(axes[1].name) {
      axes.reverse()
    } else if axes.count == 1, columnNames.contains(axes[0].name) {
      axes.insert(one, at: 0)
    }
    while axes.count < 2 { axes.append(one) }
    return axes
  }

  /// Elements of the map in one direction: from the first to the last that a window reads, without
  /// padding.
  private static func extent(_ axis: Window) throws(Fault) -> Int {
    let last = (axis.outputs - 1).multipliedReportingOverflow(by: axis.stride)
    let reach = (axis.taps - 1).multipliedReportingOverflow(by: axis.dilation)
    let all = last.partialValue.addingReportingOverflow(reach.partialValue)
    guard !last.overflow, !reach.overflow, !all.overflow, all.partialValue < 1 << 31 else {
      throw Fault(message: "a map of more than 2^31 elements in one direction")
    }
    let extent = all.partialValue + 1 - axis.padding.before - axis.padding.after
    guard extent >= 1 else {
      throw Fault(
        message: "a padding of \(axis.padding.before) and \(axis.padding.after) leaves nothing of "
          + "the \(all.partialValue + 1) elements that its windows read")
    }
    return extent
  }
}
