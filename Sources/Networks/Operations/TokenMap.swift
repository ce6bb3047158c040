internal import Components

/// Maps of tokens: `[features, tokens]`, or `[features]` for a single one.
struct TokenMap {
  let features: Int
  let tokens: Int

  /// Takes a map apart; throws for one of more directions.
  init(_ map: [Int], _ kind: String) throws(SpecError) {
    guard map.count == 1 || map.count == 2 else {
      throw SpecError(
        "from",
        "\(kind) reads [features, tokens] or [features], found \(ExtentText.list(map)), "
          + "`reshape` makes tokens of a map")
    }
    features = map[0]
    tokens = map.count == 2 ? map[1] : 1
  }
}
