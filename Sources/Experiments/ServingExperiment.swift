internal import Foundation
public import Inputs
public import Reports
internal import Serving
internal import Specs
internal import Units

/// Several policies on the same arrivals.
public struct ServingExperiment: Sendable {
  /// One combination of policies and what it achieved, seed by seed.
  private struct Outcome {
    let name: String
    let policy: String
    let caching: String
    let settings: String
    let runs: [ServingRun]
  }

  private let spec: ServingSpec
  private let file: SpecFile
  private let table: ProfileTable
  private let paths: [String]
  private let folder: String

  /// Reads the scenario and makes, or reads, its profile table.
  public init(_ name: String, folders: SpecFolders) throws(InputError) {
    let path = try folders.path(of: name, in: "workloads/scenarios")
    let file = try SpecFile(path: path)
    let spec = try file.decode(ServingSpec.self)
    folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    guard !spec.runs.isEmpty else {
      throw Self.located(file, SpecError("runs", "expected at least one run"))
    }
    switch (spec.profile, spec.table) {
    case (let profile?, nil):
      let builder = try ProfileBuilder(profile, folders: folders)
      table = try builder.table()
      paths = [path] + builder.paths
    case (nil, let name?):
      let tablePath = Self.path(name, in: folder)
      table = try ProfileTable(parsingCSV: Self.text(tablePath), file: tablePath)
      paths = [path, tablePath]
    default:
      throw Self.located(file, SpecError("", "expected either `profile` or `table`"))
    }
    self.spec = spec
    self.file = file
  }

  private static func located(_ file: SpecFile, _ error: SpecError) -> InputError {
    do throws(InputError) {
      return try file.locating { () throws(SpecError) -> InputError in throw error }
    } catch {
      return error
    }
  }

  /// A path that a scenario names, relative to the scenario's own folder.
  private static func path(_ name: String, in folder: String) -> String {
    name.hasPrefix("/") || folder.isEmpty ? name : "\(folder)/\(name)"
  }

  /// The same error at the key of the scenario that it is about.
  private func place(_ error: SpecError, in run: Int) -> SpecError {
    let parts = ["runs[\(run)].caching", "runs[\(run)].policy", "demands", "options"]
    for part in parts where !error.path.isEmpty && file.has("\(part).\(error.path)") {
      return SpecError("\(part).\(error.path)", error.message)
    }
    return SpecError(
      "runs[\(run)]", error.path.isEmpty ? error.message : error.description)
  }

  private static func text(_ path: String) throws(InputError) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw InputError("no such file, or it cannot be read", file: path, kind: .unreadable)
    }
    guard let text = String(bytes: data, encoding: .utf8) else {
      throw InputError("not UTF-8 text", file: path)
    }
    return text
  }

  /// The choices with every default filled in, as YAML; every kind is looked up.
  func resolved() throws(InputError) -> String {
    func text(_ choice: Choice, _ specification: String) -> String {
      "kind: \(choice.kind)\n" + (specification.hasPrefix("{") ? "" : specification)
    }
    func nested(_ key: String, _ text: String, _ indent: String) -> String {
      "\(indent)\(key):\n"
        + text.split(separator: "\n").map { "\(indent)  \($0)\n" }.joined()
    }
    let arrivals = try ArrivalProcesses.registry.make(spec.arrivals).specification
    var result = "name: \(spec.name)\n" + nested("arrivals", text(spec.arrivals, arrivals), "")
    result += nested("options", (try? YAMLEncoder().encode(spec.options)) ?? "", "") + "runs:\n"
    for run in spec.runs {
      let policy = try SchedulerPolicies.registry.make(run.policy).specification
      let caching = try CachingPolicies.registry.make(run.caching).specification
      result += "  - name: \(JSONValue.string(run.name).text)\n"
      result += nested("policy", text(run.policy, policy), "    ")
      result += nested("caching", text(run.caching, caching), "    ")
    }
    return result
  }

  /// The highest rate at which each run meets its deadlines for a share `attainment` of queries.
  ///
  /// The `rate` of the scenario's arrivals is doubled or halved, then bisected to 2.5 %.
  public func capacity(attainment: Double, command: String) throws -> Report {
    guard spec.arrivals.replacing("rate", with: "1 Hz") != nil else {
      throw Self.located(
        file, SpecError("arrivals", "a capacity search needs arrivals with one `rate`"))
    }
    let start = try ArrivalProcesses.registry.make(spec.arrivals).member.meanRate ?? 1
    let seed = (spec.seeds ?? [spec.options.seed])[0]
    var rows: [[Table.Cell]] = []
    var results: [JSONValue] = []
    for (index, run) in spec.runs.enumerated() {
      var accuracy = 0.0
      let found = try CapacitySearch(start: start).run { rate throws(InputError) in
        let choice = spec.arrivals.replacing("rate", with: "\(rate) Hz") ?? spec.arrivals
        let arrivals = try loadedArrivals(choice)
        do {
          let metrics = try simulation(index, arrivals: arrivals, seed: seed).run().metrics
          if metrics.attainment >= attainment { accuracy = metrics.meanServedAccuracy }
          return metrics.attainment >= attainment
        } catch let error as InputError {
          throw error
        } catch {
          throw Self.located(file, SpecError("runs[\(index)]", "\(error)"))
        }
      }
      rows.append([
        .text(run.name), found.highest.map { .quantity($0, unit: "Hz") } ?? .none,
        found.highest == nil ? .none : .share(accuracy), .count(found.trials),
      ])
      results.append(
        .object([
          "name": .string(run.name), "rate_hz": found.highest.map { .number($0) } ?? .null,
          "lowest_failing_hz": found.lowestFailing.map { .number($0) } ?? .null,
          "mean_accuracy": found.highest == nil ? .null : .number(accuracy),
          "trials": .integer(found.trials),
        ]))
    }
    return Report(
      title: "\(spec.name), capacity at \(NumberText.share(attainment)) of deadlines met",
      facts: [("arrivals", spec.arrivals.kind), ("seed", "\(seed)"), ("width", "2.5 %")],
      table: Table(
        columns: [
          .init("run", "run"), .init("rate", "rate_hz"), .init("accuracy", "mean_accuracy"),
          .init("trials", "trials"),
        ], rows: rows, total: nil), conclusions: [], warnings: [],
      document: .object([
        "schema": .string("umemaki.capacity/1"), "scenario": .string(spec.name),
        "attainment": .number(attainment), "policies": .array(results),
        "provenance": Provenance(
          version: umemakiVersion, inputs: paths.map { Provenance.Input(fileAt: $0) },
          command: command, seed: seed
        ).document,
      ]))
  }

  /// The arrival process with its files read.
  private func loadedArrivals(_ choice: Choice? = nil) throws(InputError) -> any ArrivalProcess {
    var arrivals = try ArrivalProcesses.registry.make(choice ?? spec.arrivals).member
    do {
      try arrivals.load { name throws(InputError) in
        try Self.text(Self.path(name, in: folder))
      }
    } catch {
      var error = error
      // The process knows its file by the name in the scenario.
      if let name = error.file, error.kind == .malformed {
        error.file = Self.path(name, in: folder)
        error.location?.file = Self.path(name, in: folder)
      }
      throw error
    }
    return arrivals
  }

  /// The simulation of one run with one seed.
  private func simulation(
    _ index: Int, arrivals: any ArrivalProcess, seed: Int
  ) throws(InputError) -> ServingSimulation {
    let run = spec.runs[index]
    let policy = try SchedulerPolicies.registry.make(run.policy).member
    let caching = try CachingPolicies.registry.make(run.caching).member
    var options = spec.options
    options.seed = seed
    do {
      return try ServingSimulation(
        table: table, arrivals: arrivals, demands: spec.demands, policy: policy,
        caching: caching, options: options)
    } catch {
      throw Self.located(file, place(error, in: index))
    }
  }

  /// Every run with the first seed as Chrome trace events, one process per run, one thread per
  /// device; times in microseconds.
  public func trace() throws -> String {
    let limit = 20_000
    guard spec.options.queries <= limit else {
      throw Self.located(
        file,
        SpecError(
          "options.queries", "a trace shows at most \(limit) queries, found \(spec.options.queries)"
        ))
    }
    let arrivals = try loadedArrivals()
    var events: [JSONValue] = []
    for (index, run) in spec.runs.enumerated() {
      var observer = ServingTrace(process: index, table: table)
      _ = try simulation(index, arrivals: arrivals, seed: (spec.seeds ?? [spec.options.seed])[0])
        .run(observing: &observer)
      events += ServingTrace.names(process: index, run.name, devices: spec.options.devices)
      events += observer.events
    }
    return JSONValue.object(["traceEvents": .array(events), "displayTimeUnit": .string("ms")]).text
      + "\n"
  }

  /// Runs every combination with every seed.
  public func report(command: String) throws -> Report {
    let arrivals = try loadedArrivals()
    var outcomes: [Outcome] = []
    for (index, run) in spec.runs.enumerated() {
      let policy = try SchedulerPolicies.registry.make(run.policy)
      let caching = try CachingPolicies.registry.make(run.caching)
      let runs = try (spec.seeds ?? [spec.options.seed]).map { seed in
        try simulation(index, arrivals: arrivals, seed: seed).run()
      }
      let settings = [policy.specification, caching.specification]
        .flatMap { $0.split(separator: "\n") }.filter { $0 != "{}" }.joined(separator: ", ")
      outcomes.append(
        Outcome(
          name: run.name, policy: run.policy.kind, caching: run.caching.kind,
          settings: settings, runs: runs))
    }
    return report(outcomes, command: command)
  }

  private func report(_ outcomes: [Outcome], command: String) -> Report {
    let seeds = spec.seeds ?? [spec.options.seed]
    return Report(
      title: spec.name,
      facts: [
        ("arrivals", spec.arrivals.kind),
        (
          "queries",
          "\(NumberText.count(spec.options.queries)), \(seeds.count) seed\(seeds.count == 1 ? "" : "s")"
        ),
        (
          "table",
          "\(table.subnets.count) sub-networks x \(table.subgraphs.count) sub-graphs x "
            + "\(table.batches.count) batch sizes"
        ),
      ],
      table: Table(
        columns: [
          .init("run", "run"), .init(nil, "policy"), .init(nil, "caching_policy"),
          .init("mean", "latency_mean_s"), .init("p99", "latency_p99_s"),
          .init("SLO", "slo_attainment"), .init("accuracy", "mean_accuracy"),
          .init("drops", "dropped"), .init("energy", "energy_j_per_query"),
          .init("DRAM", "dram_bytes_per_query"), .init("hits", "cache_hit_ratio"),
          .init("busy", "utilization"), .init(nil, "subnet_switches"),
          .init(nil, "subgraph_loads"),
        ], rows: outcomes.map(row), total: nil),
      conclusions: outcomes.map { ($0.name, $0.settings.isEmpty ? "no options" : $0.settings) }
        + comparison(outcomes) + bounds(outcomes),
      warnings: warnings(outcomes), document: document(outcomes, command))
  }

  private func mean(_ outcome: Outcome, _ value: (ServingMetrics) -> Double) -> Double {
    outcome.runs.reduce(0) { $0 + value($1.metrics) } / Double(outcome.runs.count)
  }

  private func row(_ outcome: Outcome) -> [Table.Cell] {
    [
      .text(outcome.name), .text(outcome.policy), .text(outcome.caching),
      .quantity(mean(outcome) { $0.latency.meanSeconds }, unit: "s"),
      .quantity(mean(outcome) { $0.latency.percentile(99).value.seconds }, unit: "s"),
      .share(mean(outcome, \.attainment)), .share(mean(outcome, \.meanServedAccuracy)),
      .count(outcome.runs.reduce(0) { $0 + $1.drops }),
      .quantity(mean(outcome) { $0.energyPerQuery.value * 1e-12 }, unit: "J"),
      .quantity(mean(outcome, \.dramBytesPerQuery), unit: "B"),
      .share(mean(outcome, \.cacheHitRatio)), .share(mean(outcome, \.utilization)),
      .count(outcome.runs.reduce(0) { $0 + $1.metrics.subnetSwitches }),
      .count(outcome.runs.reduce(0) { $0 + $1.metrics.subgraphLoads }),
    ]
  }

  /// Every run against the first one.
  private func comparison(_ outcomes: [Outcome]) -> [(String, String)] {
    guard let first = outcomes.first, outcomes.count > 1 else { return [] }
    let base = mean(first) { $0.latency.meanSeconds }
    let bytes = mean(first, \.dramBytesPerQuery)
    return outcomes.dropFirst().map { outcome in
      let latency = mean(outcome) { $0.latency.meanSeconds } / base - 1
      let traffic = mean(outcome, \.dramBytesPerQuery) / bytes - 1
      return (
        "\(outcome.name) / \(first.name)",
        "latency \(NumberText.share(latency)), DRAM bytes \(NumberText.share(traffic))"
      )
    }
  }

  private func warnings(_ outcomes: [Outcome]) -> [String] {
    var found: [String] = []
    if outcomes.contains(where: {
      $0.runs.contains { !$0.metrics.latency.percentile(99).isReliable }
    }) {
      found.append("too few queries for a 99th percentile")
    }
    return found
  }

  private func document(_ outcomes: [Outcome], _ command: String) -> JSONValue {
    var arrivals = (try? ArrivalProcesses.registry.make(spec.arrivals))?.member
    arrivals?.start(seed: 1, name: "")
    return .object([
      "schema": .string("umemaki.serving/1"), "scenario": .string(spec.name),
      "arrivals": .object([
        "kind": .string(spec.arrivals.kind),
        "rate_hz": arrivals?.meanRate.map { .number($0) } ?? .null,
        "queries": .integer(spec.options.queries), "cv2": .null,
      ]),
      "policies": .array(outcomes.map(policy)),
      "warnings": .array(warnings(outcomes).map { .string($0) }),
      "provenance": Provenance(
        version: umemakiVersion, inputs: paths.map { Provenance.Input(fileAt: $0) },
        command: command, seed: spec.options.seed
      ).document,
    ])
  }

  /// Both published variants, where the scenario gives a frame period.
  private func fluidity(_ outcome: Outcome) -> JSONValue {
    guard let first = outcome.runs.first, !first.metrics.fluidity.isEmpty else { return .null }
    let members = FluidityIndex.Variant.allCases.map { variant in
      (variant.rawValue, JSONValue.number(mean(outcome) { $0.fluidity[variant]?.value ?? 0 }))
    }
    return .object(Dictionary(members) { first, _ in first })
  }

  /// The bound of each run beside the largest latency that was simulated.
  private func bounds(_ outcomes: [Outcome]) -> [(String, String)] {
    outcomes.compactMap { outcome in
      guard let bound = outcome.runs.compactMap({ $0.metrics.bound?.value.seconds }).max() else {
        return nil
      }
      let largest = outcome.runs.map { $0.metrics.latency.largest.seconds }.max() ?? 0
      return (
        "\(outcome.name), bound",
        "network calculus \(NumberText.quantity(bound, unit: "s")), largest simulated "
          + NumberText.quantity(largest, unit: "s")
      )
    }
  }

  private func policy(_ outcome: Outcome) -> JSONValue {
    func percentile(_ percent: Double) -> JSONValue {
      .number(mean(outcome) { $0.latency.percentile(percent).value.seconds })
    }
    let means = outcome.runs.map { $0.metrics.latency.meanSeconds }
    return .object([
      "name": .string(outcome.name), "policy": .string(outcome.policy),
      "caching_policy": .string(outcome.caching), "options": .string(outcome.settings),
      "queries": .integer(outcome.runs.reduce(0) { $0 + $1.arrivals }),
      "completed": .integer(outcome.runs.reduce(0) { $0 + $1.completions }),
      "dropped": .integer(outcome.runs.reduce(0) { $0 + $1.drops }),
      "slo_attainment": .number(mean(outcome, \.attainment)),
      "mean_accuracy": .number(mean(outcome, \.meanServedAccuracy)),
      "latency_s": .object([
        "mean": .number(mean(outcome) { $0.latency.meanSeconds }), "p50": percentile(50),
        "p90": percentile(90), "p99": percentile(99), "p999": percentile(99.9),
        "max": .number(mean(outcome) { $0.latency.largest.seconds }),
        "mean_lowest_seed": .number(means.min() ?? 0),
        "mean_highest_seed": .number(means.max() ?? 0),
      ]),
      "network_calculus_bound_s": outcome.runs.compactMap { $0.metrics.bound?.value.seconds }.max()
        .map { .number($0) } ?? .null,
      "fluidity": fluidity(outcome),
      "energy_j_per_query": .number(mean(outcome) { $0.energyPerQuery.value * 1e-12 }),
      "dram_bytes_per_query": .number(mean(outcome, \.dramBytesPerQuery)),
      "cache_hit_ratio": .number(mean(outcome, \.cacheHitRatio)),
      "utilization": .number(mean(outcome, \.utilization)),
      "subnet_switches": .integer(outcome.runs.reduce(0) { $0 + $1.metrics.subnetSwitches }),
      "subgraph_loads": .integer(outcome.runs.reduce(0) { $0 + $1.metrics.subgraphLoads }),
    ])
  }
}
