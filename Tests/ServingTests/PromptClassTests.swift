import Components
import Inputs
import Testing
import Units

@testable import Serving

// Do classes of prompts have figures and targets of their own, and do policies use them?
@Suite struct PromptClassTests {
  private static let second = SimulationTime(1_000_000_000_000)

  private func seconds(_ value: Int) -> SimulationTime {
    SimulationTime(value * Self.second.count)
  }

  private func run(
    _ requests: [(Int, Int, Int)], _ policy: any IterationPolicy, _ classes: [PromptClass],
    targets: TokenTargets = .init(), warmUp: Int = 0, start: Int = 1, perToken: Int = 0
  ) throws -> TokenMetrics {
    try simulation(
      requests, policy, classes, targets: targets, warmUp: warmUp, start: start, perToken: perToken
    ).run()
  }

  private func simulation(
    _ requests: [(Int, Int, Int)], _ policy: any IterationPolicy, _ classes: [PromptClass],
    targets: TokenTargets = .init(), warmUp: Int = 0, start: Int = 1, perToken: Int = 0
  ) throws -> TokenSimulation {
    var arrivals = try TraceReplay(.init(file: "t.csv", format: .queries))
    let lines = requests.map { "\($0.0),\($0.1),\($0.2)" }
    try arrivals.load { _ throws(InputError) in
      "arrival_s,prompt_tokens,output_tokens\n" + lines.joined(separator: "\n")
    }
    var options = TokenServingOptions(
      requests: requests.count, blocks: CacheBlocks(size: 4, count: 1000, watermark: 0),
      mostTokens: 1000)
    options.warmUp = warmUp
    options.targets = targets
    options.classes = classes
    return try TokenSimulation(
      options: options, policy: policy,
      costs: FormulaCosts(.init(start: seconds(start), token: seconds(perToken))),
      arrivals: arrivals,
      lengths: TraceLengths(.init(file: nil, format: nil, columns: nil, longest: nil, cut: nil)))
  }

  /// By hand, a second an iteration, 4 tokens each: A (4 tokens) has its first token at 1 s; B (5) is worked on beside A's
  /// decode for 3 s, and has its first at 3 s, for 3 + 2 tokens; C (12) gets what is left.
  @Test func everyClassHasItsOwnTargets() throws {
    let classes = [
      PromptClass(name: "short", longest: 4, targets: TokenTargets(firstToken: seconds(1))),
      PromptClass(
        name: "middle", longest: 8,
        targets: TokenTargets(firstToken: seconds(2), betweenTokens: seconds(1))),
      PromptClass(name: "long", longest: nil, targets: TokenTargets(firstToken: seconds(9))),
    ]
    let metrics = try run(
      [(0, 4, 3), (0, 5, 2), (0, 12, 1)], StallFreeChunks(.init(budget: 4)), classes)
    #expect(metrics.classes.map(\.measured) == [1, 1, 1])
    // A's first token at 1 s; B's 5 tokens take 3 and 2 of the next two iterations: 3 s; C's take 1, 3, 4 and 4 more: 6 s.
    #expect(
      metrics.classes.map { $0.firstToken.largest } == [seconds(1), seconds(3), seconds(6)])
    #expect(metrics.classes.map(\.kept) == [1, 0, 1])
    #expect(metrics.kept == 2)
    #expect(metrics.classes[0].betweenTokens.count == 2)
    #expect(metrics.classes.map(\.share) == [1, 0, 1])
  }

  /// A class of all requests says what there is without classes; the warm-up is left out of both.
  @Test func oneClassIsAll() throws {
    let requests = (0..<40).map { ($0, 1 + $0 * 7 % 13, 1 + $0 * 5 % 9) }
    let targets = TokenTargets(firstToken: seconds(4), betweenTokens: seconds(1))
    let policy = try StallFreeChunks(.init(budget: 6))
    let plain = try run(requests, policy, [], targets: targets, warmUp: 5)
    let one = try run(
      requests, policy, [PromptClass(name: "all", longest: nil, targets: targets)], warmUp: 5)
    #expect(one.kept == plain.kept && plain.kept > 0 && plain.kept < plain.measured)
    #expect(one.classes[0].kept == one.kept && one.classes[0].measured == one.measured)
    #expect(one.classes[0].firstToken.sum == plain.firstToken.sum)
    #expect(one.classes[0].betweenTokens.sum == plain.betweenTokens.sum)
    #expect(one.fluidity.paper == plain.fluidity.paper)
    #expect(plain.classes.isEmpty)
  }

  @Test func boundsBelongToTheShorterClass() {
    var options = TokenServingOptions(
      requests: 1, blocks: CacheBlocks(size: 1, count: 2, watermark: 0), mostTokens: 10)
    #expect(options.promptClass(of: 1) == nil)
    options.targets = TokenTargets(firstToken: seconds(3))
    #expect(options.targets(of: 7) == options.targets)
    options.classes = [
      PromptClass(name: "a", longest: 4, targets: .init(firstToken: seconds(1))),
      PromptClass(name: "b", longest: nil, targets: .init(firstToken: seconds(2))),
    ]
    #expect([1, 4, 5, 1 << 20].map { options.promptClass(of: $0) } == [0, 0, 1, 1])
    #expect(options.targets(of: 4).firstToken == seconds(1))
    #expect(options.targets(of: 5).firstToken == seconds(2))
  }

  /// Of two prompts that come together the one whose class allows less time goes first, whatever its length: relative
  /// slack by hand, a second for every token and none for a start beside it.
  @Test func slackIsAboutTheClass() throws {
    func firsts(_ short: Int, _ long: Int) throws -> [SimulationTime] {
      let policy = try SlackChunks(
        .init(
          target: seconds(3), deadline: nil, perToken: nil, long: nil, cap: nil, chunk: nil,
          granularity: 1))
      let metrics = try run(
        [(0, 2, 1), (0, 8, 1)], policy,
        [
          PromptClass(name: "short", longest: 4, targets: .init(firstToken: seconds(short))),
          PromptClass(name: "long", longest: nil, targets: .init(firstToken: seconds(long))),
        ], start: 1, perToken: 1)
      return metrics.classes.map { $0.firstToken.largest }
    }
    // An iteration of 2 tokens takes 3 s. Short first: (20 - 3) / 3 < (90 - 9) / 9; its 2 tokens fill the first iteration.
    #expect(try firsts(20, 90) == [seconds(3), seconds(15)])
    // Long first: (20 - 9) / 9 < (90 - 3) / 3: four iterations, then the short one.
    #expect(try firsts(90, 20) == [seconds(15), seconds(12)])
  }

  @Test func deadlinesMustBeSomewhere() throws {
    let policy = try SlackChunks(
      .init(
        target: seconds(3), deadline: nil, perToken: nil, long: nil, cap: nil, chunk: nil,
        granularity: nil))
    let classes = [
      PromptClass(name: "short", longest: 4, targets: .init(firstToken: seconds(1))),
      PromptClass(name: "long", longest: nil, targets: .init(betweenTokens: seconds(1))),
    ]
    #expect(throws: SpecError.self) { try simulation([(0, 1, 1)], policy, classes) }
    #expect(throws: SpecError.self) { try simulation([(0, 1, 1)], policy, []) }
    _ = try simulation([(0, 1, 1)], policy, [], targets: .init(firstToken: seconds(1)))
    _ = try simulation([(0, 1, 1)], policy, Array(classes.prefix(1)))
  }
}
