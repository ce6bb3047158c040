internal import Architectures
internal import Components
internal import CostModel
internal import Documents
internal import Inputs
public import Reports
internal import Serving
internal import Units

extension TokenExperiment {
  /// What was found for one policy.
  struct Capacity {
    let name: String
    let found: CapacitySearch.Result
    /// At the highest rate, a value per seed.
    let metrics: [TokenMetrics]
    let unit: EnergyUnit?
    /// Of a device in square millimetres; nil where costs are of no design with an area table.
    let area: Double?
  }

  /// The highest rate at which each policy keeps the targets for a share of the requests.
  ///
  /// Where prompts have classes, every class has to keep its own for the share. Gaps between arrivals are scaled, lengths are
  /// not: the same requests come at every rate. Rates are doubled or
  /// halved, then bisected to 2.5 %.
  ///
  /// - Throws: `InputError` where there are no targets, where arrivals have no rate, or where a run cannot go
  ///   on.
  public func capacity(share: Double, command: String) throws -> Report {
    guard spec.targets?.asksForAnything == true else {
      throw file.error(
        SpecError("targets", "a capacity search needs `first_token`, `between_tokens` or both"))
    }
    let scale = try file.locating { () throws(SpecError) in
      do throws(SpecError) {
        return try ArrivalScale(spec.requests.arrivals, loadedArrivals)
      } catch {
        throw SpecError("requests.\(error.path)", error.message)
      }
    }
    let search = try CapacitySearch(start: scale.mean)
    var entries: [Capacity] = []
    var known = KnownCosts()
    for index in spec.runs.indices {
      let costs = try known.costs(of: index, in: self)
      var best: [TokenMetrics] = []
      let found = try search.run { rate throws(InputError) -> CapacitySearch.Trial in
        let (trial, metrics) = try self.trial(index, scale, rate, share, costs)
        if trial == .meets { best = metrics }
        return trial
      }
      entries.append(
        Capacity(
          name: spec.runs[index].name, found: found, metrics: best,
          unit: try energyUnit(of: index), area: try area(of: index)))
    }
    return TokenCapacityReport(
      spec: spec, share: share, entries: entries,
      provenance: Provenance(filesAt: paths, command: command, seed: spec.allSeeds[0])
    ).report
  }

  private func trial(
    _ index: Int, _ scale: ArrivalScale, _ rate: Double, _ share: Double,
    _ costs: RunCosts
  ) throws(InputError) -> (CapacitySearch.Trial, [TokenMetrics]) {
    guard let arrivals = try? arrivals(scale.choice(at: rate)) else { return (.hopeless, []) }
    var all: [TokenMetrics] = []
    for seed in spec.allSeeds {
      let simulation = try simulation(index, seed: seed, arrivals: arrivals, costs: costs)
      do throws(ServingError) {
        all.append(try simulation.run())
      } catch {
        switch error {
        case .arrivalBeyondClock: return (.hopeless, all)
        // A lower rate may leave the host room.
        case .hostFull: return (.misses, all)
        default: throw failure(error, in: index)
        }
      }
    }
    if Self.keeps(all, share) { return (.meets, all) }
    // Where nobody waits for another, no lower rate does better.
    return (all.allSatisfy { $0.meanRequests <= 1 } ? .hopeless : .misses, all)
  }

  /// Whether the share of all requests, and of every class of prompts that any were of, keeps what is asked, in the mean
  /// over seeds.
  private static func keeps(_ all: [TokenMetrics], _ share: Double) -> Bool {
    let kept = all.reduce(0.0) { $0 + Double($1.kept) / Double(max($1.measured, 1)) }
    guard kept / Double(all.count) >= share else { return false }
    return (all.first?.classes.indices ?? 0..<0).allSatisfy { index in
      let shares = all.compactMap { $0.classes[index].share }
      return shares.isEmpty || shares.reduce(0, +) / Double(shares.count) >= share
    }
  }

  /// The area of a run's design, of one device.
  private func area(of run: Int) throws(InputError) -> Double? {
    let choice = spec.runs[run].costs ?? spec.costs
    guard choice.kind == DesignCosts.kind, let name = choice.text(of: "architecture") else {
      return nil
    }
    var resolver = Resolver(folders: folders)
    let design = try TokenSource.resolved(name, folders)
    let question = Question(architecture: name, workload: spec.model)
    return try resolver.area(question, design, .none).map {
      AreaModel($0.table.value).total(of: design).value
    }
  }
}

/// What a capacity search of tokens reports.
struct TokenCapacityReport {
  let spec: TokenScenarioSpec
  let share: Double
  let entries: [TokenExperiment.Capacity]
  let provenance: Provenance

  var report: Report {
    let targets = [
      spec.targets?.firstToken.map { "first token in \($0)" },
      spec.targets?.betweenTokens.map { "every further one in \($0)" },
      spec.targets?.classes.map { classes in
        "the share in every class: \(classes.map(\.name).joined(separator: ", "))"
      },
    ].compactMap { $0 }
    return Report(
      title: "\(spec.name), capacity at \(NumberText.share(share)) of requests",
      facts: [
        ("model", spec.model), ("targets", targets.joined(separator: ", ")), ("width", "2.5 %"),
        ("devices", "\(devices)"),
      ],
      table: Table(
        columns: [
          .init("run", "run"), .init("rate", "rate_hz"), .init("kept", "kept"),
          .init("tokens", "output_tokens_per_s"), .init("a device", "rate_per_device_hz"),
          .init("a joule", "requests_per_joule"), .init("a mm2", "rate_per_mm2_hz"),
          .init("energy/token", "energy_per_token_j"), .init(nil, "lowest_failing_hz"),
          .init("trials", "trials"),
        ], rows: figures.map(row), total: nil),
      conclusions: entries.filter { $0.found.highest == nil }.map { ($0.name, "no rate meets it") },
      warnings: [], document: document.json)
  }

  /// Devices of all groups.
  private var devices: Int {
    let given = spec.devices
    let groups = (given?.replicas ?? 1) + (given?.prompts ?? 0)
    return groups * (given?.tensor ?? 1) * (given?.stages ?? 1)
  }

  private var figures: [TokenCapacityDocument.Run] {
    entries.map { entry in
      let count = Double(max(entry.metrics.count, 1))
      func mean(_ value: (TokenMetrics) -> Double) -> Double? {
        entry.metrics.isEmpty ? nil : entry.metrics.reduce(0) { $0 + value($1) } / count
      }
      let isAbsolute = entry.unit?.isAbsolute == true
      let joules = isAbsolute ? mean { $0.energy.value * 1e-12 } : nil
      let completed = mean { Double($0.completed) }
      return TokenCapacityDocument.Run(
        name: entry.name, rateHz: entry.found.highest, lowestFailingHz: entry.found.lowestFailing,
        kept: mean { Double($0.kept) / Double(max($0.measured, 1)) },
        outputTokensPerS: mean { Double($0.outputTokens) / $0.end.seconds },
        ratePerDeviceHz: entry.found.highest.map { $0 / Double(devices) },
        requestsPerJoule: joules.flatMap { joules in
          joules > 0 ? completed.map { $0 / joules } : nil
        },
        ratePerMm2Hz: entry.found.highest.flatMap { rate in
          entry.area.map { rate / ($0 * Double(devices)) }
        },
        energyPerTokenJ: isAbsolute
          ? mean { $0.energy.value * 1e-12 / Double(max($0.outputTokens, 1)) } : nil,
        trials: entry.found.trials)
    }
  }

  private func row(_ run: TokenCapacityDocument.Run) -> [Table.Cell] {
    func cell(_ value: Double?, _ unit: String) -> Table.Cell {
      value.map { .quantity($0, unit: unit) } ?? .none
    }
    return [
      .text(run.name), cell(run.rateHz, "/s"), run.kept.map { .share($0) } ?? .none,
      cell(run.outputTokensPerS, "/s"), cell(run.ratePerDeviceHz, "/s"),
      cell(run.requestsPerJoule, ""), cell(run.ratePerMm2Hz, "/s"),
      cell(run.energyPerTokenJ, "J"), cell(run.lowestFailingHz, "/s"), .count(run.trials),
    ]
  }

  private var document: TokenCapacityDocument {
    TokenCapacityDocument(
      scenario: spec.name, model: spec.model, share: share, seeds: spec.allSeeds,
      devices: devices, runs: figures, provenance: provenance)
  }
}
