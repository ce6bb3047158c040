public import Inputs
internal import Reports
public import WeightAnalysis

/// The values of one tensor of a weight file, or of a slice of it.
public struct TensorValues: Sendable {
  /// Most weights of one tensor that are held in memory, 4 GiB as floats.
  static let largest = 1 << 30

  let file: WeightFile
  let tensor: TensorDescription
  let place: WeightPlace

  /// Filters, channels, rows and columns.
  var extents: TensorShape { place.extents }

  /// Every value, in the order filter, channel, row, column.
  public func all() throws(InputError) -> [Float] {
    let count = [extents.kernels, extents.channels, extents.rows, extents.columns].reduce(1) {
      $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1
    }
    guard count <= Self.largest else {
      throw InputError(
        "\(count) weights in one tensor, at most \(Self.largest) are analyzed", file: file.path,
        path: tensor.dataset)
    }
    var result: [Float] = []
    result.reserveCapacity(count)
    try forEachBlock { result.append(contentsOf: $0) }
    return place.ordered(result)
  }

  /// The tensor as a quantized one; nil where it is of full precision.
  ///
  /// A tensor with a `scheme` attribute has to hold that one of `schemes`; int8 tensors without one may.
  public func quantized(
    among schemes: [QuantizationScheme] = Quantizers.registry.schemes
  ) throws(InputError) -> QuantizedTensor? {
    guard tensor.codebook == nil, tensor.scheme != nil || tensor.elementType == .int8 else {
      return nil
    }
    var claimed: QuantizationScheme?
    if let name = tensor.scheme {
      guard let scheme = schemes.first(where: { $0.name == name }) else {
        let known = schemes.map(\.name).joined(separator: ", ")
        throw InputError(
          "unknown scheme `\(name)`, expected one of \(known)", file: file.path,
          path: tensor.dataset)
      }
      claimed = scheme
    }
    let values = try all()
    do {
      do {
        return try QuantizedTensor(
          classifying: values, shape: shape(), claimed: claimed, among: schemes)
      } catch WeightError.schemeMismatch(let scheme, _, _, _)
        where scheme.isSignedByRegion && extents.channels > 1
      {
        // The sign may change between the halves of a filter.
        return try QuantizedTensor(
          classifying: values, shape: shape(), claimed: claimed, among: schemes,
          region: .intraFilter)
      }
    } catch {
      if claimed == nil, case .fullPrecision = error { return nil }
      throw InputError(error.description, file: file.path, path: tensor.dataset)
    }
  }

  /// The tensor as a codec stores it; nil where no codebook made its values.
  public func coded() throws(InputError) -> CodedTensor? {
    guard let codebook = tensor.codebook else { return nil }
    let values = try all()
    do {
      return try CodedTensor(
        values, shape: shape(), scope: codebook.isPerFilter ? .filter : .layer,
        hasPruned: codebook.hasPruned, escapesFrom: codebook.escapesFrom.map { Float($0) })
    } catch {
      guard case .fullPrecision(let filter, let element, _) = error else {
        throw InputError(error.description, file: file.path, path: tensor.dataset)
      }
      let most = CodebookCodec.mostSymbols - (codebook.hasPruned ? 1 : 0)
      throw InputError(
        "claimed to be codebook, but has more than \(most) different values, the last one at element "
          + "\(element) (filter \(filter))", file: file.path, path: tensor.dataset)
    }
  }

  /// The shape as the analysis names it.
  func shape() throws(WeightError) -> FilterShape {
    try FilterShape(
      kernels: extents.kernels, channels: extents.channels, rows: extents.rows,
      columns: extents.columns)
  }

  /// Density and element type, without keeping the values.
  func summary() throws(InputError) -> WeightSummary {
    var nonZero = 0
    var elements = 0
    try forEachBlock { values in
      for value in values where value != 0 { nonZero += 1 }
      elements += values.count
    }
    return WeightSummary(
      scheme: tensor.elementType.rawValue, density: Double(nonZero) / Double(max(elements, 1)),
      dataset: tensor.dataset, elements: elements)
  }

  /// Runs `body` on blocks of filters; a value that is not finite is an error that names it.
  private func forEachBlock(_ body: (UnsafeBufferPointer<Float>) -> Void) throws(InputError) {
    var first = 0
    var fault: Int?
    do {
      try file.read(tensor, layout: place.layout, slice: place.slice, kernelsPerBlock: 64) {
        _, values in
        if fault == nil, let index = values.firstIndex(where: { !$0.isFinite }) {
          fault = first + index
        }
        first += values.count
        body(values)
      }
    } catch let error as InputError {
      throw error
    } catch {
      throw InputError("\(error)", file: file.path, path: tensor.dataset)
    }
    guard let fault else { return }
    throw InputError(
      "element \(fault) (OIHW order) is not a finite number", file: file.path,
      path: tensor.dataset)
  }
}
