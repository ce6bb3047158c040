internal import Components

/// What normalizations of tokens share: a piece is one token.
enum TokenNormalization {
  static func result(
    of map: [Int], name: String, kind: String, _ what: String, perElement: Int, perToken: Int,
    parameters: Int
  ) throws(SpecError) -> OperationResult {
    let tokens = try TokenMap(map, what)
    let features = tokens.features
    return OperationResult(
      name: name, output: map,
      work: .vector(
        VectorWork(
          name: name, operator: kind, pieces: tokens.tokens, reads: [features], writes: features,
          operations: perElement * features + perToken)), weight: [parameters, features])
  }
}
