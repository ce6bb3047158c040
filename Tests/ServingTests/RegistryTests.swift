import Components
import Inputs
import Testing
import Units

@testable import Serving

/// Answers: does every member of every registry work.
struct RegistryTests {
  private func choice(_ text: String) throws -> Choice {
    try StrictDecoder().decode(Choice.self, from: YAMLParser.parse(text, file: "s.yaml"))
  }

  static let parameters = [
    "fixed": "\nsubnet: s1", "adaptive-batching": "\nsubnet: s1", "exact-admission": "\nsubnet: s1",
    "table": "\nfile: no rows, so that the late rule decides.csv",
    "process": "\n"
      + #"command: [python3, -u, -c, "import sys, json\nfor line in sys.stdin:\n  m = json.loads(line)['message']\n  if m == 'hello': print('{\"message\": \"ready\"}')\n  if m == 'decide': print('{\"message\": \"choose\", \"subnet\": \"s1\", \"batch\": 2}')"]"#,
  ]

  /// Whether a policy needs nothing but the profile table.
  static func isBuiltIn(_ kind: String) -> Bool { !["process", "table"].contains(kind) }

  /// A policy with the parameters that it cannot do without.
  static func policy(_ kind: String) throws -> any SchedulerPolicy {
    let text = "kind: \(kind)\(parameters[kind] ?? "")"
    return try SchedulerPolicies.registry.make(
      StrictDecoder().decode(Choice.self, from: YAMLParser.parse(text, file: "s.yaml"))
    ).member
  }

  static let kinds = SchedulerPolicies.registry.entries.map(\.kind)

  @Test(arguments: kinds, 1...3)
  func everySchedulerPolicyServesEveryQueryOnce(kind: String, seed: Int) throws {
    let text = "kind: \(kind)\(Self.parameters[kind] ?? "")"
    let policy = try SchedulerPolicies.registry.make(choice(text)).member
    for devices in 1...2 {
      var options = ServingOptions(queries: 400, seed: seed, devices: devices)
      options.warmUp = 100
      let simulation = try ServingSimulation(
        table: toyTable(),
        arrivals: GammaArrivals(.init(rate: .init(perSecond: 700), squaredVariation: 3)),
        demands: DemandMix(
          accuracy: .init(low: 0.73, high: 0.81), latency: .init(low: ms(2), high: ms(40))),
        policy: policy, caching: NoCaching(.init()), options: options)
      var (first, second) = (EventLog(), EventLog())
      let run = try simulation.run(observing: &first)
      _ = try simulation.run(observing: &second)
      #expect(first.lines == second.lines)
      #expect(run.completions + run.drops == 400 && run.inFlight == 0)
      #expect(run.metrics.completed + run.metrics.dropped == 300)
      // Only this one gives up queries without being told to.
      guard kind != "exact-admission" else { continue }
      #expect(Set(first.completions.keys) == Set(0..<400))
    }
  }

  @Test(arguments: ["none", "static", "average", "most-frequent", "lookahead"])
  func everyCachingPolicyRuns(kind: String) throws {
    let parameters = [
      "none": "", "static": "\nsubgraph: g2", "average": "\nwindow: 3\ninitial: g1",
      "most-frequent": "\nwindow: 3\ninterval: 2", "lookahead": "\ninterval: 3",
    ]
    let caching = try CachingPolicies.registry.make(
      choice("kind: \(kind)\(parameters[kind] ?? "")")
    ).member
    let encodings = try SubgraphEncodings(
      subnets: [[1, 1], [2, 2]], subgraphs: [[0, 0], [1, 1], [2, 2]])
    let table = try table([[[3], [2], [2.5]], [[5], [4.5], [4]]], encodings: encodings)
    for scheduler in [
      "strict-accuracy", "strict-latency", "minimum-accuracy",
    ] {
      let run = try ServingSimulation(
        table: table, arrivals: ClosedLoop(.init(clients: 2)),
        demands: DemandMix(
          accuracy: .init(low: 0.4, high: 0.6), latency: .init(low: ms(1), high: ms(6))),
        policy: SchedulerPolicies.registry.make(choice("kind: \(scheduler)")).member,
        caching: caching, options: ServingOptions(queries: 300)
      ).run()
      #expect(run.completions == 300 && run.cachingPolicy == kind)
      let ratio = try #require(run.metrics.encodingHitRatio)
      #expect((0...1).contains(ratio))
      #expect((ratio == 0) == (kind == "none"))
    }
  }

  /// A change here changes results; the same in every process and on every machine.
  @Test func aWholeRunIsGolden() throws {
    var log = EventLog()
    _ = try ServingSimulation(
      table: toyTable(),
      arrivals: BurstyArrivals(
        .init(
          baseRate: .init(perSecond: 300), variantRate: .init(perSecond: 500),
          squaredVariation: 4)),
      demands: DemandMix(latency: .init(low: ms(2), high: ms(40))),
      policy: SlackFit(.init(batchLimit: .none)),
      caching: NoCaching(.init()), options: ServingOptions(queries: 2000, seed: 7)
    ).run(observing: &log)
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in log.lines.joined(separator: "\n").utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    #expect(String(hash, radix: 16) == Goldens.run)
  }
}
