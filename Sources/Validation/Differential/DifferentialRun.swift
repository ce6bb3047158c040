internal import Studies

/// Many random cases of one datapath, each on the cost model and on its cycle-stepped twin.
public struct DifferentialRun: Sendable {
  /// The kind of the datapath.
  public let kind: String
  /// Pairs of the twin's and the model's cycles where they have to be equal.
  public private(set) var exact: [Agreement.Pair] = []
  /// The same where transfers share time with their own tile or with one another.
  public private(set) var shared: [Agreement.Pair] = []
  /// Cases whose layer does not fit.
  public private(set) var infeasible = 0
  /// How many of those are further apart than a case may be.
  public private(set) var outside = 0
  /// How many cases differ.
  public private(set) var failures = 0
  /// The first of them, shrunk, with its seed and what differs.
  public private(set) var failure: Failure?

  /// Whether nothing differs and at most one shared case in 100 is outside.
  ///
  /// A third of the cases code their maps, so that transfers are short and end within words: what the
  /// model rounds up tile by tile is then a larger part of a small layer.
  public var holds: Bool { failure == nil && outside * 100 <= shared.count }

  /// A case that differs.
  public struct Failure: Sendable, Hashable, CustomStringConvertible {
    /// The seed of the case before shrinking.
    public let seed: UInt64
    /// The smallest case found.
    public let sample: DifferentialCase
    /// What differs.
    public let text: String

    /// Everything that is needed to look into it.
    public var description: String { "seed \(seed): \(text)\n\(sample)" }
  }

  /// Cases that are compared before any of them is counted.
  private static let block = 1000

  /// Runs `cases` cases from `seed` on, on `jobs` threads; shrinks the first one that differs.
  public init(
    _ kind: String, cases: Int, seed: UInt64, jobs: Int = 1, test: DifferentialTest
  ) throws {
    self.kind = kind
    for first in stride(from: 0, to: cases, by: Self.block) {
      let start = seed &+ UInt64(first)
      let outcomes = try parallelMap(count: min(Self.block, cases - first), jobs: jobs) { number in
        try test.compare(DifferentialCase(kind, seed: start &+ UInt64(number)))
      }
      for (number, outcome) in outcomes.enumerated() {
        try count(outcome, of: start &+ UInt64(number), test: test)
      }
    }
  }

  private mutating func count(
    _ outcome: DifferentialTest.Outcome, of seed: UInt64, test: DifferentialTest
  ) throws {
    let sample = DifferentialCase(kind, seed: seed)
    switch outcome {
    case .agrees(let model, let twin):
      let pair = Agreement.Pair(Double(twin), Double(model))
      if sample.sharesBandwidth { shared.append(pair) } else { exact.append(pair) }
    case .outside(let model, let twin):
      shared.append(Agreement.Pair(Double(twin), Double(model)))
      outside += 1
    case .infeasible: infeasible += 1
    case .differs:
      failures += 1
      guard failure == nil, let (smallest, text) = try test.shrink(sample) else { return }
      failure = Failure(seed: seed, sample: smallest, text: text)
    }
  }
}

extension DifferentialRun: CustomStringConvertible {
  /// One line, or the failure.
  public var description: String {
    if let failure { return "\(kind): \(failures) cases differ, the first by \(failure)" }
    let exact = Agreement("", .exact, exact)
    let shared = Agreement("", .each(DifferentialTest.tolerance), shared)
    let unit = kind == DifferentialCase.mapsKind ? "byte" : "cycle"
    return """
      \(kind): \(exact.pairs.count) cases equal to the \(unit); \(shared.pairs.count) with shared \
      transfers, mean error \(Agreement.percent(shared.meanError)), largest \
      \(Agreement.percent(shared.largestError)), \(outside) further apart than allowed; \(infeasible) do not fit
      """
  }
}
