package import Architectures
internal import Components
package import CostModel
package import Inputs
package import Networks
internal import WeightAnalysis

/// Answers which design, which network, which weights and what on chip a question is about.
///
/// `run`, traces, profile tables, sweeps and serving experiments ask it, so that a value means the same
/// wherever it is written. It remembers what neighbouring questions share; a point of a sweep comes
/// with values that are written into the files of its question.
package struct Resolver: Sendable {
  package let folders: SpecFolders
  /// Where the values of questions are written.
  package let form: Question.Form
  /// Architectures without edits, and sections with them.
  var originals = BoundedCache<Original>()
  var sections = BoundedCache<ArchitectureSection?>(capacity: 1024)
  var datapaths = BoundedCache<Registry<any Datapath>.Resolved>()
  var architectures = BoundedCache<Architecture>()
  var prices = BoundedCache<Sourced<EnergyTable>>()
  var designs = BoundedCache<Design>()
  private var areas = BoundedCache<Sourced<AreaTable>>()
  private var workloads = BoundedCache<Sourced<Workload>>()
  private var networks = BoundedCache<Network>()
  private var iterations = BoundedCache<TransformerIteration?>()
  var files = BoundedCache<WeightBinding>(capacity: 4)
  var slices = BoundedCache<WeightBinding.Slices>(capacity: 4)
  var bound = BoundedCache<WeightBinding.Bound>(capacity: 4)
  var placements = BoundedCache<Sourced<Placement>>()

  /// Reads files of `folders`; messages name values as `form` says.
  package init(folders: SpecFolders, form: Question.Form = .flags) {
    self.folders = folders
    self.form = form
  }

  /// Everything that `question` is about.
  ///
  /// - Parameters:
  ///   - question: The question.
  ///   - edits: What a point of a sweep writes into its files.
  ///   - picked: The sub-network that a space picked instead of a named one.
  /// - Returns: The design, the network, its weights and what is on chip.
  /// - Throws: `InputError` about a file, or about a value of the question where it is written.
  package mutating func resolve(
    _ question: Question, edits: PointEdits = .none, picked: SubnetSpec? = nil
  ) throws(InputError) -> Resolved {
    let (design, designKey) = try design(question, edits)
    let workloadKey = question.workload + edits.key("workload")
    let workload = try workload(question.workload, workloadKey, edits)
    let networkKey =
      "\(workloadKey)\n\(question.subnet ?? "")"
      + (question.host.isEmpty ? "" : "\n\(question.host)")
      + (workload.value.transformer == nil ? "" : "\n\(question.iteration)\n\(question.batch)")
    let resolver = self
    let iteration = try iterations.value(networkKey) { () throws(InputError) in
      try resolver.iteration(question, of: workload.value)
    }
    // The sequences of an iteration are in its network.
    let batch = iteration == nil ? question.batch : 1
    let network = try network(question, of: workload.value, networkKey, picked, iteration)
    try checkZeros(question, design.value, network)
    let plain = Setting(
      design: design.value, workload: workload.value, network: network,
      key: "\(designKey)\n\(networkKey)\n\(question.weights ?? "")")
    let weights = try weights(question, plain, networkKey)
    let setting = plain.storing(weights?.coded ?? [:])
    try checkWeights(
      question, design.value, weights?.tensors ?? [:],
      isOfRows: network.layers.contains { $0.gathered != nil })
    try checkCores(
      question, design.value, setting.network, weights: weights?.tensors ?? [:], batch: batch)
    let placement = try placement(question, setting, weights?.tensors ?? [:])
    let area = try area(question, design.value, edits)
    return Resolved(
      design: design.value, workload: workload.value, network: setting.network,
      tensors: weights?.tensors ?? [:],
      summaries: weights?.summaries ?? network.layers.map { _ in nil },
      placement: placement.value, area: area.map { ($0.name, $0.table.value) },
      batch: batch, iteration: iteration,
      paths: design.paths + workload.paths + (question.weights.map(WeightMap.files) ?? [])
        + placement.paths + (area?.table.paths ?? []))
  }

  /// What weights and what is on chip depend on.
  package struct Setting {
    package let design: Design
    package let workload: Workload
    package let network: Network
    /// Identifies the three and the weight file.
    package let key: String

    /// The same, coded weights stored so where the design decodes them.
    func storing(_ coded: [String: KernelStorage]) -> Setting {
      guard design.architecture.spec.weightDecoder != nil else { return self }
      return Setting(
        design: design, workload: workload, network: network.storing(coded), key: key)
    }
  }

  // MARK: Networks

  /// The workload called `name`.
  package mutating func workload(_ name: String) throws(InputError) -> Sourced<Workload> {
    try workload(name, name, .none)
  }

  private mutating func workload(
    _ name: String, _ key: String, _ edits: PointEdits
  ) throws(InputError) -> Sourced<Workload> {
    let folders = folders
    return try workloads.value(key) { () throws(InputError) in
      let file = try edits.file(name, in: "workloads", "workload", folders)
      let workload = try folders.workload(file)
      return Sourced(value: workload, paths: [file.path] + workload.furtherFiles)
    }
  }

  private mutating func network(
    _ question: Question, of workload: Workload, _ key: String, _ picked: SubnetSpec?,
    _ iteration: TransformerIteration?
  ) throws(InputError) -> Network {
    let (subnet, form) = (question.subnet, form)
    let path = form.path("subnet")
    return try networks.value(key) { () throws(InputError) in
      let whole: Network
      if let picked, case .supernet(let space, _) = workload.content {
        do {
          whole = Network(
            name: workload.spec.name, subnet: subnet, graph: try space.graph(of: picked))
        } catch {
          throw InputError("\(error)", file: nil, path: path)
        }
      } else {
        let named = try Self.network(subnet, of: workload, askedAt: path)
        whole = iteration.map { Network($0, named: workload.spec.name) } ?? named
      }
      try HostLayers.check(question.host, of: workload, form)
      return try HostLayers.apply(question.host, to: whole, form)
    }
  }

  /// The network that `subnet` names; an error about the name is placed at `path`.
  package static func network(
    _ subnet: String?, of workload: Workload, askedAt path: String
  ) throws(InputError) -> Network {
    do {
      return try workload.network(subnet: subnet)
    } catch {
      guard error.path == "--subnet", error.location == nil else { throw error }
      throw InputError(error.message, file: nil, path: path)
    }
  }

  // MARK: Area

  /// The area table that the question or the architecture names, nil where neither does.
  package mutating func area(
    _ question: Question, _ design: Design, _ edits: PointEdits
  ) throws(InputError) -> (name: String, table: Sourced<AreaTable>)? {
    guard let name = question.area ?? design.architecture.spec.area else { return nil }
    let folders = folders
    let table = try areas.value(name + edits.key("area_table")) { () throws(InputError) in
      if question.area == nil {
        try Self.locate(name, "area", in: "arch/area", of: question.architecture, folders)
      }
      let file = try edits.file(name, in: "arch/area", "area_table", folders)
      return Sourced(value: try AreaTable(file), paths: [file.path])
    }
    return (name, table)
  }

  /// Throws at `key` of the architecture's file where the table that it names is not in `folder`.
  static func locate(
    _ name: String, _ key: String, in folder: String, of architecture: String,
    _ folders: SpecFolders
  ) throws(InputError) {
    do {
      _ = try folders.path(of: name, in: folder)
    } catch {
      throw try folders.file(at: folders.path(of: architecture, in: "arch"))
        .error(SpecError(key, error.message))
    }
  }
}
