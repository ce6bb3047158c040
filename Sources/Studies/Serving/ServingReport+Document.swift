internal import Architectures
internal import Components
internal import CostModel
internal import Networks
internal import Reports
internal import Serving
internal import Units

extension ServingReport {
  /// `umemaki.serving/1`.
  func document() -> JSONValue {
    let host = builder?.hostWork.filter { !$0.names.isEmpty } ?? []
    let hostMembers = host.isEmpty ? [:] : ["host": JSONValue.array(host.map(\.document))]
    let oracleMembers = oracle.map { ["oracle_bound": $0.document] } ?? [:]
    return .object(
      [
        "schema": .string("umemaki.serving/1"), "scenario": .string(spec.name),
        "arrivals": .object([
          "kind": .string(spec.arrivals.kind), "rate_hz": rate.map { .number($0) } ?? .null,
          "queries": .integer(spec.options.queries), "cv2": variation.map { .number($0) } ?? .null,
        ]),
        "warm_up": .integer(spec.options.warmUp),
        "policies": .array(outcomes.map(policy)),
        "warnings": .array(warnings.map { .string($0) }),
        "provenance": Provenance(
          version: umemakiVersion, inputs: paths.map { Provenance.Input(fileAt: $0) },
          command: command, seed: spec.allSeeds[0]
        ).document,
      ].merging(hostMembers) { first, _ in first }
        .merging(oracleMembers) { first, _ in first })
  }

  /// Both published variants, where the scenario gives a frame period.
  private func fluidity(_ outcome: ServingOutcome) -> JSONValue {
    guard outcome.seeds.contains(where: { !$0.fluidity.isEmpty }) else { return .null }
    let members = FluidityIndex.Variant.allCases.map { variant in
      (
        variant.rawValue,
        outcome.mean { $0.fluidity[variant] }.map { JSONValue.number($0) } ?? .null
      )
    }
    return .object(Dictionary(members) { first, _ in first })
  }

  /// How many different settings of the same kinds of policies the experiment has.
  private func settingsTried(_ outcome: ServingOutcome) -> Int {
    Set(
      outcomes.filter { $0.policy == outcome.policy && $0.caching == outcome.caching }
        .map(\.settings)
    ).count
  }

  private func policy(_ outcome: ServingOutcome) -> JSONValue {
    var members = ServingFigure.object(table.energyUnit) { $0.json($0.value(of: outcome)) }
    // The lowest and the highest mean keep their old names beside the spread.
    if case .object(var latency) = members["latency_s"] {
      let spread = outcome.spread(\.latencyMean)
      latency["mean_lowest_seed"] = spread.map { .number($0.low) } ?? .null
      latency["mean_highest_seed"] = spread.map { .number($0.high) } ?? .null
      members["latency_s"] = .object(latency)
    }
    members["name"] = .string(outcome.name)
    members["policy"] = .string(outcome.policy)
    members["caching_policy"] = .string(outcome.caching)
    members["options"] = .string(outcome.settings)
    members["settings_tried"] = .integer(settingsTried(outcome))
    members["network_calculus_bound_s"] =
      outcome.spread(\.bound).map { .number($0.high) } ?? .null
    members["fluidity"] = fluidity(outcome)
    if spec.options.failures != nil {
      members["failures"] = .object([
        "devices": .integer(outcome.sum(\.failures)),
        "queries_interrupted": .integer(outcome.sum(\.interrupted)),
        "queries_lost": .integer(outcome.sum(\.lost)),
      ])
    }
    if let run = spec.runs.first(where: { $0.name == outcome.name }), let tune = run.tune {
      members["tuned"] = tune.document(outcome.tuned)
    }
    if oracle != nil {
      members["accuracy_score"] = OracleFigures.score(of: outcome).map { .number($0) } ?? .null
    }
    if let power = spec.options.power { members["power"] = document(power, outcome) }
    if !outcome.shownClasses.isEmpty {
      members["classes"] = .array(outcome.shownClasses.map(group))
    }
    if hasMemory { members["memory"] = memory(outcome) }
    if fleet.isListed { members["devices"] = devices(outcome) }
    members["spread"] = .object(
      ServingFigure.object(table.energyUnit) { outcome.spread($0.value)?.json ?? .null })
    members["seeds"] = .array(
      outcome.seeds.map { seed in
        var row = ServingFigure.object(table.energyUnit) { $0.json($0.value(seed)) }
        row["seed"] = .integer(seed.seed)
        return .object(row)
      })
    members["paired"] = paired(outcome)
    return .object(members)
  }

  /// What devices drew and what ran out.
  private func document(_ power: DevicePower, _ outcome: ServingOutcome) -> JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return .object([
      "idle_w": number(power.idle.map { $0.value * 1e-3 }),
      "cap_w": number(power.cap.map { $0.value * 1e-3 }),
      "battery_j": number(power.battery?.value),
      "idle_energy_j_per_query": number(outcome.mean(\.idleEnergy)),
      "battery_emptied_s": number(outcome.mean(\.emptied)),
      "seeds_emptied": .integer(outcome.seeds.count { $0.emptied != nil }),
      "queries_without_power": .integer(outcome.sum(\.unpowered)),
    ])
  }

  /// Models that came into memories and left them, of all seeds.
  private func memory(_ outcome: ServingOutcome) -> JSONValue {
    .object([
      "model_loads": .integer(outcome.sum(\.modelLoads)),
      "model_bytes_loaded": .integer(outcome.sum(\.modelBytes)),
      "model_evictions": .integer(outcome.sum(\.modelEvictions)),
    ])
  }

  /// The figures of every kind of devices, and of every device: means and sums over the seeds.
  private func devices(_ outcome: ServingOutcome) -> JSONValue {
    let unit = table.energyUnit
    return .array(
      zip(fleet.kinds, outcome.kinds).enumerated().map { index, entry in
        let (kind, figures) = entry
        var members = ServingFigure.object(unit, of: .devices) { $0.json($0.value(of: figures)) }
        members["kind"] = .string(kind.name)
        members["count"] = .integer(kind.count)
        members["spread"] = .object(
          ServingFigure.object(unit, of: .devices) { figures.spread($0.value)?.json ?? .null })
        members["seeds"] = .array(
          figures.seeds.map { seed in
            var row = ServingFigure.object(unit, of: .devices) { $0.json($0.value(seed)) }
            row["seed"] = .integer(seed.seed)
            return .object(row)
          })
        members["each"] = .array(
          outcome.devices.enumerated().filter { fleet.isDevice($0.offset, of: index) }.map {
            device, figures in
            var row = ServingFigure.object(unit, of: .devices) { $0.json($0.value(of: figures)) }
            row["device"] = .integer(device)
            if kind.memory != nil { row["memory"] = memory(figures) }
            return .object(row)
          })
        return .object(members)
      })
  }

  /// The figures of one class; `class` is null for queries of none.
  private func group(_ outcome: ServingOutcome) -> JSONValue {
    let unit = table.energyUnit
    var members = ServingFigure.object(unit, of: .classes) { $0.json($0.value(of: outcome)) }
    members["class"] = outcome.name.isEmpty ? .null : .string(outcome.name)
    if let target = target(of: outcome.name) {
      members["target"] = .number(target)
      members["meets_target"] =
        outcome.mean(\.attainment).map { .bool($0 >= target) } ?? .null
    }
    members["spread"] = .object(
      ServingFigure.object(unit, of: .classes) { outcome.spread($0.value)?.json ?? .null })
    members["seeds"] = .array(
      outcome.seeds.map { seed in
        var row = ServingFigure.object(unit, of: .classes) { $0.json($0.value(seed)) }
        row["seed"] = .integer(seed.seed)
        return .object(row)
      })
    return .object(members)
  }

  /// What a run's figures are above those of the first one, seed by seed; null for the first.
  private func paired(_ outcome: ServingOutcome) -> JSONValue {
    guard let first = outcomes.first, outcome.name != first.name else { return .null }
    var members = ServingFigure.object(table.energyUnit) {
      outcome.difference(from: first, $0.value)?.json ?? .null
    }
    members["against"] = .string(first.name)
    return .object(members)
  }
}
