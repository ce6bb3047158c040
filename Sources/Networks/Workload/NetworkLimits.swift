internal import Components

/// Sums over a network that have to stay countable.
struct NetworkLimits {
  private var products = 0.0
  private var elements = 0.0
  private var operations = 0.0

  init() {}

  /// Adds an operation; throws where the network is too large with it.
  mutating func add(_ result: OperationResult) throws(SpecError) {
    let elements = result.output.reduce(1.0) { $0 * Double($1) }
    guard result.output.allSatisfy({ (1...LayerLimits.extent).contains($0) }),
      elements <= Double(LayerLimits.elements)
    else {
      throw SpecError(
        "",
        "writes \(ExtentText.list(result.output)), expected extents of at most "
          + "\(LayerLimits.extent) and 2^40 elements")
    }
    switch result.work {
    case .array(let layer): try add(layer)
    case .vector(let work):
      operations += Double(work.pieces) * Double(work.operations)
      guard operations <= Double(LayerLimits.positions) else {
        throw SpecError("", "up to here the network has more than 2^53 operations on vectors")
      }
    case .none: break
    }
  }

  /// Adds a layer; throws where the network is too large with it.
  mutating func add(_ layer: Layer) throws(SpecError) {
    products += LayerLimits.products(of: layer)
    guard products <= Double(LayerLimits.positions) else {
      throw SpecError("", "up to here the network has more than 2^53 multiply-accumulates")
    }
    elements += LayerLimits.elements(of: layer)
    guard elements <= Double(LayerLimits.positions) else {
      throw SpecError("", "up to here the network has more than 2^53 elements of padded input")
    }
  }
}
