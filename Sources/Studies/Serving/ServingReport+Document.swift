internal import Architectures
internal import Components
internal import CostModel
internal import Documents
internal import Networks
internal import Reports
internal import Serving
internal import Units

extension ServingReport {
  /// What `serve` stores.
  var document: ServingDocument {
    let host = builder?.hostWork.filter { !$0.names.isEmpty } ?? []
    return ServingDocument(
      scenario: spec.name,
      arrivals: .init(
        kind: spec.arrivals.kind, rateHz: rate, queries: spec.options.queries, cv2: variation),
      warmUp: spec.options.warmUp, policies: outcomes.map(policy), warnings: warnings,
      provenance: Provenance(filesAt: paths, command: command, seed: spec.allSeeds[0]),
      host: host.isEmpty ? nil : host.map(\.stored), oracleBound: oracle?.document)
  }

  private func policy(_ outcome: ServingOutcome) -> Joined<RunFigures<Double, Int>, ServedRun> {
    let unit = table.energyUnit
    let run = spec.runs.first { $0.name == outcome.name }
    let spread = outcome.spread(\.latencyMean)
    return Joined(
      ServingFigure.ofRun(
        unit, amount: { $0.value(of: outcome) }, count: { $0.count(of: outcome) },
        ends: .some((spread?.low, spread?.high))),
      ServedRun(
        name: outcome.name, policy: outcome.policy, cachingPolicy: outcome.caching,
        options: outcome.settings, settingsTried: settingsTried(outcome),
        networkCalculusBoundS: outcome.spread(\.bound)?.high, fluidity: fluidity(outcome),
        failures: spec.options.failures == nil
          ? nil
          : .init(
            devices: outcome.sum(\.failures), queriesInterrupted: outcome.sum(\.interrupted),
            queriesLost: outcome.sum(\.lost)),
        tuned: run?.tune.map { $0.document(outcome.tuned) },
        accuracyScore: oracle.map { _ in OracleFigures.score(of: outcome) },
        queriesRefused: spec.options.mostWaiting.map { _ in outcome.sum(\.refused) },
        power: supplied.map { PowerDocument($0, outcome) },
        classes: outcome.shownClasses.isEmpty ? nil : outcome.shownClasses.map(group),
        memory: hasMemory ? ModelMemoryDocument(outcome) : nil,
        devices: fleet.isListed ? devices(outcome) : nil,
        spread: runSpread { outcome.spread($0.value) },
        seeds: outcome.seeds.map { seed in
          Joined(
            ServingFigure.ofRun(unit, amount: { $0.value(seed) }, count: { $0.count(seed) }),
            SeedNumber(seed: seed.seed))
        }, paired: paired(outcome)))
  }

  /// Figures of a whole run over seeds, counts like the others.
  private func runSpread(
    _ spread: (ServingFigure) -> Spread?
  ) -> RunFigures<SpreadFigures, SpreadFigures> {
    ServingFigure.ofRun(
      table.energyUnit, amount: { spread($0)?.document }, count: { spread($0)?.document })
  }

  /// A figure of an outcome over its seeds.
  private func spread(_ outcome: ServingOutcome) -> (ServingFigure) -> SpreadFigures? {
    { outcome.spread($0.value)?.document }
  }

  /// Both published variants, where the scenario gives a frame period.
  private func fluidity(_ outcome: ServingOutcome) -> [String: Double?]? {
    guard outcome.seeds.contains(where: { !$0.fluidity.isEmpty }) else { return nil }
    return Dictionary(
      uniqueKeysWithValues: FluidityIndex.Variant.allCases.map { variant in
        (variant.rawValue, outcome.mean { $0.fluidity[variant] })
      })
  }

  /// How many different settings of the same kinds of policies the experiment has.
  private func settingsTried(_ outcome: ServingOutcome) -> Int {
    Set(
      outcomes.filter { $0.policy == outcome.policy && $0.caching == outcome.caching }
        .map(\.settings)
    ).count
  }

  /// The figures of every kind of devices, and of every device: means and sums over the seeds.
  private func devices(
    _ outcome: ServingOutcome
  ) -> [Joined<DeviceFigures<Double, Int>, ServedDevices>] {
    let unit = table.energyUnit
    func values(_ figures: ServingOutcome) -> DeviceFigures<Double, Int> {
      ServingFigure.ofDevices(
        unit, amount: { $0.value(of: figures) }, count: { $0.count(of: figures) })
    }
    return zip(fleet.kinds, outcome.kinds).enumerated().map { index, entry in
      let (kind, figures) = entry
      return Joined(
        values(figures),
        ServedDevices(
          kind: kind.name, count: kind.count,
          spread: ServingFigure.ofDevices(unit, amount: spread(figures), count: spread(figures)),
          seeds: figures.seeds.map { seed in
            Joined(
              ServingFigure.ofDevices(
                unit, amount: { $0.value(seed) }, count: { $0.count(seed) }),
              SeedNumber(seed: seed.seed))
          },
          each: outcome.devices.enumerated().filter { fleet.isDevice($0.offset, of: index) }.map {
            device, figures in
            Joined(
              values(figures),
              .init(
                device: device,
                memory: kind.memory == nil ? nil : ModelMemoryDocument(figures)))
          }))
    }
  }

  /// The figures of one class.
  private func group(
    _ outcome: ServingOutcome
  ) -> Joined<QueryFigures<Double, Int>, ServedClass> {
    let target = target(of: outcome.name)
    return Joined(
      ServingFigure.ofQueries(
        amount: { $0.value(of: outcome) }, count: { $0.count(of: outcome) }),
      ServedClass(
        class: outcome.name.isEmpty ? nil : outcome.name, target: target,
        meetsTarget: target.map { target in outcome.mean(\.attainment).map { $0 >= target } },
        spread: ServingFigure.ofQueries(amount: spread(outcome), count: spread(outcome)),
        seeds: outcome.seeds.map { seed in
          Joined(
            ServingFigure.ofQueries(
              amount: { $0.value(seed) }, count: { $0.count(seed) }),
            SeedNumber(seed: seed.seed))
        }))
  }

  /// What a run's figures are above those of the first one, seed by seed; nil for the first.
  private func paired(
    _ outcome: ServingOutcome
  ) -> Joined<RunFigures<SpreadFigures, SpreadFigures>, ServedRun.Against>? {
    guard let first = outcomes.first, outcome.name != first.name else { return nil }
    return Joined(
      runSpread { outcome.difference(from: first, $0.value) },
      .init(against: first.name))
  }
}

extension PowerDocument {
  fileprivate init(_ power: DevicePower, _ outcome: ServingOutcome) {
    self.init(
      idleW: power.idle.map { $0.value * 1e-3 }, capW: power.cap.map { $0.value * 1e-3 },
      batteryJ: power.battery?.value, idleEnergyJPerQuery: outcome.mean(\.idleEnergy),
      batteryEmptiedS: outcome.mean(\.emptied),
      seedsEmptied: outcome.seeds.count { $0.emptied != nil },
      queriesWithoutPower: outcome.sum(\.unpowered))
  }
}

extension ModelMemoryDocument {
  fileprivate init(_ outcome: ServingOutcome) {
    self.init(
      modelLoads: outcome.sum(\.modelLoads), modelBytesLoaded: outcome.sum(\.modelBytes),
      modelEvictions: outcome.sum(\.modelEvictions))
  }
}
