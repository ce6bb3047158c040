internal import Documents
internal import Reports

extension SweepResult {
  /// What a sweep's report stores, `rows` being the designs of all fronts, `advice` the best ones and
  /// `planes` the policies at equal levels, where there are any.
  func document(
    _ rows: [ResultStore.Row], _ advice: [Advice], _ planes: PlaneSet?, _ command: String
  ) -> SweepDocument {
    let manifest = store.manifest
    return SweepDocument(
      name: manifest.name, target: manifest.target, search: manifest.search,
      points: .init(
        planned: manifest.points, stored: count, ok: counts[.ok] ?? 0,
        infeasible: counts[.infeasible] ?? 0, error: counts[.error] ?? 0),
      objectives: manifest.objectives, constraints: manifest.constraints,
      pareto: rows.map(design), sensitivity: sensitivity, best: advice.map(best),
      findings: findingsDocument, provenance: manifest.provenance(command),
      environment: fronts.axes.isEmpty ? nil : fronts.axes.map { manifest.axes[$0].name },
      fronts: fronts.axes.isEmpty
        ? nil
        : fronts.groups.map {
          .init(
            environment: environmentTexts($0.environment), designs: $0.count, points: $0.points)
        },
      planes: planes.map { $0.document($0.comparisons) })
  }

  /// The texts of the axes of the environment by their names.
  func environmentTexts(_ environment: [String]) -> [String: String] {
    Dictionary(zip(fronts.axes.map { store.manifest.axes[$0].name }, environment)) {
      first, _ in first
    }
  }

  /// What each axis explains of each objective.
  private var sensitivity: [String: [String: Double?]] {
    let axes = store.manifest.axes.map(\.name)
    return Dictionary(
      zip(store.manifest.objectives, sensitivities).map { name, shares in
        (name, Dictionary(zip(axes, shares.map { $0?.known })) { first, _ in first })
      }
    ) { first, _ in first }
  }

  /// The figures of the findings.
  private var findingsDocument: SweepDocument.Findings {
    .init(
      noEffect: effects.idle.map {
        .init(axis: store.manifest.axes[$0.axis].name, compared: $0.compared)
      },
      failures: failures.ranked.prefix(20).map {
        .init(
          status: $0.status.word, message: $0.message, point: $0.point, points: $0.count)
      })
  }

  private func best(_ advice: Advice) -> BestDesign {
    BestDesign(
      objective: advice.objective.name, design: design(advice.row), bound: bound(advice.row),
      withoutConstraint: advice.relaxations.map {
        .init(constraint: $0.constraint, ratio: $0.ratio.known, design: design($0.row))
      },
      steps: advice.steps.map {
        .init(axis: $0.axis, value: $0.value, ratio: $0.ratio?.known, message: $0.message)
      }, environment: fronts.axes.isEmpty ? nil : environmentTexts(advice.environment))
  }

  /// A point with its axes and figures.
  private func design(_ row: ResultStore.Row) -> DesignDocument {
    DesignDocument(
      point: row.point, status: row.outcome.status.word,
      axes: Dictionary(zip(store.manifest.axes.map(\.name), row.axes)) { _, last in last },
      figures: Dictionary(
        zip(metrics, row.outcome.metrics).map { ($0.name, $0.stored($1)) }
      ) { _, last in last })
  }
}

extension Metric {
  /// A figure of a document: whole where the quantity is counted.
  fileprivate func stored(_ value: Double) -> JSONValue {
    let isWhole =
      [.cycles, .count].contains(dimension) || dimension == .bytes && value == value.rounded()
    return value.isNaN ? .null : isWhole ? .integer(Int(value)) : .number(value)
  }
}

extension Double {
  /// The number; nil where it is not finite, which no document can say.
  var known: Double? { isFinite ? self : nil }
}

extension SweepManifest {
  /// Where the figures of the sweep come from.
  func provenance(_ command: String) -> Provenance {
    Provenance(
      version: version, inputs: inputs.map { Provenance.Input(path: $0.path, digest: $0.sha256) },
      command: command)
  }
}
