internal import Architectures
public import Components
public import CostModel
public import Inputs
package import Networks
internal import Reports
internal import Serving
internal import Units

/// Fills a profile table with the cost model: sub-network x cached sub-graph x batch.
public struct ProfileBuilder: Sendable {
  /// What the table is made from.
  public struct Spec: Codable, Hashable, Sendable {
    /// Architecture, a name or a path.
    public let architecture: String
    /// Supernet workload, a name or a path.
    public let workload: String
    /// Sub-networks by name; all that the workload names when left out.
    public let subnets: [String]?
    /// Batch sizes; 1 when left out.
    public let batches: [Int]?
    /// How many different sub-graphs there are beside the empty buffer; when left out, one for every
    /// sub-network and one for all together.
    public let subgraphs: Int?
    /// Weight file of the supernet, of which every sub-network takes its slices; all layers are of
    /// full precision when left out.
    public internal(set) var weights: String?
    /// Layout of tensors whose file does not say.
    public let layout: WeightLayout?
    /// Layers and other operations that run on the accelerator's host, by name; none when left out.
    public let host: [String]?
    /// What sub-graphs are filled with first; `cycles` when left out.
    public let fill: SubgraphFill?

    /// Makes a description.
    public init(
      architecture: String, workload: String, subnets: [String]?, batches: [Int]?,
      subgraphs: Int? = nil, weights: String? = nil, layout: WeightLayout? = nil,
      host: [String]? = nil, fill: SubgraphFill? = nil
    ) {
      self.architecture = architecture
      self.workload = workload
      self.subnets = subnets
      self.batches = batches
      self.subgraphs = subgraphs
      self.weights = weights
      self.layout = layout
      self.host = host
      self.fill = fill
    }

    /// The same table of another architecture.
    func on(_ architecture: String) -> Spec {
      Spec(
        architecture: architecture, workload: workload, subnets: subnets, batches: batches,
        subgraphs: subgraphs, weights: weights, layout: layout, host: host, fill: fill)
    }
  }

  /// The column of an empty buffer, and those after it.
  package struct Column {
    package let name: String
    package let subgraph: Subgraph
    package let placement: Placement
  }

  /// What is asked: the design, the workload, and the weights.
  package let question: Question
  /// The design that is profiled.
  package let design: Design
  /// Costs of the rows; what choosing the columns has worked out is kept.
  package let family: FamilyEvaluator
  package let columns: [Column]
  let layerNames: [String]
  let batches: [Int]
  /// The files that were read.
  public let paths: [String]

  /// What a reader should know before trusting the energies.
  public var warnings: [String] {
    design.energy.caveats.map(\.description) + design.energy.omissions + design.energy.inversions
  }

  /// What runs elsewhere, of the sub-networks with the least and the most of it: `fc, 1.64 MMAC to
  /// 2.05 MMAC, ...`; nil where nothing does.
  public var hostText: String? {
    question.host.isEmpty ? nil : HostWork.text(hostWork, names: question.host)
  }

  /// What of each sub-network runs elsewhere, for one image.
  var hostWork: [HostWork] {
    family.family.members.map {
      family.evaluator.hostWork(of: $0.network, weights: $0.weights)
    }
  }

  /// Reads the files.
  ///
  /// Columns are the empty buffer and the candidate sub-graphs, as `CandidateSubgraphs` orders them.
  ///
  /// - Parameters:
  ///   - spec: What the table is made from.
  ///   - folders: Where names are looked up.
  ///   - form: How the user wrote `spec`, for messages about its values.
  /// - Throws: `InputError` about a file, or about a value where it is written.
  public init(
    _ spec: Spec, folders: SpecFolders, form: Question.Form = .flags
  ) throws(InputError) {
    var resolver = Resolver(folders: folders, form: form)
    var question = Question(architecture: spec.architecture, workload: spec.workload)
    question.weights = spec.weights
    question.layout = spec.layout
    question.host = spec.host ?? []
    question.fill = spec.fill ?? .cycles
    let design = try resolver.design(question, .none).design
    if question.weights == nil { try resolver.checkWeights(question, design.value, [:]) }
    let workload = try resolver.workload(spec.workload)
    guard case .supernet(let supernet, let named) = workload.value.content else {
      let message = "\(spec.workload) is not a supernet, expected a workload with `supernet`"
      // An argument has no place in a file; its own file is named.
      guard case .keys = form else { throw InputError(message, file: workload.paths.first) }
      throw InputError(message, file: nil, path: form.path("workload"))
    }
    try HostLayers.check(question.host, of: workload.value, form)
    let members = try Self.members(spec, question, design.value, workload, named, &resolver)
    batches = (spec.batches ?? [1]).sorted()
    guard batches.allSatisfy({ (1...256).contains($0) }), Set(batches).count == batches.count else {
      throw InputError(
        "expected different sizes from 1 to 256", file: nil, path: form.path("batches"))
    }
    let evaluator = Evaluator(design.value)
    var family = FamilyEvaluator(evaluator, NetworkFamily(members, on: evaluator))
    let held = try Self.candidates(spec, question.fill, form, design.value, &family)
    columns = ([(ProfileTable.emptySubgraph, Subgraph(slices: [:]))] + held).map {
      Column(name: $0.0, subgraph: $0.1, placement: Placement(persistent: $0.1))
    }
    self.family = family
    self.question = question
    self.design = design.value
    paths = design.paths + workload.paths + (spec.weights.map(WeightMap.files) ?? [])
    let largest = (try? supernet.layers(of: supernet.largest(resolution: 224))) ?? []
    layerNames = largest.map(\.name).filter { !question.host.contains($0) }
  }

  /// The rows, each with its slices of the weights.
  private static func members(
    _ spec: Spec, _ question: Question, _ design: Design, _ workload: Sourced<Workload>,
    _ named: [SubnetSpec], _ resolver: inout Resolver
  ) throws(InputError) -> [NetworkFamily.Member] {
    let path = workload.paths.first
    try resolver.checkSeparateLayers(question, design)
    var members: [NetworkFamily.Member] = []
    for (index, name) in (spec.subnets ?? named.compactMap(\.name)).enumerated() {
      let place = resolver.form == .flags ? "subnets" : "subnets[\(index)]"
      let network = try HostLayers.apply(
        question.host,
        to: Resolver.network(name, of: workload.value, askedAt: resolver.form.path(place)),
        resolver.form)
      guard network.top1 != nil else {
        throw InputError("sub-network \(name) has no `top1`, which policies need", file: path)
      }
      try resolver.checkZeros(question, design, network)
      let bound = try resolver.bind(network, of: workload.value, question)
      let tensors = bound.tensors
      let stored =
        design.architecture.spec.weightDecoder == nil ? network : network.storing(bound.coded)
      try resolver.checkWeights(question, design, tensors)
      try resolver.checkCores(
        question, design, stored, weights: tensors, batch: spec.batches?.max() ?? 1)
      members.append(NetworkFamily.Member(stored, weights: tensors))
    }
    guard !members.isEmpty else {
      throw InputError("the workload names no sub-network", file: path)
    }
    return members
  }

  /// The sub-graphs that are offered beside the empty buffer.
  private static func candidates(
    _ spec: Spec, _ fill: SubgraphFill, _ form: Question.Form, _ design: Design,
    _ family: inout FamilyEvaluator
  ) throws(InputError) -> [(name: String, subgraph: Subgraph)] {
    let capacity = design.architecture.persistentBytes
    guard capacity > .zero else {
      guard spec.subgraphs == nil else {
        throw InputError(
          "\(spec.architecture) has no persistent buffer to hold one", file: nil,
          path: form.path("subgraphs"))
      }
      guard spec.fill == nil else {
        throw InputError(
          "\(spec.architecture) has no persistent buffer to fill", file: nil,
          path: form.path("fill"))
      }
      return []
    }
    let names = family.family.members.map { $0.network.subnet ?? $0.network.name }
    guard let size = spec.subgraphs else {
      return CandidateSubgraphs(
        SubgraphGains(&family, fill: fill), names: names, capacity: capacity
      ).entries
    }
    guard (1...4096).contains(size) else {
      throw InputError(
        "expected 1 to 4096, found \(size)", file: nil, path: form.path("subgraphs"))
    }
    do {
      return try CandidateSubgraphs(
        SubgraphGains(&family, fill: fill), names: names, capacity: capacity, size: size
      ).entries
    } catch {
      throw InputError(error.message, file: nil, path: form.path(error.path))
    }
  }
}

extension ProfileBuilder.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "architecture",
      "Architecture, a name or a path"),
    KeyNote(
      "workload",
      "Supernet workload, a name or a path"),
    KeyNote(
      "subnets",
      "Sub-networks by name",
      default: "all that the workload names"),
    KeyNote(
      "batches",
      "Batch sizes",
      default: "1"),
    KeyNote(
      "subgraphs",
      "How many different sub-graphs there are beside the empty buffer",
      default: "one for every sub-network and one for all together"),
    KeyNote(
      "weights",
      "Weight file of the supernet, of which every sub-network takes its slices",
      default: "none: all layers are of full precision"),
    KeyNote(
      "layout",
      "Layout of tensors whose file does not say",
      default: "that of the file"),
    KeyNote(
      "host",
      "Layers and other operations that run on the accelerator's host, by name",
      default: "none"),
    KeyNote(
      "fill",
      "What sub-graphs are filled with first: `cycles` or `bytes` saved",
      default: "cycles"),
  ]
}
