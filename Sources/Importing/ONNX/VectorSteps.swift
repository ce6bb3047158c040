internal import Networks

/// Sums and products of activations as operations of a workload; nothing where they are of other forms,
/// or of an activation and a constant.
enum VectorSteps {
  static func sum(
    _ context: NodeContext, _ places: [Int], _ shapes: [[Int]], _ shape: [Int]
  ) throws(OperatorFault) -> [WorkStep] {
    guard places.count >= 2, places.count <= Add.operands.upperBound,
      shapes.allSatisfy({ $0 == shape }), areActivations(context, places),
      let extents = try extents(context, places, shape)
    else { return [] }
    return [WorkStep(Add(NoParameters()), places.map { .operand($0, extents) })]
  }

  static func product(
    _ context: NodeContext, _ places: [Int], _ shapes: [[Int]], _ shape: [Int]
  ) throws(OperatorFault) -> [WorkStep] {
    guard areActivations(context, places), places[0] != places[1] else { return [] }
    if shapes[0] == shapes[1] {
      guard let extents = try extents(context, places, shape) else { return [] }
      return [WorkStep(Multiply(NoParameters()), places.map { .operand($0, extents) })]
    }
    // One number per channel.
    for (map, factor) in [(0, 1), (1, 0)] where shapes[map] == shape && shape.count >= 3 {
      let own = shapes[factor]
      guard own.count == shape.count, own[0] == shape[0], own[1] == shape[1],
        own.dropFirst(2).allSatisfy({ $0 == 1 }), shape[0] == 1,
        let extents = MapExtents.map(shape)
      else { continue }
      let lies = context.inputs[places[factor]]?.place?.extents ?? []
      let isOne = lies.first == shape[1] && lies.dropFirst().allSatisfy { $0 == 1 }
      return [
        WorkStep(
          Multiply(NoParameters()),
          [
            .operand(places[map], extents),
            .operand(places[factor], isOne && lies.count <= extents.count ? lies : [shape[1]]),
          ])
      ]
    }
    return []
  }

  /// An activation of one operand.
  static func activation(
    _ context: NodeContext, _ kind: any OperationKind
  ) throws(OperatorFault) -> NodeResult {
    let shape = try context.shape(0)
    var result = NodeResult([GraphValue(shape: shape)])
    guard areActivations(context, [0]), let extents = try extents(context, [0], shape) else {
      return result
    }
    result.steps = [WorkStep(kind, [.operand(0, extents)])]
    result.sources = [.step(0)]
    return result
  }

  private static func areActivations(_ context: NodeContext, _ places: [Int]) -> Bool {
    places.allSatisfy { context.optional($0).map { $0.constant == nil } ?? false }
  }

  /// Extents under which operands of one shape are read: those of the first one that lies somewhere,
  /// else what its rank suggests; nil where it has no elements.
  static func extents(
    _ context: NodeContext, _ places: [Int], _ shape: [Int]
  ) throws(OperatorFault) -> [Int]? {
    let elements = try NodeContext.product(shape)
    guard elements > 0 else { return nil }
    for place in places {
      if let lies = context.optional(place)?.place, lies.elements == elements {
        return lies.extents
      }
    }
    if shape.count >= 4, let map = MapExtents.map(shape) { return map }
    return try MapExtents.tokens(shape)
  }
}
