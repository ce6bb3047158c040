internal import Components
internal import Documents
internal import Inputs
public import Reports
internal import Serving
internal import Units

/// What a client finds out of the sub-networks behind a service by stating one latency after the other, and how
/// many queries still get what they asked for where noise is on their constraints.
///
/// Source of the question: PSML (2023). A probe sends lone queries, one at a time, and sees which sub-network
/// answers.
public struct ConstraintProbe: Sendable {
  /// The highest budget that is asked; twice the slowest sub-network's latency when nil.
  public var highest: String?
  /// Budgets closer than that are not told apart; a 1600th of the highest when nil.
  public var resolution: String?

  /// A probe of the defaults.
  public init() {}

  /// Probes every run of a scenario.
  ///
  /// - Throws: `InputError` about the scenario or a flag, or where a run cannot go on.
  public func report(
    _ scenario: String, folders: SpecFolders, command: String
  ) throws -> Report {
    let experiment = try ServingExperiment(scenario, folders: folders)
    let table = experiment.table
    let slowest = table.subnets.indices.reduce(SimulationTime(0)) {
      max($0, table.cell($1, 0).latency)
    }
    let highest =
      try time(self.highest, "--highest") ?? SimulationTime(min(slowest.count, 1 << 60) * 2)
    let resolution =
      try time(self.resolution, "--resolution")
      ?? SimulationTime(max(1, highest.count / 1600))
    guard resolution < highest else {
      throw InputError(
        "expected less than the highest budget of \(highest), found \(resolution)", file: nil,
        path: "--resolution")
    }
    let seeds = experiment.spec.allSeeds
    var runs: [ProbeDocument.Run] = []
    for index in experiment.spec.runs.indices {
      let plain = try probe(experiment, index, seed: seeds[0], highest, resolution, noise: nil)
      var (found, queries, met, all) = (0, 0, 0, 0)
      for seed in seeds {
        let probe = try self.probe(
          experiment, index, seed: seed, highest, resolution, noise: experiment.spec.noise)
        found += plain.agreeing(with: probe, resolution: Double(resolution.count))
        queries += probe.queries
        let count = try goodput(experiment, index, seed: seed)
        met += count.met
        all += count.all
      }
      let number = Double(seeds.count)
      runs.append(
        ProbeDocument.Run(
          name: experiment.spec.runs[index].name, policy: experiment.spec.runs[index].policy.kind,
          frontier: plain.found.keys.sorted().map { table.subnets[$0].name },
          found: Double(found) / number,
          foundShare: plain.found.isEmpty
            ? 0 : Double(found) / number / Double(plain.found.count),
          queries: Double(queries) / number, goodput: all == 0 ? 0 : Double(met) / Double(all)))
    }
    return Self.report(
      ProbeDocument(
        scenario: experiment.spec.name, lowestBudgetS: 1e-12, highestBudgetS: highest.seconds,
        resolutionS: resolution.seconds, seeds: seeds, runs: runs,
        provenance: Provenance(filesAt: experiment.paths, command: command)))
  }

  private func time(_ text: String?, _ flag: String) throws(InputError) -> SimulationTime? {
    guard let text else { return nil }
    let time: SimulationTime
    do {
      time = try SimulationTime(parsing: text)
    } catch {
      throw InputError("\(error)", file: nil, path: flag)
    }
    guard time.count > 1 else {
      throw InputError("expected more than 1 ps, found \(time)", file: nil, path: flag)
    }
    return time
  }

  /// Lone queries of budgets up to `highest`; every one draws noise of its own.
  private func probe(
    _ experiment: ServingExperiment, _ run: Int, seed: Int, _ highest: SimulationTime,
    _ resolution: SimulationTime, noise: DemandNoise?
  ) throws(InputError) -> FrontierProbe {
    let arrivals = try ArrivalProcesses.registry.make(
      Choice(kind: DeterministicArrivals.kind).setting("rate", to: "1 Hz")
    ).member
    var number = 0
    return try FrontierProbe(
      from: 1, to: Double(highest.count), resolution: Double(resolution.count)
    ) { (budget) throws(InputError) in
      number += 1
      // Seeds of their own, far from those of the scenario.
      let own = seed &* 1_000_003 &+ number
      let simulation = try experiment.simulation(
        run, arrivals: arrivals, options: ServingOptions(queries: 1, seed: own & 0x7fff_ffff),
        demands: DemandMix(latency: SimulationTime(Int(budget))), noise: noise)
      var observer = AnswerObserver(experiment.table)
      do throws(ServingError) {
        _ = try simulation.run(observing: &observer)
      } catch {
        // A lone query that is given up is no answer.
        guard case .nothingServed = error else { throw experiment.located(error, in: run) }
      }
      return observer.subnet
    }
  }

  /// The scenario's queries whose true constraints were met.
  private func goodput(
    _ experiment: ServingExperiment, _ run: Int, seed: Int
  ) throws(InputError) -> (met: Int, all: Int) {
    let simulation = try experiment.simulation(
      run, arrivals: experiment.loadedArrivals(), seed: seed)
    var observer = AnswerObserver(experiment.table)
    do throws(ServingError) {
      _ = try simulation.run(observing: &observer)
    } catch {
      throw experiment.located(error, in: run)
    }
    return (observer.met, observer.all)
  }

  private static func report(_ document: ProbeDocument) -> Report {
    func seconds(_ value: Double) -> String { NumberText.quantity(value, unit: "s") }
    return Report(
      title: "\(document.scenario), what stated latencies give away",
      facts: [
        (
          "budgets",
          "up to \(seconds(document.highestBudgetS)), halved down to \(seconds(document.resolutionS))"
        ),
        ("frontier", "sub-networks that are served for some budget where nothing is added"),
        ("goodput", "share of the scenario's queries whose true constraints were met"),
      ],
      table: Table(
        columns: [
          .init("run", "run"), .init("policy", "policy"), .init("frontier", "frontier"),
          .init("found", "found"), .init("share", "found_share"), .init("queries", "queries"),
          .init("goodput", "goodput"),
        ],
        rows: document.runs.map {
          [
            .text($0.name), .text($0.policy), .count($0.frontier.count), .ratio($0.found),
            .share($0.foundShare), .ratio($0.queries), .share($0.goodput),
          ]
        }, total: nil),
      conclusions: [], warnings: [], document: document.json)
  }
}

/// Which sub-network answered last, and whether queries got what they asked for.
private struct AnswerObserver: SimulationObserver {
  private let table: ProfileTable
  private(set) var subnet: Int?
  private(set) var met = 0
  private(set) var all = 0

  init(_ table: ProfileTable) { self.table = table }

  mutating func completed(_ query: Query, _ service: Service, batch: Int) {
    subnet = service.subnet
    all += 1
    if service.end <= query.deadline,
      table.subnets[service.subnet].accuracy >= query.demand.accuracy
    {
      met += 1
    }
  }

  mutating func dropped(_ query: Query, at time: SimulationTime, because reason: DropReason) {
    all += 1
  }
}
