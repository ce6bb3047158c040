internal import Documents
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
      document: PlanesDocument(
        name: manifest.name, target: manifest.target, planes: set.document(comparisons),
        provenance: manifest.provenance(command)
      ).json, charts: PlaneCharts(set: set).all)
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
