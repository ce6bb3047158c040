internal import Inputs
public import Reports

extension SweepResult {
  /// The most rows of comparisons that people see.
  private static let shownComparisons = 60

  /// The planes of this sweep where it has any to show: several policies, and an environment or a wish.
  func planesIfAny() throws(StoreError) -> PlaneSet? {
    let manifest = store.manifest
    guard PlaneSet.exist(manifest), !fronts.axes.isEmpty || manifest.planes != nil else {
      return nil
    }
    let set = try PlaneSet(store)
    return set.names.count > 1 ? set : nil
  }

  /// The policies of a serving sweep at equal accuracy, attainment and rate.
  ///
  /// - Throws: `InputError` for a sweep of single inferences, `StoreError` where the store cannot be read.
  public func planes(command: String) throws -> Report {
    let manifest = store.manifest
    guard PlaneSet.exist(manifest) else {
      throw InputError(
        "`\(manifest.name)` has no policies: planes compare those of a sweep with `serving`",
        file: nil)
    }
    let set = try PlaneSet(store)
    let comparisons = set.comparisons
    return Report(
      title: "\(manifest.name): policies at equal accuracy, attainment and rate",
      facts: planeFacts(set), table: planeTable(set, comparisons), conclusions: [],
      warnings: planeWarnings(set, comparisons),
      document: .object([
        "schema": .string("umemaki.planes/1"), "name": .string(manifest.name),
        "target": .string(manifest.target), "planes": set.document(comparisons),
        "provenance": Provenance(
          version: manifest.version,
          inputs: manifest.inputs.map { Provenance.Input(path: $0.path, digest: $0.sha256) },
          command: command
        ).document,
      ]), charts: PlaneCharts(set: set).all)
  }

  private func planeFacts(_ set: PlaneSet) -> [(String, String)] {
    func words(_ axes: [Int]) -> String {
      axes.isEmpty ? "none" : axes.map { set.manifest.axes[$0].name }.joined(separator: ", ")
    }
    return [
      ("target", set.manifest.target), ("policies", set.names.joined(separator: ", ")),
      ("compared with", set.names.first ?? "none"),
      ("equal wherever policies are compared", words(set.held)),
      ("settings of a policy", words(set.axes.along)),
      (
        "at equal X",
        "what the other policy gives at the level that the first one has: exact where a setting has it, "
          + "interpolated between two neighbours of its own frontier, not-worse where all of its frontier "
          + "has more, and out-of-range where none reaches it; nothing is extrapolated"
      ),
    ]
  }

  private func planeWarnings(_ set: PlaneSet, _ comparisons: [EqualComparison]) -> [String] {
    var found: [String] = []
    if set.names.count < 2 { found.append("one policy: there is nothing to compare it with") }
    let single = set.names.filter { name in
      set.places.allSatisfy { place in
        place.policies.first { $0.name == name }.map { $0.points.count < 2 } ?? true
      }
    }
    if !single.isEmpty {
      found.append(
        "one setting is no frontier: \(single.joined(separator: ", ")); `planes.policies` and "
          + "`planes.along` say what their settings are")
    }
    let beyond = comparisons.count { $0.answer.word == "out-of-range" }
    if beyond > 0 {
      found.append(
        "\(NumberText.count(beyond)) of \(NumberText.count(comparisons.count)) comparisons are out of "
          + "range: the other policy does not reach the level")
    }
    if comparisons.count > Self.shownComparisons {
      found.append(
        "the table shows \(Self.shownComparisons) of \(NumberText.count(comparisons.count)) comparisons, "
          + "`--format csv` has all")
    }
    return found
  }

  private func planeTable(_ set: PlaneSet, _ comparisons: [EqualComparison]) -> Table {
    let rows = comparisons.map { entry -> [Table.Cell] in
      [
        .text(entry.kind), .text(set.text(entry.texts)), .text(entry.policy), .count(entry.point),
        entry.level.cell(entry.at), entry.metric.cell(entry.own),
        entry.answer.value.map(entry.metric.cell) ?? .none, .text(entry.answer.word),
        entry.ratio.map { .ratio($0) } ?? .none,
      ]
    }
    return Table(
      columns: [
        .init("comparison", "comparison"), .init("where", "where"),
        .init("other policy", "policy"), .init(nil, "reference_point"), .init("at", "level"),
        .init(set.names.first ?? "reference", "reference_value"), .init("other", "value"),
        .init("how", "method"), .init("ratio", "ratio"),
      ], rows: Array(rows.prefix(Self.shownComparisons)), total: nil,
      details: Array(rows.dropFirst(Self.shownComparisons)))
  }
}

extension PlaneSet {
  /// Policies with their settings place by place, and what they give at equal levels.
  func document(_ comparisons: [EqualComparison]) -> JSONValue {
    .object([
      "reference": names.first.map { .string($0) } ?? .null,
      "held": .array(held.map { .string(manifest.axes[$0].name) }),
      "settings": .array(axes.along.map { .string(manifest.axes[$0].name) }),
      "places": .array(places.map(document)),
      "comparisons": .array(
        comparisons.map { entry in
          var range = JSONValue.null
          if case .outOfRange(let highest) = entry.answer { range = .number(highest) }
          return .object([
            "comparison": .string(entry.kind), "where": object(entry.texts),
            "reference": .string(entry.reference), "policy": .string(entry.policy),
            "reference_point": .integer(entry.point), "equal": .string(entry.level.name),
            "level": .number(entry.at), "figure": .string(entry.metric.name),
            "reference_value": .number(entry.own),
            "value": entry.answer.value.map { .number($0) } ?? .null,
            "method": .string(entry.answer.word), "highest_level": range,
            "ratio": entry.ratio.map { .number($0) } ?? .null,
          ])
        }),
    ])
  }

  private func object(_ texts: [String]) -> JSONValue {
    .object(
      Dictionary(zip(held, texts).map { (manifest.axes[$0].name, JSONValue.string($1)) }) {
        first, _ in first
      })
  }

  /// The figures of planes.
  private static let figures = [
    ["accuracy"], ["accuracy_completed"], ["slo_attainment"], ["latency_s"],
    PlaneKind.energies, ["goodput_hz"], ["arrival_rate_hz"],
  ]

  private func document(_ place: Place) -> JSONValue {
    let columns = Self.figures.compactMap { column($0) }
    return .object([
      "where": object(place.texts),
      "policies": .array(
        place.policies.map { policy in
          .object([
            "name": .string(policy.name),
            "settings": .array(
              policy.points.map { point in
                var members = Dictionary(
                  columns.map { column in
                    let value = point.metrics[column]
                    return (metrics[column].name, value.isFinite ? JSONValue.number(value) : .null)
                  }
                ) { first, _ in first }
                members["point"] = .integer(point.point)
                members["axes"] = .object(
                  Dictionary(
                    zip(manifest.axes, point.axes).map { ($0.name, JSONValue.string($1)) }
                  ) { first, _ in first })
                return .object(members)
              }),
          ])
        }),
    ])
  }
}
