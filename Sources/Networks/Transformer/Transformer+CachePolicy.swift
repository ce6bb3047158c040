internal import Components

extension Transformer {
  /// What makes no sense in a cache policy, each with its key.
  static func policyFaults(of spec: TransformerSpec) -> [SpecError] {
    guard let policy = spec.cachePolicy else { return [] }
    var faults: [SpecError] = []
    func expect(_ isRight: Bool, _ key: String, _ message: String) {
      let path = key.isEmpty ? "cache_policy" : "cache_policy.\(key)"
      if !isRight { faults.append(SpecError(path, message)) }
    }
    let kind = policy.kind
    let keys: [(key: String, value: Int?, least: Int, kinds: [CachePolicySpec.Kind])] = [
      ("tokens", policy.tokens, 1, [.window]), ("sinks", policy.sinks, 0, [.window]),
      ("budget", policy.budget, 1, [.snapkv, .quest, .rocketkv]),
      ("page", policy.page, 1, [.quest]), ("observed", policy.observed, 1, [.snapkv, .rocketkv]),
      ("pool", policy.pool, 1, [.snapkv, .rocketkv]),
      ("keep_all", policy.keepAll.map { _ in 1 }, 1, [.rocketkv]),
    ]
    for (key, value, least, kinds) in keys {
      guard kinds.contains(kind) else {
        let named = kinds.map { "`\($0.rawValue)`" }
        let first = named.dropLast().joined(separator: ", ")
        let words = (first.isEmpty ? "" : "\(first) and ") + (named.last ?? "")
        expect(
          value == nil, key,
          "only \(words) \(kinds.count > 1 ? "have" : "has") it, leave it out of `\(kind.rawValue)`"
        )
        continue
      }
      if let value {
        expect(
          (least...mostExtent).contains(value), key,
          "expected \(least) to \(mostExtent), found \(value)")
      } else if key == "tokens" || key == "budget" {
        expect(false, "", "missing key `\(key)`, which `\(kind.rawValue)` needs")
      }
    }
    guard faults.isEmpty else { return faults }
    let filled = policy.filled
    if let budget = filled.budget {
      if let page = filled.page {
        expect(
          budget.isMultiple(of: page), "page",
          "must divide a budget of \(budget), found \(page)"
            + (policy.page == nil ? ", which is taken where it is left out" : ""))
      }
      if let observed = filled.observed {
        expect(
          budget >= observed, "budget",
          "expected at least the \(observed) tokens that are observed, found \(budget)")
      }
      expect(
        kind != .rocketkv || budget.isMultiple(of: 2), "budget",
        "expected an even number, half of which is attended to, found \(budget)")
    }
    expect(spec.encoder == nil, "", "an encoder keeps no cache")
    guard kind != .full else { return faults }
    expect(
      spec.window == nil, "",
      "the model's own `window` already bounds what is read, leave one of them out")
    expect(
      spec.latent == nil || kind == .window, "kind",
      "all heads share the latent vectors, of which `\(kind.rawValue)` cannot choose some for each; "
        + "`window` and `full` can be had")
    return faults
  }
}
