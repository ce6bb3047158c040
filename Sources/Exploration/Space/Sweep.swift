internal import Components
internal import Foundation
public import Inputs
internal import Reports
public import Studies

/// A sweep: its file read and checked, ready to run.
public struct Sweep: Sendable {
  let spec: SweepSpec
  let space: SweepSpace
  let plan: SearchPlan
  let constraints: [SweepConstraint]
  let objectives: [Int]
  let evaluator: any PointEvaluator
  /// The pick of each axis of the environment, and the number of each of its values: equal texts have
  /// equal numbers, whatever else advances with them.
  private let environmentColumns: [(pick: Int, values: [Int])]
  /// What a result of this sweep is made from.
  public let manifest: SweepManifest

  /// Reads the sweep file and every file it names, and checks every path its axes write to.
  ///
  /// Throws one error that says everything that is wrong with the sweep file.
  public init(_ name: String, folders: SpecFolders) throws(InputError) {
    let path = try folders.path(of: name, in: "workloads/sweeps")
    let reading = SpecReading(try folders.file(at: path))
    let file = reading.file
    guard let spec = reading.decode(SweepSpec.self),
      let found = reading.collect(
        ["inference", "serving"],
        { () throws(InputError) in try Self.target(spec, file: file, folders: folders) })
    else {
      throw reading.failure
    }
    var evaluator = found.evaluator
    let metrics = evaluator.metrics
    let space = reading.collect(["axes", "derived"]) { () throws(InputError) in
      let space = try SweepSpace(
        spec, file: file, supernet: evaluator.supernet,
        reserved: Set(metrics.flatMap { [$0.name, $0.word] } + Self.reserved),
        implied: evaluator.implied)
      try Self.checkPaths(&evaluator, space, file)
      return space
    }
    let constraints = Self.constraints(spec, metrics, reading)
    let objectives = Self.objectives(spec, metrics, evaluator, reading)
    let search = reading.collect(["search"]) { () throws(InputError) in
      try SearchMethods.registry.make(spec.search ?? Choice(kind: GridSearch.kind))
    }
    let plan = space.flatMap { space in
      search.flatMap { search in
        reading.collect([]) { () throws(InputError) in
          try Self.located(file, spec.search == nil ? "axes" : "search") {
            () throws(SpecError) in
            try search.member.plan(space, objectives: objectives.count)
          }
        }
      }
    }
    if case .generations = plan, evaluator.searchesPromising {
      reading.expect(
        false, "inference.searches",
        "the search of this sweep chooses points from the figures of others, which have to be searched; "
          + "expected all")
    }
    if let space { Self.checkPlanes(spec, space, reading) }
    self.spec = spec
    self.evaluator = evaluator
    self.constraints = constraints
    self.objectives = objectives
    self.space = try reading.finish(space)
    self.plan = try reading.finish(plan)
    environmentColumns = self.space.environment.map { entry in
      var numbers: [String: Int] = [:]
      return (
        entry.pick,
        entry.member.values.map { value in
          let text = value.flowText
          let number = numbers[text] ?? numbers.count
          numbers[text] = number
          return number
        }
      )
    }
    manifest = Self.manifest(
      spec, file, self.space, self.plan, evaluator, target: found.target,
      search: try reading.finish(search).text, objectives: objectives)
  }

  /// What runs at every point, and its name.
  private static func target(
    _ spec: SweepSpec, file: SpecFile, folders: SpecFolders
  ) throws(InputError) -> (evaluator: any PointEvaluator, target: String) {
    switch (spec.inference, spec.serving) {
    case (let inference?, nil):
      let subnet = inference.subnet.map { " \($0)" } ?? ""
      return (
        try InferenceEvaluator(inference, file: file, folders: folders),
        "\(inference.workload)\(subnet) on \(inference.architecture)"
      )
    case (nil, let serving?):
      return (
        try ServingEvaluator(serving, file: file, folders: folders),
        "scenario \(serving.scenario)"
      )
    default:
      throw file.error(SpecError("", "expected either `inference` or `serving`"))
    }
  }

  private static func constraints(
    _ spec: SweepSpec, _ metrics: [Metric], _ reading: SpecReading
  ) -> [SweepConstraint] {
    let texts = spec.constraints ?? []
    reading.expect(
      texts.count <= 32, "constraints", "expected at most 32, found \(texts.count)")
    return texts.prefix(32).enumerated().compactMap { index, text in
      let place = "constraints[\(index)]"
      return reading.collect([place]) { () throws(InputError) in
        try located(reading.file, place) { () throws(SpecError) in
          try SweepConstraint(text, metrics: metrics)
        }
      }
    }
  }

  private static func objectives(
    _ spec: SweepSpec, _ metrics: [Metric], _ evaluator: any PointEvaluator, _ reading: SpecReading
  ) -> [Int] {
    reading.expect(
      (1...3).contains(spec.objectives.count), "objectives",
      "expected one to three, found \(spec.objectives.count)")
    var objectives: [Int] = []
    for (index, word) in spec.objectives.prefix(3).enumerated() {
      let place = "objectives[\(index)]"
      let metric = reading.collect([place]) { () throws(InputError) in
        try located(reading.file, place) { () throws(SpecError) in
          try SweepConstraint.index(of: word, in: metrics)
        }
      }
      guard let metric else { continue }
      reading.expect(!objectives.contains(metric), place, "`\(word)` is listed twice")
      if evaluator.searchesPromising {
        reading.expect(
          PromisingPoints.bounded.contains(metrics[metric].word), place,
          "no bound of `\(word)` is known, search the mappings of all points or use one of "
            + PromisingPoints.bounded.sorted().joined(separator: ", "))
      }
      objectives.append(metric)
    }
    return objectives
  }

  /// Columns that every result has beside axes and metrics.
  static let reserved = ["point", "key", "status", "broken", "message", "pareto"]

  /// The error of a check at its place, with the place of the check before its own path.
  private static func located<Value>(
    _ file: SpecFile, _ place: String, _ body: () throws(SpecError) -> Value
  ) throws(InputError) -> Value {
    do {
      return try body()
    } catch {
      let isOwn = file.has(error.path)
      throw file.error(
        SpecError(
          isOwn && !error.path.isEmpty
            ? error.path : error.path.isEmpty ? place : "\(place).\(error.path)", error.message))
    }
  }

  /// Checks the paths of every axis and derived value, and the files that axes name.
  private static func checkPaths(
    _ evaluator: inout any PointEvaluator, _ space: SweepSpace, _ file: SpecFile
  ) throws(InputError) {
    var settings: [DesignPoint.Setting] = []
    for member in space.dimensions.flatMap(\.members) {
      let files = member.paths.filter { !$0.contains(".") }
      let inner = member.paths.filter { $0.contains(".") }
      if member.values.isEmpty || !inner.isEmpty {
        let first = member.values.first ?? YAMLNode(text: "", at: file.node.location)
        settings.append(
          DesignPoint.Setting(
            name: member.name, paths: member.values.isEmpty ? member.paths : inner, value: first))
      }
      guard !files.isEmpty else { continue }
      settings += member.values.map {
        DesignPoint.Setting(name: member.name, paths: files, value: $0)
      }
    }
    let first = space.point(space.bounds.map { _ in 0 })
    if let failure = first.failure { throw file.error(failure) }
    settings += first.point.settings.dropFirst(first.point.axisCount)
    do {
      try evaluator.check(settings)
    } catch {
      // The evaluator names the path; its place in the file is looked up here.
      let place = Self.place(of: error.path, in: file)
      let isOwn = place == "inference.\(error.path)"
      throw file.error(
        SpecError(
          place,
          isOwn
            ? error.message
            : error.message.hasPrefix(error.path)
              ? error.message : "\(error.path): \(error.message)"))
    }
    evaluator.look(at: samples(space))
  }

  /// Points along the axes: one value of an axis with the first ones of the others, of long axes some
  /// seventy values and the last one.
  private static func samples(_ space: SweepSpace) -> [DesignPoint] {
    let origin = space.bounds.map { _ in 0 }
    var picks = [origin]
    for (place, bound) in space.bounds.enumerated() where bound > 1 {
      let values = Array(stride(from: 1, to: bound, by: max(1, bound / 64))) + [bound - 1]
      for value in values {
        var pick = origin
        pick[place] = value
        picks.append(pick)
      }
    }
    return picks.map { space.point($0).point }
  }

  /// Where the sweep file writes to `path`.
  private static func place(of path: String, in file: SpecFile) -> String {
    for list in ["axes", "derived"] {
      var index = 0
      while file.has("\(list)[\(index)]") {
        let entry = "\(list)[\(index)]"
        var member = 0
        while file.has("\(entry).zip[\(member)]") {
          if let found = file.place(of: path, under: "\(entry).zip[\(member)]") { return found }
          member += 1
        }
        if let found = file.place(of: path, under: entry) { return found }
        index += 1
      }
    }
    // `host[0]` is in the field `host`.
    let field = String(path.prefix { $0 != "[" })
    let isTarget = file.has("inference") && InferenceEvaluator.fields.contains(field)
    return isTarget ? "inference.\(path)" : "axes"
  }

  private static func manifest(
    _ spec: SweepSpec, _ file: SpecFile, _ space: SweepSpace, _ plan: SearchPlan,
    _ evaluator: any PointEvaluator, target: String, search: String, objectives: [Int]
  ) -> SweepManifest {
    var paths = [file.path]
    for path in evaluator.inputs where !paths.contains(path) { paths.append(path) }
    let count: Int
    let isGenerational: Bool
    switch plan {
    case .listed(let points, _): (count, isGenerational) = (points, false)
    case .generations(let points, _): (count, isGenerational) = (points, true)
    }
    var sections: [String: String] = [:]
    if case .mapping(let entries) = file.node.content {
      for entry in entries { sections[entry.key] = entry.value.flowText }
    }
    return SweepManifest(
      version: umemakiVersion, name: spec.name, summary: spec.summary, target: target,
      search: search.split(separator: "\n").joined(separator: ", "), points: count,
      isGenerational: isGenerational,
      axes: space.dimensions.flatMap(\.members).map {
        SweepManifest.Axis(
          name: $0.name, values: $0.values.map(\.flowText), paths: $0.paths,
          role: space.role(of: $0) == .environment ? .environment : nil)
      },
      constraints: spec.constraints ?? [],
      objectives: objectives.map { evaluator.metrics[$0].name },
      columns: evaluator.metrics.map {
        SweepManifest.Column(
          name: $0.name, word: $0.word, dimension: $0.dimension, prefersLarge: $0.prefersLarge)
      },
      notes: evaluator.notes, warnings: evaluator.warnings.isEmpty ? nil : evaluator.warnings,
      inputs: paths.map {
        SweepManifest.Input(path: $0, sha256: Provenance.Input(fileAt: $0).digest)
      }, sections: sections, shard: nil, planes: spec.planes)
  }

  /// The sweep with its search filled in.
  func resolved() throws(InputError) -> SweepSpec {
    var spec = spec
    spec.search = try SearchMethods.registry.resolved(
      spec.search ?? Choice(kind: GridSearch.kind))
    return spec
  }

  /// The outcome of a point, its constraints checked.
  func outcome(_ result: PointResult) -> PointOutcome {
    switch result {
    case .infeasible(let message):
      return PointOutcome(status: .infeasible, metrics: [], message: message)
    case .error(let message):
      return PointOutcome(status: .error, metrics: [], message: message)
    case .ran(let metrics):
      let broken = constraints.indices.filter { !constraints[$0].holds(metrics) }
      guard !broken.isEmpty else { return PointOutcome(status: .ok, metrics: metrics) }
      return PointOutcome(
        status: .infeasible, metrics: metrics,
        message: broken.map { "not \(constraints[$0].text)" }.joined(separator: "; "),
        broken: broken.reduce(0) { $0 | 1 << $1 })
    }
  }

  /// How good a point is, for searches that choose from results.
  func evaluated(_ picks: [Int], _ outcome: PointOutcome) -> EvaluatedPoint {
    let environment = environmentColumns.map { $0.values[picks[$0.pick]] }
    guard !outcome.metrics.isEmpty else {
      return EvaluatedPoint(
        picks: picks, objectives: objectives.map { _ in .infinity }, violation: .infinity,
        environment: environment)
    }
    return EvaluatedPoint(
      picks: picks,
      objectives: objectives.map {
        let value = outcome.metrics[$0]
        return value.isNaN ? .infinity : evaluator.metrics[$0].prefersLarge ? -value : value
      },
      violation: constraints.reduce(0) { $0 + $1.violation(outcome.metrics) },
      environment: environment)
  }
}
