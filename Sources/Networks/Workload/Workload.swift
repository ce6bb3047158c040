public import Components
public import Inputs
internal import Units

/// A workload whose file passed every check.
public struct Workload: Sendable {
  /// What can be run.
  public enum Content: Sendable {
    /// A fixed list of layers.
    case network(Network)
    /// A space of sub-networks and the named ones among them.
    case supernet(Supernet, subnets: [SubnetSpec])
  }

  /// The decoded file.
  public let spec: WorkloadSpec
  /// What can be run.
  public let content: Content
  /// The operator of each operation of a fixed network, with its parameters.
  package let kinds: [any OperationKind]
  /// The map that each layer of a list says it reads; nothing where shapes are inferred.
  package let statedInputs: [[Int]]
  /// Where the file stands, as the user gave it.
  let path: String
  /// The transformer with what it does unless someone says otherwise; nil for other workloads.
  public let transformer: TransformerIteration?

  /// Checks every layer, or every named sub-network; throws one error that says everything that is
  /// wrong.
  ///
  /// The file names spaces of `supernets` and operators of `operations`.
  public init(
    _ file: SpecFile, supernets: Registry<Supernet> = Supernets.registry,
    operations: OperationRegistry = OperationKinds.registry
  ) throws(InputError) {
    let reading = SpecReading(file)
    let spec = reading.decode(WorkloadSpec.self)
    var (kinds, inputs) = ([any OperationKind](), [[Int]]())
    let transformer = spec.flatMap {
      $0.graphNetwork == nil ? Self.transformer($0, reading) : nil
    }
    path = file.path
    let content = spec.flatMap { spec in
      spec.graphNetwork != nil
        ? Self.graphNetwork(spec, reading).map { .network($0) }
        : spec.transformer == nil
          ? Self.content(spec, supernets, operations, reading, &kinds, &inputs)
          : transformer.map { .network(Network($0, named: spec.name)) }
    }
    self.content = try reading.finish(content)
    self.transformer = transformer
    self.kinds = kinds
    statedInputs = inputs
    self.spec = try reading.finish(spec)
  }

  /// What can be run, nil where something is wrong with it.
  private static func content(
    _ spec: WorkloadSpec, _ supernets: Registry<Supernet>, _ operations: OperationRegistry,
    _ reading: SpecReading, _ kinds: inout [any OperationKind], _ inputs: inout [[Int]]
  ) -> Content? {
    reading.expect(
      spec.iteration == nil, "iteration", "only a workload with `transformer` has it")
    switch (spec.layers, spec.supernet) {
    case (let layers?, nil):
      reading.expect(spec.subnets == nil, "subnets", "sub-networks need a `supernet`")
      reading.check(["left_out"]) { () throws(SpecError) in try spec.leftOut?.check() }
      let before = reading.faults.errors.count
      reading.expect(!layers.isEmpty, "layers", "expected at least one layer")
      let network = network(layers, spec, operations, reading, &kinds, &inputs)
      if reading.faults.errors.count == before {
        check(
          fullPrecision: spec.fullPrecision, against: network.layers.map(\.name), "layers", reading)
      }
      return .network(network)
    case (nil, let choice?):
      reading.expect(
        spec.leftOut == nil, "left_out", "only a workload with `layers` has it")
      for (key, isThere) in [
        ("input", spec.input != nil), ("inputs", spec.inputs != nil),
        ("outputs", spec.outputs != nil), ("blocks", spec.blocks != nil),
        ("connected", spec.connected != nil),
      ] {
        reading.expect(!isThere, key, "only a workload with `layers` has it")
      }
      guard
        let supernet = reading.collect(
          ["supernet"], { () throws(InputError) in try supernets.make(choice).member })
      else { return nil }
      let subnets = spec.subnets ?? []
      let largest = (try? supernet.layers(of: supernet.largest(resolution: 224))) ?? []
      check(fullPrecision: spec.fullPrecision, against: largest.map(\.name), "supernet", reading)
      check(subnets, of: supernet, reading)
      return .supernet(supernet, subnets: subnets)
    case (_?, _?):
      reading.expect(
        false, "supernet", "expected either `layers` or `supernet`, found both",
        restsOn: ["layers"])
    case (nil, nil):
      reading.check([]) { () throws(SpecError) in
        throw SpecError(
          "", "expected `layers`, `supernet`, `transformer` or `graph_network`, found none")
      }
    }
    return nil
  }

  /// The network that `subnet` names; nil only for a workload without sub-networks.
  ///
  /// A name starting with `{` is an inline configuration.
  public func network(subnet: String?) throws(InputError) -> Network {
    switch content {
    case .network(let network):
      guard let subnet else { return network }
      throw InputError(
        location: nil, path: "--subnet",
        message: "\(spec.name) has no sub-networks, found `\(subnet)`")
    case .supernet(let supernet, let subnets):
      let names = subnets.compactMap(\.name)
      guard let subnet else {
        throw InputError(
          location: nil, path: "--subnet",
          message: "\(spec.name) is a supernet, name a sub-network: "
            + names.joined(separator: ", "))
      }
      if subnet.hasPrefix("{") {
        let file = SpecFile(path: "--subnet", node: try YAMLParser.parse(subnet, file: "--subnet"))
        let configuration = try file.decode(SubnetSpec.self)
        let graph = try file.locating { () throws(SpecError) in
          try supernet.graph(of: configuration)
        }
        return Network(
          name: spec.name, subnet: configuration.name ?? "inline", graph: graph,
          top1: configuration.top1)
      }
      guard let configuration = subnets.first(where: { $0.name == subnet }) else {
        let near = nearestName(to: subnet, among: names).map { ", did you mean `\($0)`?" }
        throw InputError(
          location: nil, path: "--subnet",
          message: "\(spec.name) has no sub-network `\(subnet)`"
            + (near ?? ", expected one of \(names.joined(separator: ", "))"))
      }
      do {
        return Network(
          name: spec.name, subnet: subnet, graph: try supernet.graph(of: configuration),
          top1: configuration.top1)
      } catch {
        throw InputError(location: nil, path: "--subnet", message: error.description)
      }
    }
  }

  static func check(
    fullPrecision names: [String]?, against layers: [String], _ source: String,
    _ reading: SpecReading
  ) {
    for (index, name) in (names ?? []).enumerated() {
      reading.expect(
        layers.contains(name), "full_precision[\(index)]", "no layer `\(name)`",
        restsOn: [source])
    }
  }

  private static func check(
    _ subnets: [SubnetSpec], of supernet: Supernet, _ reading: SpecReading
  ) {
    var names = Set<String>()
    for (index, subnet) in subnets.enumerated() {
      let path = "subnets[\(index)]"
      reading.expect(subnet.name?.isEmpty == false, path, "missing key `name`")
      reading.expect(
        names.insert(subnet.name ?? "").inserted || subnet.name == nil, "\(path).name",
        "a second sub-network named `\(subnet.name ?? "")`")
      for (key, accuracy) in [("top1", subnet.top1), ("top5", subnet.top5)] {
        guard let accuracy else { continue }
        reading.expect(
          accuracy.value <= 1, "\(path).\(key)", "expected at most 100 %, found \(accuracy)")
      }
      reading.check([path]) { () throws(SpecError) in
        do throws(SpecError) {
          _ = try supernet.layers(of: subnet)
        } catch {
          throw SpecError(path + (error.path.isEmpty ? "" : ".\(error.path)"), error.message)
        }
      }
    }
  }

  /// The network of a list of layers, with what could be read of it.
  private static func network(
    _ layers: [LayerNode], _ spec: WorkloadSpec, _ operations: OperationRegistry,
    _ reading: SpecReading, _ kinds: inout [any OperationKind], _ inputs: inout [[Int]]
  ) -> Network {
    guard let input = spec.input else {
      for (key, isThere) in [
        ("inputs", spec.inputs != nil), ("outputs", spec.outputs != nil),
        ("blocks", spec.blocks != nil),
      ] {
        reading.expect(
          !isThere, key,
          "needs `input` at the top of the file, the extents of what the first layer reads")
      }
      var listing = LayerListing(
        reading, operations, isConnected: spec.connected ?? true)
      listing.list(layers)
      (kinds, inputs) = (listing.kinds, listing.inputs)
      return Network(name: spec.name, subnet: nil, layers: listing.layers, leftOut: spec.leftOut)
    }
    reading.expect(
      spec.connected == nil, "connected",
      "leave out, layers of a file with `input` at its top are connected")
    var graph = GraphReading(reading, operations, blocks: spec.blocks)
    let checked: Void? = reading.check(["input"]) { () throws(SpecError) in
      try check(input: input)
    }
    let more = spec.inputs?.entries ?? []
    var areRight = true
    for entry in more {
      let path = "inputs.\(entry.name)"
      let isRight: Void? = reading.check([path]) { () throws(SpecError) in
        guard !entry.name.isEmpty, entry.name != "input" else {
          throw SpecError(path, "choose another name, `input` is what the first layer reads")
        }
        do throws(SpecError) {
          try check(input: entry.extents)
        } catch {
          throw SpecError(path + error.path.dropFirst("input".count), error.message)
        }
      }
      areRight = areRight && isRight != nil
    }
    if checked != nil, areRight {
      graph.network(layers, input: input, more: more, outputs: spec.outputs)
    }
    kinds = graph.kinds
    return Network(name: spec.name, subnet: nil, graph: graph.graph, leftOut: spec.leftOut)
  }

  private static func check(input: [Int]) throws(SpecError) {
    guard (1...4).contains(input.count) else {
      throw SpecError(
        "input", "expected 1 to 4 numbers, [channels, rows, columns], found \(input.count)")
    }
    for (index, value) in input.enumerated() {
      try WindowLayer.checkExtent("input[\(index)]", value)
    }
    guard input.reduce(1.0, { $0 * Double($1) }) <= Double(LayerLimits.elements) else {
      throw SpecError("input", "expected at most 2^40 elements")
    }
  }

  /// Checks one layer; errors name the key below `path`.
  public static func layer(_ spec: LayerSpec, at path: String) throws(SpecError) -> Layer {
    do throws(SpecError) {
      try LayerListing.checkInput(spec.input)
      let kind = try kind(of: spec)
      let result = try kind.result(of: [spec.input], name: spec.name)
      guard case .array(let layer) = result.work else {
        throw SpecError("operator", "expected one that runs on the array")
      }
      return layer
    } catch {
      let key = error.path == "from" ? "input" : error.path
      throw SpecError(key.isEmpty ? path : "\(path).\(key)", error.message)
    }
  }

  /// Whether layers that each state what they read can make up one network.
  public static func canBeConnected(_ specs: [LayerSpec]) -> Bool {
    var history = ChannelHistory()
    for spec in specs {
      guard let layer = try? layer(spec, at: ""), history.fault(spec.input, layer) == nil else {
        return false
      }
      history.add(layer, reading: spec.input)
    }
    return true
  }

  /// Whether checked layers, each with the channels that it says it reads, can make up one network.
  public static func canBeConnected(_ layers: [(layer: Layer, channels: Int)]) -> Bool {
    var history = ChannelHistory()
    for (layer, channels) in layers {
      guard history.fault([channels], layer) == nil else { return false }
      history.add(layer, reading: [channels])
    }
    return true
  }

  private static func kind(of spec: LayerSpec) throws(SpecError) -> any OperationKind {
    let windows = WindowSpec(
      kernel: PerDirection([spec.kernel.rows, spec.kernel.columns]),
      stride: PerDirection(spec.stride), padding: Padding(spec.padding))
    switch spec.operator {
    case .convolution:
      return try Convolution(
        Convolution.Spec(
          outputChannels: spec.outputChannels, windows: windows, groups: spec.groups))
    case .depthwiseConvolution:
      return try DepthwiseConvolution(
        DepthwiseConvolution.Spec(
          outputChannels: spec.outputChannels, windows: windows, groups: spec.groups))
    case .transposedConvolution:
      return try TransposedConvolution(
        TransposedConvolution.Spec(
          outputChannels: spec.outputChannels, windows: windows, groups: spec.groups))
    case .fullyConnected:
      return try FullyConnected(
        FullyConnected.Spec(
          outputChannels: spec.outputChannels, windows: windows, groups: spec.groups))
    case .linear, .matrixProduct:
      throw SpecError(
        "operator",
        "`\(spec.operator.rawValue)` needs `input` at the top of the file, the extents of what "
          + "the first layer reads")
    }
  }
}
