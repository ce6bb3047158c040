/// What another policy gives where the reference has one of its settings.
struct EqualComparison: Sendable {
  /// What it is a comparison of, such as `latency at equal accuracy`.
  let kind: String
  /// Columns of what is held equal and of what is compared.
  let level: Metric
  let metric: Metric
  /// Where.
  let texts: [String]
  /// Who is compared with whom.
  let policy: String
  let reference: String
  /// The reference's point.
  let point: Int
  /// What is held equal, and what the reference has there.
  let at: Double
  let own: Double
  /// What the other one has.
  let answer: Frontier.Answer

  /// The reference's value over the other's; nil where one is not known, or nothing.
  var ratio: Double? {
    guard let value = answer.value, value != 0, (own / value).isFinite else { return nil }
    return own / value
  }
}

extension PlaneSet {
  /// Every other policy at every level of the reference's own frontier, place by place.
  var comparisons: [EqualComparison] {
    places.flatMap { place in PlaneKind.all.flatMap { comparisons($0, place) } } + goodput
  }

  private func comparisons(_ kind: PlaneKind, _ place: Place) -> [EqualComparison] {
    guard let name = names.first, let level = column([kind.level]),
      let value = column(kind.values),
      let reference = place.policies.first(where: { $0.name == name }),
      let own = frontier(reference, kind)
    else { return [] }
    return place.policies.filter { $0.name != name }.flatMap { policy in
      let other = frontier(policy, kind)
      return own.settings.map { setting in
        EqualComparison(
          kind: kind.name, level: metrics[level], metric: metrics[value], texts: place.texts,
          policy: policy.name, reference: name, point: setting.point, at: setting.level,
          own: setting.value, answer: other?.answer(at: setting.level) ?? .unknown)
      }
    }
  }

  /// The setting of a policy with the most goodput at a place; nil where none has a rate.
  func best(_ policy: Policy) -> (point: Int, rate: Double, goodput: Double)? {
    guard let rate = column(["arrival_rate_hz"]), let goodput = column(["goodput_hz"]) else {
      return nil
    }
    let known = policy.points.filter {
      $0.metrics[rate].isFinite && $0.metrics[goodput].isFinite
    }
    // Of equal ones the first.
    guard
      let best = known.min(by: {
        (-$0.metrics[goodput], $0.point) < (-$1.metrics[goodput], $1.point)
      })
    else { return nil }
    return (best.point, best.metrics[rate], best.metrics[goodput])
  }

  /// The best goodput of each other policy beside that of the reference: arrivals are the same ones.
  private var goodput: [EqualComparison] {
    guard let name = names.first, let rate = column(["arrival_rate_hz"]),
      let column = column(["goodput_hz"])
    else { return [] }
    return places.flatMap { place -> [EqualComparison] in
      guard let own = place.policies.first(where: { $0.name == name }).flatMap(best) else {
        return []
      }
      return place.policies.filter { $0.name != name }.map { policy in
        EqualComparison(
          kind: "goodput at equal rate", level: metrics[rate], metric: metrics[column],
          texts: place.texts, policy: policy.name, reference: name, point: own.point,
          at: own.rate, own: own.goodput,
          answer: best(policy).map { .exact($0.goodput) } ?? .unknown)
      }
    }
  }
}
