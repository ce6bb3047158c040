internal import Components

/// NSGA-II over all axes.
///
/// Source: Deb, Pratap, Agarwal and Meyarivan, IEEE TEC 2002; constraints by constrained dominance.
struct EvolutionarySearch: SearchMethod {
  /// Sizes and rates.
  struct Spec: Codable, Hashable, Sendable {
    /// Points of a generation, an even number.
    let population: Int
    /// Generations, the first one included.
    let generations: Int
    /// Seed of every draw.
    let seed: Int
    /// How often two parents mix; 90 % when left out.
    let crossover: Double
    /// How often one pick of a child changes; one pick per child when left out.
    let mutation: Double?

    enum CodingKeys: String, CodingKey {
      case population, generations, seed, crossover, mutation
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      population = try values.decode(Int.self, forKey: .population)
      generations = try values.decode(Int.self, forKey: .generations)
      seed = try values.decode(Int.self, forKey: .seed)
      crossover = try values.decodeIfPresent(Double.self, forKey: .crossover) ?? 0.9
      mutation = try values.decodeIfPresent(Double.self, forKey: .mutation)
    }
  }
  static let kind = "evolutionary"
  static let summary =
    "NSGA-II: generations that approach the Pareto front, for spaces too large to list."

  private let spec: Spec

  init(_ spec: Spec) throws(SpecError) {
    guard (4...100_000).contains(spec.population), spec.population.isMultiple(of: 2) else {
      throw SpecError(
        "population", "expected an even number from 4 to 100000, found \(spec.population)")
    }
    guard (1...1_000_000).contains(spec.generations) else {
      throw SpecError("generations", "expected 1 to 1000000, found \(spec.generations)")
    }
    for (key, rate) in [("crossover", spec.crossover), ("mutation", spec.mutation ?? 0)] {
      guard (0...1).contains(rate) else { throw SpecError(key, "expected 0 to 1, found \(rate)") }
    }
    self.spec = spec
  }

  func plan(_ space: SweepSpace, objectives: Int) throws(SpecError) -> SearchPlan {
    .generations(
      count: spec.population * spec.generations,
      Course(
        spec: spec, bounds: space.bounds, random: PickRandom(seed: spec.seed)))
  }

  /// The state between two generations.
  private struct Course: GenerationalSearch {
    let spec: Spec
    let bounds: [Int]
    var random: PickRandom
    var parents: [Ranked] = []
    var generation = 0

    mutating func next(_ last: [EvaluatedPoint]) -> [[Int]]? {
      parents = survivors(parents.map(\.point) + last)
      guard generation < spec.generations else { return nil }
      generation += 1
      guard !parents.isEmpty else {
        return (0..<spec.population).map { _ in random.picks(bounds) }
      }
      var children: [[Int]] = []
      while children.count < spec.population {
        let (first, second) = (tournament(), tournament())
        var (left, right) = (first.picks, second.picks)
        if random.uniform() < spec.crossover {
          for index in bounds.indices where random.uniform() < 0.5 {
            (left[index], right[index]) = (right[index], left[index])
          }
        }
        children += [mutated(left), mutated(right)]
      }
      return children
    }

    private mutating func tournament() -> EvaluatedPoint {
      let (a, b) = (
        parents[random.pick(below: parents.count)], parents[random.pick(below: parents.count)]
      )
      return (b.rank, -b.crowding) < (a.rank, -a.crowding) ? b.point : a.point
    }

    /// A step to a neighbouring value half of the time, any value otherwise.
    private mutating func mutated(_ picks: [Int]) -> [Int] {
      let rate = spec.mutation ?? 1 / Double(bounds.count)
      var result = picks
      for index in bounds.indices where random.uniform() < rate && bounds[index] > 1 {
        if random.uniform() < 0.5 {
          let step = random.uniform() < 0.5 ? -1 : 1
          result[index] = min(max(result[index] + step, 0), bounds[index] - 1)
        } else {
          result[index] = random.pick(below: bounds[index])
        }
      }
      return result
    }

    /// The best points of two generations, each counted once.
    private func survivors(_ pool: [EvaluatedPoint]) -> [Ranked] {
      var seen = Set<[Int]>()
      let distinct = pool.filter { seen.insert($0.picks).inserted }
      var kept: [Ranked] = []
      for (rank, front) in NondominatedSort.fronts(distinct).enumerated() {
        let ranked = NondominatedSort.crowded(front.map { distinct[$0] }, rank: rank)
        let room = spec.population - kept.count
        if ranked.count <= room {
          kept += ranked
        } else {
          kept += ranked.enumerated()
            .sorted { ($1.element.crowding, $0.offset) < ($0.element.crowding, $1.offset) }
            .prefix(room).map(\.element)
        }
        if kept.count == spec.population { break }
      }
      return kept
    }
  }
}

extension EvolutionarySearch.Spec: DescribedKeys {
  /// What each key does.
  static let notes: [KeyNote] = [
    KeyNote(
      "population",
      "Points of a generation, an even number"),
    KeyNote(
      "generations",
      "Generations, the first one included"),
    KeyNote(
      "seed",
      "Seed of every draw"),
    KeyNote(
      "crossover",
      "How often two parents mix, 0 to 1",
      default: "0.9"),
    KeyNote(
      "mutation",
      "How often one pick of a child changes, 0 to 1",
      default: "one pick per child"),
  ]
}
