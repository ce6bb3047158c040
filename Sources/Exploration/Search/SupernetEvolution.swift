internal import Components

/// The evolutionary search of Once-for-All: the best point for one objective within the constraints.
///
/// Source: mit-han-lab/once-for-all, `ofa/nas/search_algorithm/evolution.py` and its defaults:
/// 100 points, 500 generations, a quarter of them parents, half of the children mutated, 10 % of
/// the picks and 50 % of the resolutions changed.
struct SupernetEvolution: SearchMethod {
  /// Sizes and rates.
  struct Spec: Codable, Hashable, Sendable {
    /// Points of a generation; 100 when left out.
    let population: Int
    /// Generations after the first; 500 when left out.
    let generations: Int
    /// Share of a generation that has children; 0.25 when left out.
    let parents: Double
    /// Share of the children with one parent, changed; 0.5 when left out.
    let mutated: Double
    /// How often a pick changes; 0.1 when left out.
    let mutation: Double
    /// How often the resolution changes; 0.5 when left out.
    let resolutionMutation: Double
    /// Draws until a point within the constraints must have been found; 10000 when left out.
    let attempts: Int
    /// Seed of every draw.
    let seed: Int

    enum CodingKeys: String, CodingKey {
      case population, generations, parents, mutated, mutation, resolutionMutation, attempts, seed
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      population = try values.decodeIfPresent(Int.self, forKey: .population) ?? 100
      generations = try values.decodeIfPresent(Int.self, forKey: .generations) ?? 500
      parents = try values.decodeIfPresent(Double.self, forKey: .parents) ?? 0.25
      mutated = try values.decodeIfPresent(Double.self, forKey: .mutated) ?? 0.5
      mutation = try values.decodeIfPresent(Double.self, forKey: .mutation) ?? 0.1
      resolutionMutation =
        try values.decodeIfPresent(Double.self, forKey: .resolutionMutation) ?? 0.5
      attempts = try values.decodeIfPresent(Int.self, forKey: .attempts) ?? 10_000
      seed = try values.decode(Int.self, forKey: .seed)
    }
  }
  static let kind = "supernet-evolution"
  static let summary =
    "Once-for-All's evolutionary search: the best sub-network for one objective within the constraints."

  private let spec: Spec

  init(_ spec: Spec) throws(SpecError) {
    guard (4...100_000).contains(spec.population) else {
      throw SpecError("population", "expected 4 to 100000, found \(spec.population)")
    }
    guard (0...1_000_000).contains(spec.generations) else {
      throw SpecError("generations", "expected 0 to 1000000, found \(spec.generations)")
    }
    guard (1...100_000_000).contains(spec.attempts) else {
      throw SpecError("attempts", "expected 1 to 100000000, found \(spec.attempts)")
    }
    for (key, rate) in [
      ("parents", spec.parents), ("mutated", spec.mutated), ("mutation", spec.mutation),
      ("resolution_mutation", spec.resolutionMutation),
    ] where !(0...1).contains(rate) {
      throw SpecError(key, "expected 0 to 1, found \(rate)")
    }
    guard (Double(spec.population) * spec.parents).rounded() >= 1 else {
      throw SpecError("parents", "leaves no parent of \(spec.population)")
    }
    self.spec = spec
  }

  func plan(_ space: SweepSpace, objectives: Int) throws(SpecError) -> SearchPlan {
    guard objectives == 1 else {
      throw SpecError(
        "", "supernet-evolution has one objective, found \(objectives); use `evolutionary`")
    }
    if let entry = space.environment.first {
      throw SpecError(
        "",
        "supernet-evolution finds one best sub-network, but `\(entry.member.name)` is of the "
          + "environment, whose values are not compared; use `evolutionary` or `role: design`")
    }
    // The first pick of a space is its resolution.
    var rates: [Double] = []
    for dimension in space.dimensions {
      rates += dimension.bounds.indices.map {
        dimension.space != nil && $0 == 0 ? spec.resolutionMutation : spec.mutation
      }
    }
    return .generations(
      count: spec.population * (spec.generations + 1),
      Course(spec: spec, bounds: space.bounds, rates: rates, random: PickRandom(seed: spec.seed)))
  }

  /// The state between two rounds of points.
  private struct Course: GenerationalSearch {
    let spec: Spec
    let bounds: [Int]
    let rates: [Double]
    var random: PickRandom
    /// Parents of the current generation, best first; empty while the first one is drawn.
    var parents: [EvaluatedPoint] = []
    /// Points of the generation that is being filled, all within the constraints.
    var filled: [EvaluatedPoint] = []
    var attempts = 0
    var generation = 0

    /// Children that miss a constraint are drawn again, until the generation is full.
    mutating func next(_ last: [EvaluatedPoint]) throws(SpecError) -> [[Int]]? {
      filled += last.filter { $0.violation == 0 }
      if filled.count >= spec.population {
        let kept = Int((Double(spec.population) * spec.parents).rounded())
        let pool = parents + filled.prefix(spec.population)
        parents = Array(
          pool.enumerated().sorted {
            ($0.element.objectives[0], $0.offset) < ($1.element.objectives[0], $1.offset)
          }.prefix(kept).map(\.element))
        filled = []
        attempts = 0
        generation += 1
      }
      guard generation <= spec.generations else { return nil }
      let missing = spec.population - filled.count
      guard attempts < spec.attempts else {
        throw SpecError(
          "constraints",
          "no \(spec.population) points within the constraints in \(spec.attempts) draws, "
            + "found \(filled.count)")
      }
      attempts += missing
      return (0..<missing).map { child(filled.count + $0) }
    }

    private mutating func child(_ position: Int) -> [Int] {
      guard !parents.isEmpty else { return random.picks(bounds) }
      let first = parents[random.pick(below: parents.count)].picks
      if Double(position) < (Double(spec.population) * spec.mutated).rounded() {
        return zip(first.indices, rates).map { index, rate in
          random.uniform() < rate ? random.pick(below: bounds[index]) : first[index]
        }
      }
      let second = parents[random.pick(below: parents.count)].picks
      return first.indices.map { random.uniform() < 0.5 ? first[$0] : second[$0] }
    }
  }
}

extension SupernetEvolution.Spec: DescribedKeys {
  /// What each key does.
  static let notes: [KeyNote] = [
    KeyNote(
      "population",
      "Points of a generation",
      default: "100",
      source: "Once-for-All (ICLR 2020)"),
    KeyNote(
      "generations",
      "Generations after the first",
      default: "500",
      source: "Once-for-All (ICLR 2020)"),
    KeyNote(
      "parents",
      "Share of a generation that has children",
      default: "0.25",
      source: "Once-for-All (ICLR 2020)"),
    KeyNote(
      "mutated",
      "Share of the children with one parent, changed",
      default: "0.5",
      source: "Once-for-All (ICLR 2020)"),
    KeyNote(
      "mutation",
      "How often a pick changes",
      default: "0.1",
      source: "Once-for-All (ICLR 2020)"),
    KeyNote(
      "resolution_mutation",
      "How often the resolution changes",
      default: "0.5"),
    KeyNote(
      "attempts",
      "Draws until a point within the constraints must have been found",
      default: "10000"),
    KeyNote(
      "seed",
      "Seed of every draw"),
  ]
}
