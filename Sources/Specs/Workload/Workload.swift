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

  /// Checks every layer, or every named sub-network.
  public init(_ file: SpecFile) throws(InputError) {
    let spec = try file.decode(WorkloadSpec.self)
    self.spec = spec
    switch (spec.layers, spec.supernet) {
    case (let layers?, nil):
      guard spec.subnets == nil else {
        throw file.error(
          SpecError("subnets", "sub-networks need a `supernet`"))
      }
      let checked = try file.locating { () throws(SpecError) in try Self.check(layers) }
      try file.locating { () throws(SpecError) in
        try Self.check(fullPrecision: spec.fullPrecision, against: checked)
      }
      try file.locating { () throws(SpecError) in try spec.leftOut?.check() }
      content = .network(
        Network(name: spec.name, subnet: nil, layers: checked, leftOut: spec.leftOut))
    case (nil, let choice?):
      let supernet = try Supernets.registry.make(choice).member
      guard spec.leftOut == nil else {
        throw file.error(SpecError("left_out", "only a workload with `layers` has it"))
      }
      let subnets = spec.subnets ?? []
      let largest = (try? supernet.layers(of: supernet.largest(resolution: 224))) ?? []
      try file.locating { () throws(SpecError) in
        try Self.check(fullPrecision: spec.fullPrecision, against: largest)
      }
      try file.locating { () throws(SpecError) in
        try Self.check(subnets, of: supernet)
      }
      content = .supernet(supernet, subnets: subnets)
    case (_?, _?), (nil, nil):
      throw file.error(
        spec.layers == nil
          ? SpecError("", "expected `layers` or `supernet`, found neither")
          : SpecError("supernet", "expected either `layers` or `supernet`, found both"))
    }
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
    fullPrecision names: [String]?, against layers: [Layer]
  ) throws(SpecError) {
    for (index, name) in (names ?? []).enumerated()
    where !layers.contains(where: { $0.name == name }) {
      throw SpecError("full_precision[\(index)]", "no layer `\(name)`")
    }
  }

  private static func check(
    _ subnets: [SubnetSpec], of supernet: Supernet
  ) throws(SpecError) {
    var names = Set<String>()
    for (index, subnet) in subnets.enumerated() {
      guard let name = subnet.name, !name.isEmpty else {
        throw SpecError("subnets[\(index)]", "missing key `name`")
      }
      guard names.insert(name).inserted else {
        throw SpecError("subnets[\(index)].name", "a second sub-network named `\(name)`")
      }
      for (key, accuracy) in [("top1", subnet.top1), ("top5", subnet.top5)] {
        guard let accuracy, accuracy.value > 1 else { continue }
        throw SpecError("subnets[\(index)].\(key)", "expected at most 100 %, found \(accuracy)")
      }
      do {
        _ = try supernet.layers(of: subnet)
      } catch {
        throw SpecError(
          "subnets[\(index)]" + (error.path.isEmpty ? "" : ".\(error.path)"), error.message)
      }
    }
  }

  private static func check(_ specs: [LayerSpec]) throws(SpecError) -> [Layer] {
    guard !specs.isEmpty else { throw SpecError("layers", "expected at least one layer") }
    var names = Set<String>()
    var layers: [Layer] = []
    var positions = 0.0
    for (index, spec) in specs.enumerated() {
      let path = "layers[\(index)]"
      guard !spec.name.isEmpty else { throw SpecError("\(path).name", "must not be empty") }
      guard names.insert(spec.name).inserted else {
        throw SpecError("\(path).name", "a second layer named `\(spec.name)`")
      }
      let layer = try Self.layer(spec, at: path)
      positions += LayerLimits.positions(of: layer)
      guard positions <= Double(LayerLimits.positions) else {
        throw SpecError(
          path, "up to here the network has more than 2^53 weights times padded input pixels")
      }
      layers.append(layer)
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
