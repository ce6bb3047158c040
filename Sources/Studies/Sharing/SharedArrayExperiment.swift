internal import Architectures
package import Components
internal import CostModel
internal import Documents
public import Inputs
internal import Networks
public import Reports
internal import Serving
internal import Units

/// Several ways of sharing one array among the layers of networks, on the same queries.
public struct SharedArrayExperiment: Sendable {
  package let spec: SharedArraySpec
  private let file: SpecFile
  private let folders: SpecFolders
  private let paths: [String]
  let design: Design
  private let networks: [Network]

  private static let mostTenants = 64
  private static let mostQueries = 1_000_000
  private static let mostPack = 64

  /// Reads the scenario and its files.
  ///
  /// - Throws: `InputError` with the place of what is wrong.
  public init(_ name: String, folders: SpecFolders) throws(InputError) {
    try self.init(folders.file(at: ScenarioKind.path(of: name, folders)), folders: folders)
  }

  package init(_ file: SpecFile, folders: SpecFolders) throws(InputError) {
    let spec = try file.decode(SharedArraySpec.self)
    try file.locating { () throws(SpecError) in try Self.check(spec) }
    self.spec = spec
    self.file = file
    self.folders = folders
    var paths = [file.path]
    func located<Value>(
      _ key: String, _ body: () throws(InputError) -> Value
    ) throws(InputError) -> Value {
      do throws(InputError) {
        return try body()
      } catch {
        guard error.file == nil, error.location == nil else { throw error }
        throw file.error(SpecError(key, error.message))
      }
    }
    func named(_ name: String, in folder: String, _ key: String) throws(InputError) {
      do throws(InputError) {
        _ = try folders.path(of: name, in: folder)
      } catch {
        throw file.error(SpecError(key, error.message))
      }
    }
    try named(spec.architecture, in: "arch", "architecture")
    for (index, tenant) in spec.tenants.enumerated() {
      try named(tenant.workload, in: "workloads", "tenants[\(index)].workload")
    }
    var resolver = Resolver(folders: folders)
    var design: Design?
    var networks: [Network] = []
    for (index, tenant) in spec.tenants.enumerated() {
      var question = Question(architecture: spec.architecture, workload: tenant.workload)
      question.subnet = tenant.subnet
      let asked = question
      let resolved = try located("tenants[\(index)]") { () throws(InputError) in
        try resolver.resolve(asked)
      }
      design = resolved.design
      networks.append(resolved.network)
      for path in resolved.paths where !paths.contains(path) { paths.append(path) }
    }
    guard let design else { throw file.error(SpecError("tenants", "expected at least one")) }
    try design.checkOneCore("kernels share one array", at: "architecture")
    self.design = design
    self.networks = networks
    self.paths = paths
    for index in spec.tenants.indices { _ = try arrivals(of: index) }
    for (index, run) in spec.runs.enumerated() where run.dispatch.kind == .partitioned {
      _ = try partition(of: index)
    }
  }

  private static func check(_ spec: SharedArraySpec) throws(SpecError) {
    guard (1...mostTenants).contains(spec.tenants.count) else {
      throw SpecError("tenants", "expected 1 to \(mostTenants), found \(spec.tenants.count)")
    }
    guard !spec.runs.isEmpty else { throw SpecError("runs", "expected at least one run") }
    try ServingSpec.check(seeds: spec.seeds)
    var queries = 0
    for (index, tenant) in spec.tenants.enumerated() {
      guard (1...mostQueries).contains(tenant.queries) else {
        throw SpecError(
          "tenants[\(index)].queries", "expected 1 to \(mostQueries), found \(tenant.queries)")
      }
      queries += tenant.queries
      guard tenant.latency.count > 0 else {
        throw SpecError("tenants[\(index)].latency", "must be more than 0 s")
      }
    }
    guard queries <= mostQueries else {
      throw SpecError(
        "tenants", "expected at most \(mostQueries) queries of all tenants, found \(queries)")
    }
    for (index, run) in spec.runs.enumerated() {
      let key = "runs[\(index)].dispatch"
      if let most = run.dispatch.maxPack {
        guard run.dispatch.kind == .coalesced else {
          throw SpecError("\(key).max_pack", "only coalesced layers are packed, leave it out")
        }
        guard (1...mostPack).contains(most) else {
          throw SpecError("\(key).max_pack", "expected 1 to \(mostPack), found \(most)")
        }
      }
      if let window = run.dispatch.window {
        guard run.dispatch.kind == .coalesced else {
          throw SpecError("\(key).window", "only coalesced layers are held back, leave it out")
        }
        guard window.count >= 0 else { throw SpecError("\(key).window", "must not be negative") }
      }
    }
  }

  private func arrivals(of index: Int) throws(InputError) -> any ArrivalProcess {
    let key = "tenants[\(index)].arrivals"
    var arrivals = try ArrivalProcesses.registry.make(spec.tenants[index].arrivals).member
    guard arrivals.population == nil else {
      throw file.error(SpecError("\(key).kind", "expected an open stream, found a closed loop"))
    }
    try arrivals.load { name throws(InputError) in
      try ServingExperiment.text(
        ServingExperiment.path(name, in: ServingExperiment.folder(of: file.path, named: nil, file)))
    }
    return arrivals
  }

  /// The scenario with every default of its choices filled in.
  package func resolved() throws(InputError) -> SharedArraySpec {
    var spec = spec
    for index in spec.tenants.indices {
      spec.tenants[index].arrivals = try ArrivalProcesses.registry.resolved(
        spec.tenants[index].arrivals)
    }
    return spec
  }

  // MARK: Runs

  /// The design with an equal part of the columns for every tenant.
  private func partition(of run: Int) throws(InputError) -> Design {
    let key = "runs[\(run)].dispatch.kind"
    let parts = spec.tenants.count
    let extent: (name: String, size: Int)
    switch design.datapath {
    case let array as SystolicArray: extent = ("columns", array.spec.columns)
    case let array as DotProductArray where array.spec.partitions ?? 1 >= parts:
      extent = ("output_channels", array.spec.outputChannels)
    case is DotProductArray:
      throw file.error(
        SpecError(
          key, "\(parts) tenants need as many independent input ports, set datapath.partitions"))
    default:
      throw file.error(
        SpecError(key, "a \(type(of: design.datapath).kind) has no parts, leave the run out"))
    }
    guard extent.size.isMultiple(of: parts) else {
      throw file.error(
        SpecError(
          key, "\(extent.size) \(extent.name) have no \(parts) equal parts, one for each tenant"))
    }
    let path = try folders.path(of: spec.architecture, in: "arch")
    var edited = try folders.file(at: path)
    var changes = [("datapath.\(extent.name)", "\(extent.size / parts)")]
    if extent.name == "output_channels" { changes.append(("datapath.partitions", "1")) }
    for (key, text) in changes {
      let value = try YAMLParser.parse(text, file: path)
      do throws(SpecError) {
        edited = try edited.replacing(key, with: value)
      } catch {
        throw file.error(error)
      }
    }
    let architecture = try Architecture(edited)
    let datapath = try folders.families.datapaths.make(architecture.spec.datapath)
    let mapper = try LayerMappers.make(
      architecture.spec, for: datapath.member, among: folders.families.mappers)
    return Design(
      architecture, datapath: datapath, mapper: mapper, energy: design.energy.table)
  }

  /// The operations of every tenant on a design, with up to `batches` images.
  private func tenants(
    on design: Design, _ array: SharedArray, batches: Int, shares: Int = 1
  ) throws(InputError) -> [DispatchEngine.Tenant] {
    let evaluator = Evaluator(design)
    var tenants: [DispatchEngine.Tenant] = []
    for (index, network) in networks.enumerated() {
      var operations: [[SharedOperation]] = []
      for batch in 1...batches {
        do {
          operations.append(
            try evaluator.evaluate(network, batch: batch).operations(on: array).map {
              $0.sharingTransfers(shares)
            })
        } catch {
          throw file.error(SpecError("tenants[\(index)].workload", "\(error)"))
        }
      }
      guard !operations[0].isEmpty else {
        throw file.error(
          SpecError("tenants[\(index)].workload", "expected a network that the array runs"))
      }
      tenants.append(DispatchEngine.Tenant(operations))
    }
    return tenants
  }

  /// What comes with a seed, in order of time; of one tenant where that is said.
  private func queries(seed: Int, of only: Int? = nil) throws(InputError) -> ArrivalStream {
    let frequency = Double(design.architecture.spec.frequency.count)
    var stream = ArrivalStream(frequency: frequency)
    for (index, tenant) in spec.tenants.enumerated() where only ?? index == index {
      var process = try arrivals(of: index)
      process.start(seed: UInt64(bitPattern: Int64(seed)), name: "tenant \(index)")
      stream.add(process, tenant: index, queries: tenant.queries, latency: tenant.latency)
    }
    return stream
  }

  /// Runs what comes, refused where it comes too late.
  private func run(
    _ engine: inout DispatchEngine, _ stream: ArrivalStream
  ) throws(InputError) -> DispatchEngine.Outcome {
    var stream = stream
    let outcome = engine.run(&stream)
    guard !stream.isBeyondCount else {
      throw file.error(SpecError("tenants", "a query comes later than can be counted in cycles"))
    }
    return outcome
  }

  private func run(
    _ index: Int
  ) throws(InputError) -> [DispatchEngine.Outcome] {
    let dispatch = spec.runs[index].dispatch
    let array = SharedArray(design)
    guard dispatch.kind == .partitioned else {
      let isPacked = dispatch.kind == .coalesced
      let most = isPacked ? dispatch.maxPack ?? SharedArraySpec.Dispatch.standardPack : 1
      let window =
        (dispatch.window?.seconds ?? 0) * Double(design.architecture.spec.frequency.count)
      var engine = DispatchEngine(
        try tenants(on: design, array, batches: most), array, mostLayers: most,
        window: Int(min(window, 0x1p60)))
      return try spec.allSeeds.map { seed throws(InputError) in
        try self.run(&engine, queries(seed: seed))
      }
    }
    let part = try partition(of: index)
    let own = SharedArray(part)
    let tenants = try tenants(on: part, own, batches: 1, shares: spec.tenants.count)
    return try spec.allSeeds.map { seed throws(InputError) in
      var sum = DispatchEngine.Outcome()
      for tenant in tenants.indices {
        var engine = DispatchEngine(tenants, own)
        sum.add(try self.run(&engine, queries(seed: seed, of: tenant)), share: tenants.count)
      }
      sum.busy /= tenants.count
      return sum
    }
  }

  /// Runs everything and reports.
  ///
  /// - Throws: `InputError` where the design cannot run a network.
  public func report(command: String) throws(InputError) -> Report {
    var runs: [SharedArrayDocument.Run] = []
    for index in spec.runs.indices { runs.append(figures(index, try run(index))) }
    let document = SharedArrayDocument(
      scenario: spec.name, architecture: design.architecture.spec.name, seeds: spec.allSeeds,
      runs: runs, provenance: Provenance(filesAt: paths, command: command))
    return Self.report(document, isShared: SharedArray(design).isShared)
  }
}
