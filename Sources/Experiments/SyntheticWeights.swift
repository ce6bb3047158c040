internal import Components
internal import Foundation
internal import Inputs
public import Networks
internal import Serving

/// Seeded weight tensors for networks whose trained weights are not available.
public struct SyntheticWeights: Sendable {
  /// What the weights are drawn from.
  public enum Distribution: String, CaseIterable, Sendable {
    /// Laplace, mean 0.
    case laplace
    /// Gaussian, mean 0.
    case gaussian
  }

  /// What the weights are drawn from.
  public let distribution: Distribution
  /// Every layer draws from its own stream of this seed.
  public let seed: Int

  /// Makes a generator.
  public init(_ distribution: Distribution, seed: Int) {
    self.distribution = distribution
    self.seed = seed
  }

  /// Writes one `NAME.weight` tensor per layer that has weights, standard deviation `sqrt(2 / (C R S))`.
  ///
  /// Source of the deviation: He et al., ICCV 2015.
  public func write(_ network: Network, to path: String) throws {
    let writer = try WeightFileWriter.create(path)
    for (index, layer) in network.layers.enumerated() where layer.kernelRole == .weight {
      let name = "\(layer.name).weight"
      let flat = layer.operation == .fullyConnected || layer.operation == .linear
      let dimensions =
        flat
        ? [layer.kernels, layer.channels]
        : [layer.kernels, layer.channelsPerGroup, layer.kernelRows, layer.kernelColumns]
      try writer.writeFloat32(name, dimensions: dimensions, kernelsPerBlock: 64) { kernels in
        values(of: layer, index: index, kernels: kernels)
      }
      try writer.setAttribute("layout", .text("OIHW"), dataset: name)
    }
    try writer.setAttribute("synthetic", .text("true"), dataset: nil)
    try writer.setAttribute("distribution", .text(distribution.rawValue), dataset: nil)
    try writer.setAttribute("seed", .number(Double(seed)), dataset: nil)
    try writer.setAttribute("workload", .text(network.name), dataset: nil)
    try writer.finish()
  }

  /// The weights of some kernels of layer `index` of its network.
  package func values(of layer: Layer, index: Int, kernels: Range<Int>) -> [Float] {
    let fanIn = layer.channelsPerGroup * layer.kernelRows * layer.kernelColumns
    let deviation = (2 / Double(fanIn)).squareRoot()
    let stream = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index)
    var values: [Float] = []
    values.reserveCapacity(kernels.count * fanIn)
    for kernel in kernels {
      var random = SplitMix64(seed: stream &* 0xD1B5_4A32_D192_ED03 &+ UInt64(kernel))
      for _ in 0..<fanIn { values.append(Float(draw(&random) * deviation)) }
    }
    return values
  }

  /// Uniform draws for synthetic masks.
  package struct Draws {
    private var random: SplitMix64

    /// Starts at `seed`.
    package init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// A draw from the open interval (0, 1).
    package mutating func uniform() -> Double { random.openUniform() }
  }

  /// One draw of mean 0 and variance 1.
  private func draw(_ random: inout SplitMix64) -> Double {
    let uniform = random.openUniform()
    switch distribution {
    case .laplace:
      let centred = uniform - 0.5
      let magnitude = -log(1 - 2 * abs(centred)) / 2.0.squareRoot()
      return centred < 0 ? -magnitude : magnitude
    case .gaussian:
      return (-2 * log(uniform)).squareRoot() * cos(2 * .pi * random.openUniform())
    }
  }
}

extension SplitMix64 {
  /// A uniform draw from the open interval (0, 1).
  fileprivate mutating func openUniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }
}

extension SyntheticWeights {
  /// The network that a weight file of `workload` is for; the largest one of a supernet.
  public static func network(
    _ workload: String, subnet: String?, folders: SpecFolders
  ) throws -> Network {
    let checked = try folders.workload(
      SpecFile(path: folders.path(of: workload, in: "workloads")))
    guard case .supernet(let supernet, let named) = checked.content, subnet == nil else {
      return try checked.network(subnet: subnet)
    }
    let resolution = named.map(\.resolution).max() ?? 224
    let layers = try supernet.layers(of: supernet.largest(resolution: resolution))
    return Network(name: checked.spec.name, subnet: nil, layers: layers)
  }
}
