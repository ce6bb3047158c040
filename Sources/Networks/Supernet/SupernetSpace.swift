public import Components

/// A family of sub-networks that share the weights of one supernet.
public protocol SupernetSpace: Configurable {
  /// Builds a sub-network from its input; throws when the configuration is not in the space.
  func build(_ subnet: SubnetSpec, into builder: inout LayerBuilder) throws(SpecError)
  /// Number of sub-networks per input resolution.
  var size: UInt128 { get }
  /// The sub-network with the fewest weights, at `resolution`.
  func smallest(resolution: Int) -> SubnetSpec
  /// The sub-network that holds every weight, at `resolution`.
  func largest(resolution: Int) -> SubnetSpec
  /// Every sub-network at `resolution`, nil where there are too many to list.
  func all(resolution: Int) -> [SubnetSpec]?
  /// How many alternatives each elastic choice has, in a fixed order.
  var choices: [Int] { get }
  /// The sub-network that takes alternative `picks[i]` of choice `i`, at `resolution`.
  ///
  /// Picks of blocks that the depths leave out change nothing.
  func subnet(picks: [Int], resolution: Int) -> SubnetSpec
  /// Whether a small depthwise kernel is derived from the large one by a learned matrix, so that
  /// kernels of different sizes share no bytes.
  var transformsDepthwiseKernels: Bool { get }
}

extension SupernetSpace {
  /// Every layer of a sub-network; throws when the configuration is not in the space.
  public func layers(of subnet: SubnetSpec) throws(SpecError) -> [Layer] {
    var builder = LayerBuilder(channels: 3, rows: subnet.resolution, recordsGraph: false)
    try build(subnet, into: &builder)
    return builder.layers
  }

  /// Every operation of a sub-network; throws when the configuration is not in the space.
  public func graph(of subnet: SubnetSpec) throws(SpecError) -> NetworkGraph {
    try SpaceRules.checkResolution(subnet.resolution)
    var builder = LayerBuilder(channels: 3, rows: subnet.resolution, recordsGraph: true)
    try build(subnet, into: &builder)
    return builder.finished()
  }

  /// No list, unless a space says otherwise.
  public func all(resolution: Int) -> [SubnetSpec]? { nil }
  /// Kernels do not change, unless a space says otherwise.
  public var transformsDepthwiseKernels: Bool { false }
}

/// A supernet space chosen by a workload file.
public typealias Supernet = any SupernetSpace

/// The spaces a workload file can name.
public enum Supernets {
  /// The list; a new space is one line here.
  public static let registry = Registry<Supernet>(
    "supernet space",
    [
      .init(OFAResNet50.self) { $0 },
      .init(OFAMobileNetV3.self) { $0 },
      .init(OFAProxyless.self) { $0 },
      .init(CompOFA.self) { $0 },
      .init(SuperFedNASCIFAR.self) { $0 },
      .init(ElasticViT.self) { $0 },
    ])
}

/// Rules that all spaces share.
enum SpaceRules {
  /// Rounds a channel count to a multiple of eight, never below nine tenths of it.
  ///
  /// Source: mit-han-lab/once-for-all, `make_divisible` with divisor 8.
  static func divisible(_ value: Double) -> Int {
    let rounded = max(8, Int(value + 4) / 8 * 8)
    return Double(rounded) < 0.9 * value ? rounded + 8 : rounded
  }

  /// Output extent of a "same" convolution: `floor((H - 1) / s) + 1`.
  static func output(_ extent: Int, stride: Int) -> Int { (extent - 1) / stride + 1 }

  static func checkResolution(_ resolution: Int) throws(SpecError) {
    guard (32...1024).contains(resolution) else {
      throw SpecError("resolution", "expected 32 to 1024, found \(resolution)")
    }
  }

  static func checkDepths(
    _ depths: [Int], stages: Int, allowed: [Int], first: [Int]? = nil
  ) throws(SpecError) {
    guard depths.count == stages else {
      throw SpecError("depths", "expected \(stages) numbers, found \(depths.count)")
    }
    for (index, depth) in depths.enumerated() {
      let choices = index == 0 ? first ?? allowed : allowed
      guard choices.contains(depth) else {
        throw SpecError(
          "depths[\(index)]", "expected one of \(list(choices)), found \(depth)")
      }
    }
  }

  /// Checks a per-stage, per-block choice and returns it.
  static func checked<Value: Hashable>(
    _ values: [[Value]]?, _ key: String, blocks: [Int], allowed: [Value]
  ) throws(SpecError) -> [[Value]] {
    guard let values else { throw SpecError("", "missing key `\(key)`") }
    guard values.count == blocks.count else {
      throw SpecError(key, "expected \(blocks.count) stages, found \(values.count)")
    }
    for (stage, row) in values.enumerated() {
      guard row.count == blocks[stage] else {
        throw SpecError(
          "\(key)[\(stage)]", "expected \(blocks[stage]) blocks as in depths, found \(row.count)")
      }
      for (block, value) in row.enumerated() where !allowed.contains(value) {
        throw SpecError(
          "\(key)[\(stage)][\(block)]", "expected one of \(list(allowed)), found \(value)")
      }
    }
    return values
  }

  static func refuse<Value>(_ value: Value?, _ key: String, _ reason: String) throws(SpecError) {
    guard value == nil else { throw SpecError(key, reason) }
  }

  static func list<Value>(_ values: [Value]) -> String {
    values.map { "\($0)" }.joined(separator: ", ")
  }
}
