internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import Reports
internal import Studies
internal import Units

/// Runs one inference per point.
struct InferenceEvaluator: PointEvaluator {
  /// Fields of the target that an axis may write to.
  static let fields = [
    "architecture", "workload", "subnet", "cached", "fill", "host", "batch", "weights", "layout",
    "energy", "dram", "mapping", "area", "phase", "tokens", "context",
  ]
  /// Files that an axis may write into.
  static let roots = ["architecture", "workload", "energy_table", "dram_preset", "area_table"]

  let base: [String: String]
  /// What the target says runs elsewhere.
  private let host: [String]
  let estimate: AccuracyEstimate?
  let energyUnit: EnergyUnit
  /// Whether mappings are searched for points alone that may be on the front.
  let searchesPromising: Bool
  let tolerance: Double
  let measures: [Measure<InferenceFigures>]
  let metrics: [Metric]
  let supernet: Supernet?
  private let workload: Workload
  private(set) var notes: [String]
  private(set) var warnings: [String] = []
  let implied: [SweepDimension.Member] = []
  private(set) var folders: SpecFolders
  private(set) var inputs: [String]
  private(set) var targets: [String: PointEdits.Target] = [:]

  /// Reads every file the sweep's target names.
  init(
    _ target: SweepSpec.InferenceTarget, file: SpecFile, folders: SpecFolders
  ) throws(InputError) {
    var base = ["architecture": target.architecture, "workload": target.workload]
    base["subnet"] = target.subnet
    base["cached"] = target.cached
    base["batch"] = target.batch.map { "\($0)" }
    base["weights"] = target.weights
    base["layout"] = target.layout?.rawValue
    base["energy"] = target.energy
    base["dram"] = target.dram
    base["mapping"] = target.mapping
    base["area"] = target.area
    base["fill"] = target.fill?.rawValue
    self.base = base
    host = target.host ?? []
    var files = SweepFiles(folders)
    func found<Value>(
      _ key: String, _ body: () throws(InputError) -> Value
    ) throws(InputError) -> Value {
      do {
        return try body()
      } catch {
        guard error.kind == .unreadable else { throw error }
        // Of what is no name of the library, the message does not say which file it is.
        let isPath = error.file.map { target.cached == $0 || target.weights == $0 } ?? false
        throw file.error(
          SpecError("inference.\(key)", isPath ? "\(error)" : error.message))
      }
    }
    let architecture = try found("architecture") { () throws(InputError) in
      try files.architecture(
        target.architecture, energy: target.energy, dram: target.dram, area: target.area)
    }
    let workload = try found("workload") { () throws(InputError) in
      try files.workload(target.workload)
    }
    supernet = if case .supernet(let space, _) = workload.content { space } else { nil }
    energyUnit = architecture.unit
    searchesPromising = target.searches == .promising
    guard !searchesPromising || target.mapping?.contains(SearchMapper.kind) ?? false else {
      throw file.error(
        SpecError(
          "inference.searches",
          "only the rule `search` is worth sparing points, expected `mapping: search` beside it"))
    }
    tolerance = target.tolerance?.value ?? 0
    guard target.tolerance == nil || searchesPromising else {
      throw file.error(
        SpecError(
          "inference.tolerance",
          "spares searches of points that are not promising, expected `searches: promising` beside it"
        ))
    }
    guard (0...0.1).contains(tolerance) else {
      throw file.error(
        SpecError("inference.tolerance", "expected 0 % to 10 %, found \(Percentage(tolerance))"))
    }
    measures =
      InferenceFigures.measures(energyUnit)
      + (searchesPromising ? [InferenceFigures.searched] : [])
    metrics = measures.map(\.metric)
    if let name = target.accuracyFrom {
      let source = try found("accuracy_from") { () throws(InputError) in
        try files.workload(name)
      }
      estimate = AccuracyEstimate(source)
      guard estimate != nil else {
        throw file.error(
          SpecError(
            "inference.accuracy_from", "fewer than two sub-networks of \(name) have a `top1`"))
      }
    } else {
      estimate = nil
    }
    notes =
      target.accuracyFrom.map {
        [
          "accuracies without a publication are estimates: interpolated over multiply-accumulates "
            + "between the published sub-networks of \($0)"
        ]
      } ?? []
    if tolerance > 0 {
      notes.append(
        "points that no mapping makes better than a searched one by more than "
          + "\(Percentage(tolerance)) in any objective have the largest tiles")
    }
    if let weights = target.weights {
      try found("weights") { () throws(InputError) in try files.weights(weights) }
    }
    if let cached = target.cached, Resolver.isFile(cached) {
      try found("cached") { () throws(InputError) in try files.subgraph(cached) }
    }
    if let mapping = target.mapping {
      do {
        try files.mapping(mapping)
      } catch {
        throw file.error(SpecError("inference.mapping", "\(error)"))
      }
    }
    self.workload = workload
    notes += try HostLayers.notes(
      host, of: workload, architecture: target.architecture, subnet: target.subnet, files.folders)
    warnings = Self.leftOut(workload)
    self.folders = files.folders
    inputs = files.paths
  }

  /// What every figure of a part of a network lacks.
  private static func leftOut(_ workload: Workload) -> [String] {
    guard case .network(let network) = workload.content, let part = network.leftOut else {
      return []
    }
    return ["\(network.name): " + LeftOutText.warning(part, kept: network.macs)]
  }

  /// The question of a point.
  func question(_ edits: PointEdits) throws(PointFailure) -> Question {
    func field(_ name: String) -> String? { edits.fields[name] ?? base[name] }
    var question = Question(
      architecture: field("architecture") ?? "", workload: field("workload") ?? "")
    question.subnet = field("subnet")
    question.weights = field("weights")
    if let layout = field("layout") {
      question.layout = WeightLayout(rawValue: layout)
      guard question.layout != nil else {
        throw PointFailure("layout: expected OIHW or HWIO, found `\(layout)`")
      }
    }
    question.cached = field("cached") ?? "none"
    if let fill = field("fill") {
      guard let known = SubgraphFill(rawValue: fill) else {
        throw PointFailure(
          "fill: expected \(SubgraphFill.allCases.map(\.rawValue).joined(separator: " or ")), "
            + "found `\(fill)`")
      }
      question.fill = known
    }
    question.host = host
    if let text = edits.fields["host"] {
      question.host = try PointFailure.located { () throws(InputError) in
        try HostLayers.names(text, .keys(prefix: ""))
      }
    }
    question.energy = field("energy")
    question.dram = field("dram")
    question.mapping = field("mapping")
    question.area = field("area")
    question.iteration.phase = field("phase")
    question.iteration.tokens = try whole("tokens", field("tokens"))
    question.iteration.context = try whole("context", field("context"))
    guard let text = field("batch") else { return question }
    guard let batch = Int(text), (1...256).contains(batch) else {
      throw PointFailure("batch: expected 1 to 256, found `\(text)`")
    }
    question.batch = batch
    question.iteration.batch = batch
    return question
  }

  /// A whole number that an axis writes; nil where none does.
  private func whole(_ name: String, _ text: String?) throws(PointFailure) -> Int? {
    guard let text else { return nil }
    guard let value = Int(text) else {
      throw PointFailure("\(name): expected a whole number, found `\(text)`")
    }
    return value
  }

  /// Points whose energies are no multiples of the others' have none that can be compared.
  func check(_ design: Design) throws(PointFailure) {
    let spec = design.energy.table.spec
    guard spec.unit == energyUnit else {
      throw PointFailure(
        "energy: \(spec.name) is in \(spec.unit.rawValue), the sweep is in "
          + energyUnit.rawValue)
    }
  }

  mutating func check(_ settings: [DesignPoint.Setting]) throws(SpecError) {
    var files = SweepFiles(folders)
    for setting in settings {
      for path in setting.paths {
        let target = PointEdits.Target(path)
        guard
          target.rest.isEmpty ? Self.fields.contains(target.root) : Self.roots.contains(target.root)
        else {
          throw SweepFiles.unknown(path, roots: Self.roots, fields: Self.fields)
        }
        targets[path] = target
        guard target.rest.isEmpty else { continue }
        // Files that an axis names are read now, not point by point.
        try files.hold(setting, as: target.root, path)
        if target.root == "workload", case .scalar(let name) = setting.value.content,
          let workload = try? files.workload(name.text)
        {
          warnings += Self.leftOut(workload).filter { !warnings.contains($0) }
        }
      }
    }
    folders = files.folders
    inputs += files.paths
    try checkNames(settings)
    for setting in settings {
      for path in setting.paths where !PointEdits.Target(path).rest.isEmpty {
        try checkKeys(setting, path)
      }
    }
  }

  /// Looks whether the workload has the sub-networks that the target names, and whether its file of
  /// slices is about the network, where no axis has a word in it.
  ///
  /// A value of an axis may be wrong: its points are errors, the others go on.
  private func checkNames(_ settings: [DesignPoint.Setting]) throws(SpecError) {
    let roots = Set(settings.flatMap(\.paths).map { PointEdits.Target($0).root })
    guard !roots.contains("workload") else { return }
    if !roots.contains("cached"), let cached = base["cached"] { try checkName(cached, "cached") }
    if !roots.contains("host") { try checkHost() }
    if !roots.contains("cached"), base["fill"] != nil || roots.contains("fill") {
      let cached = base["cached"] ?? "none"
      guard cached != "none", !Resolver.isFile(cached) else {
        throw SpecError(
          "fill", "nothing is chosen where `cached` is \(cached), name a network or leave it out")
      }
    }
    guard !roots.contains("subnet") else { return }
    do throws(InputError) {
      let network = try Resolver.network(base["subnet"], of: workload, askedAt: "subnet")
        .onHost(roots.contains("host") ? [] : host)
      guard !roots.contains("cached"), let cached = base["cached"], Resolver.isFile(cached)
      else { return }
      let file = try folders.file(at: cached)
      let spec = try file.decode(SubgraphSpec.self)
      _ = try file.locating { () throws(SpecError) in try spec.subgraph(for: network) }
    } catch {
      let isName = error.file == nil && error.path == "subnet"
      throw SpecError(
        isName ? "subnet" : error.file == base["cached"] ? "cached" : "subnet",
        isName ? error.message : "\(error)")
    }
  }

  /// Throws where the target sends a layer elsewhere that the workload does not have.
  private func checkHost() throws(SpecError) {
    do throws(InputError) {
      try HostLayers.check(host, of: workload, .keys(prefix: ""))
    } catch {
      throw SpecError(error.path, error.message)
    }
  }

  /// Throws where a value of `subnet` or `cached` is a name that the workload does not know.
  private func checkName(_ text: String, _ path: String) throws(SpecError) {
    let isOther = path == "cached" && (["none", "self"].contains(text) || Resolver.isFile(text))
    guard !isOther, !text.hasPrefix("{") else { return }
    if case .supernet(_, let subnets) = workload.content,
      subnets.contains(where: { $0.name == text })
    {
      return
    }
    do throws(InputError) {
      _ = try Resolver.network(text, of: workload, askedAt: path)
    } catch {
      throw SpecError(path, error.message)
    }
  }

  /// Notes buffers that the energy table has no size for, of each the size farthest from the table.
  mutating func look(at points: [DesignPoint]) {
    var worker = InferenceWorker(self)
    // Values that are wrong together have no design, and are an error of their points.
    let designs = points.compactMap { try? worker.design($0) }
    notes += SRAMCaveat.farthest(designs.flatMap(\.energy.caveats)).map(\.description)
    for omission in designs.flatMap(\.energy.omissions) where !notes.contains(omission) {
      notes.append(omission)
    }
  }

  /// Writes one value and looks whether the file's reader knows the key.
  private func checkKeys(_ setting: DesignPoint.Setting, _ path: String) throws(SpecError) {
    let point = DesignPoint(
      settings: [DesignPoint.Setting(name: setting.name, paths: [path], value: setting.value)],
      axisCount: 1, subnet: nil)
    var worker = InferenceWorker(self)
    do throws(PointFailure) {
      try worker.read(point)
    } catch {
      // A value that is wrong on its own may be right beside the others; a key cannot.
      guard error.isUnknownKey else { return }
      throw SpecError(path, error.message)
    }
  }

  func worker() -> any PointWorker { InferenceWorker(self) }
}
