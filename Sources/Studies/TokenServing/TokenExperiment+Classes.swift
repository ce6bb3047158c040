internal import Components
internal import Serving

extension TokenScenarioSpec.Targets {
  /// Whether anything is asked of any request.
  var asksForAnything: Bool {
    firstToken != nil || betweenTokens != nil
      || (classes ?? []).contains { $0.firstToken != nil || $0.betweenTokens != nil }
  }

  /// The classes with what they do not say themselves taken from the targets of all.
  ///
  /// - Throws: `SpecError` about bounds that do not rise, names, and times.
  func promptClasses() throws(SpecError) -> [PromptClass] {
    guard let classes else { return [] }
    guard (1...32).contains(classes.count) else {
      throw SpecError("targets.classes", "expected 1 to 32 classes, found \(classes.count)")
    }
    var found: [PromptClass] = []
    for (index, entry) in classes.enumerated() {
      let key = "targets.classes[\(index)]"
      try check(entry, key, after: found.last, isLast: index == classes.count - 1)
      guard !found.contains(where: { $0.name == entry.name }) else {
        throw SpecError("\(key).name", "`\(entry.name)` is there twice")
      }
      found.append(
        PromptClass(
          name: entry.name, longest: entry.longest,
          targets: TokenTargets(
            firstToken: entry.firstToken ?? firstToken,
            betweenTokens: entry.betweenTokens ?? betweenTokens)))
    }
    return found
  }

  private func check(
    _ entry: TokenScenarioSpec.LengthClass, _ key: String, after last: PromptClass?, isLast: Bool
  ) throws(SpecError) {
    let allowed = entry.name.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
    }
    guard allowed, !entry.name.isEmpty else {
      throw SpecError(
        "\(key).name", "expected small letters, digits and `-`, found `\(entry.name)`")
    }
    if isLast {
      guard entry.longest == nil else {
        throw SpecError(
          "\(key).longest", "the last class takes every longer prompt, leave it out")
      }
    } else {
      let least = (last?.longest ?? 0) + 1
      guard let longest = entry.longest else {
        throw SpecError(
          "\(key).longest", "every class but the last needs the tokens of its longest prompt")
      }
      guard (least...1 << 20).contains(longest) else {
        throw SpecError(
          "\(key).longest", "expected \(least) to \(1 << 20) tokens, found \(longest)")
      }
    }
    for (name, time) in [
      ("first_token", entry.firstToken), ("between_tokens", entry.betweenTokens),
    ] {
      if let time, time.count <= 0 {
        throw SpecError("\(key).\(name)", "expected more than 0 s, found \(time)")
      }
    }
  }
}

extension TokenFigure {
  /// Figures of the classes of prompts.
  static func classes(_ names: [String]) -> [TokenFigure] {
    names.enumerated().flatMap { index, name -> [TokenFigure] in
      func figure(
        _ part: String, _ form: Form, _ heading: String? = nil,
        _ value: @escaping @Sendable (PromptClassMetrics) -> Double?
      ) -> TokenFigure {
        TokenFigure("class_\(name)_\(part)", form, heading) { value($0.classes[index]) }
      }
      return [
        figure("requests", .count) { Double($0.measured) },
        figure("first_token_p50_s", .seconds) { $0.firstToken.percentile(50)?.seconds },
        figure("first_token_p99_s", .seconds) { $0.firstToken.percentile(99)?.seconds },
        figure("between_tokens_p99_s", .seconds) { $0.betweenTokens.percentile(99)?.seconds },
        figure("kept", .share, "\(name) kept") { $0.share },
        // Of all that are measured, as many a second as are served a second: those of classes add up to all.
        TokenFigure("class_\(name)_goodput_per_s", .rate, nil) { metrics in
          guard metrics.measured > 0, metrics.end.count > 0 else { return nil }
          return Double(metrics.classes[index].kept) / Double(metrics.measured)
            * Double(metrics.completed) / metrics.end.seconds
        },
      ]
    }
  }
}
