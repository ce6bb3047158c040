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

  /// Checks every layer, or every named sub-network; throws one error that says everything that is
  /// wrong.
  public init(_ file: SpecFile) throws(InputError) {
    let reading = SpecReading(file)
    let spec = reading.decode(WorkloadSpec.self)
    let content = spec.flatMap { Self.content($0, reading) }
    self.content = try reading.finish(content)
    self.spec = try reading.finish(spec)
  }

  /// What can be run, nil where something is wrong with it.
  private static func content(_ spec: WorkloadSpec, _ reading: SpecReading) -> Content? {
    switch (spec.layers, spec.supernet) {
    case (let layers?, nil):
      reading.expect(spec.subnets == nil, "subnets", "sub-networks need a `supernet`")
      reading.check(["left_out"]) { () throws(SpecError) in try spec.leftOut?.check() }
      let checked = check(layers, reading)
      check(fullPrecision: spec.fullPrecision, against: layers.map(\.name), "layers", reading)
      return .network(
        Network(name: spec.name, subnet: nil, layers: checked, leftOut: spec.leftOut))
    case (nil, let choice?):
      reading.expect(
        spec.leftOut == nil, "left_out", "only a workload with `layers` has it")
      guard
        let supernet = reading.collect(
          ["supernet"], { () throws(InputError) in try Supernets.registry.make(choice).member })
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
        throw SpecError("", "expected `layers` or `supernet`, found neither")
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
        let layers = try file.locating { () throws(SpecError) in
          try supernet.layers(of: configuration)
        }
        return Network(
          name: spec.name, subnet: configuration.name ?? "inline", layers: layers,
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
          name: spec.name, subnet: subnet, layers: try supernet.layers(of: configuration),
          top1: configuration.top1)
      } catch {
        throw InputError(location: nil, path: "--subnet", message: error.description)
      }
    }
  }

  private static func check(
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

  private static func check(_ specs: [LayerSpec], _ reading: SpecReading) -> [Layer] {
    reading.expect(!specs.isEmpty, "layers", "expected at least one layer")
    var names = Set<String>()
    var layers: [Layer] = []
    var positions = 0.0
    for (index, spec) in specs.enumerated() {
      let path = "layers[\(index)]"
      reading.expect(!spec.name.isEmpty, "\(path).name", "must not be empty")
      reading.expect(
        names.insert(spec.name).inserted || spec.name.isEmpty, "\(path).name",
        "a second layer named `\(spec.name)`")
      let checked = reading.check([path]) { () throws(SpecError) in
        try Self.layer(spec, at: path)
      }
      guard let checked else { continue }
      positions += LayerLimits.positions(of: checked)
      reading.expect(
        positions <= Double(LayerLimits.positions), path,
        "up to here the network has more than 2^53 weights times padded input pixels")
      layers.append(checked)
    }
    return layers
  }

  /// Checks one layer; errors name the key below `path`.
  public static func layer(_ spec: LayerSpec, at path: String) throws(SpecError) -> Layer {
    guard spec.input.count == 3 else {
      throw SpecError(
        "\(path).input", "expected [channels, rows, columns], found \(spec.input.count) numbers")
    }
    let extents = [
      ("input[0]", spec.input[0]), ("input[1]", spec.input[1]), ("input[2]", spec.input[2]),
      ("output_channels", spec.outputChannels), ("kernel", spec.kernel.rows),
      ("kernel", spec.kernel.columns), ("stride", spec.stride), ("groups", spec.groups),
    ]
    for (key, value) in extents where !(1...LayerLimits.extent).contains(value) {
      throw SpecError("\(path).\(key)", "expected 1 to \(LayerLimits.extent), found \(value)")
    }
    guard (0...LayerLimits.extent).contains(spec.padding) else {
      throw SpecError(
        "\(path).padding", "expected 0 to \(LayerLimits.extent), found \(spec.padding)")
    }
    let (channels, rows, columns) = (spec.input[0], spec.input[1], spec.input[2])
    guard rows + 2 * spec.padding >= spec.kernel.rows,
      columns + 2 * spec.padding >= spec.kernel.columns
    else {
      throw SpecError(
        "\(path).kernel",
        "\(spec.kernel.rows) x \(spec.kernel.columns) does not fit the padded input of "
          + "\(rows + 2 * spec.padding) x \(columns + 2 * spec.padding)")
    }
    if spec.operator == .depthwiseConvolution {
      guard spec.outputChannels == channels else {
        throw SpecError(
          "\(path).output_channels",
          "a depthwise convolution has as many as its input, \(channels), found \(spec.outputChannels)"
        )
      }
      guard spec.groups == 1 else {
        throw SpecError("\(path).groups", "leave out, a depthwise convolution implies it")
      }
    }
    guard channels.isMultiple(of: spec.groups), spec.outputChannels.isMultiple(of: spec.groups)
    else {
      throw SpecError(
        "\(path).groups",
        "must divide \(channels) input and \(spec.outputChannels) output channels, found \(spec.groups)"
      )
    }
    if spec.operator == .fullyConnected {
      guard spec.kernel == Extent(1), spec.stride == 1, spec.padding == 0, spec.groups == 1 else {
        throw SpecError(
          path, "a fully connected layer has no kernel, stride, padding or groups, leave them out")
      }
      // A map is flattened: every element is an input feature.
      guard Double(channels) * Double(rows) * Double(columns) <= Double(LayerLimits.extent) else {
        throw SpecError("\(path).input", "more than \(LayerLimits.extent) input features")
      }
      return try checked(
        Layer(
          name: spec.name, operation: .fullyConnected, kernels: spec.outputChannels,
          channels: channels * rows * columns, kernel: (1, 1), input: (1, 1)), at: path)
    }
    return try checked(
      Layer(
        name: spec.name, operation: spec.operator, kernels: spec.outputChannels,
        channels: channels, kernel: (spec.kernel.rows, spec.kernel.columns),
        input: (rows, columns), stride: spec.stride, padding: spec.padding, groups: spec.groups),
      at: path)
  }

  private static func checked(_ layer: Layer, at path: String) throws(SpecError) -> Layer {
    if let excess = LayerLimits.excess(of: layer) { throw SpecError(path, excess) }
    return layer
  }
}
