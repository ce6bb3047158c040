internal import Components
internal import Foundation
internal import Inputs
public import Networks
internal import Units
package import WeightAnalysis

/// Seeded weight tensors for networks whose trained weights are not available.
public struct SyntheticWeights: Sendable {
  /// What the weights are drawn from.
  public enum Distribution: String, CaseIterable, Sendable {
    /// Laplace, mean 0.
    case laplace
    /// Gaussian, mean 0.
    case gaussian
    /// 1 and -1 as often, and zeros in the share that the workload states of each layer.
    case ternary
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
  /// Source of the deviation: He et al., ICCV 2015. Ternary weights are quantized and compressed.
  ///
  /// - Parameters:
  ///   - network: The layers; for ternary weights with their shares of zeros.
  ///   - path: The file, which appears when it is whole.
  /// - Throws: `InputError` when a layer states no share of zeros that is needed, or the file cannot be
  ///   written.
  public func write(_ network: Network, to path: String) throws {
    if distribution == .ternary { try checkZeros(network) }
    let writer = try WeightFileWriter.create(path)
    for (index, layer) in network.layers.enumerated() where layer.kernelRole == .weight {
      let name = "\(layer.name).weight"
      let flat = layer.operation == .fullyConnected || layer.operation == .linear
      let dimensions =
        flat
        ? [layer.kernels, layer.channels]
        : [layer.kernels, layer.channelsPerGroup, layer.kernelRows, layer.kernelColumns]
      if distribution == .ternary {
        try writeTernary(layer, index, name, dimensions, writer)
      } else {
        try writer.writeFloat32(name, dimensions: dimensions, kernelsPerBlock: 64) { kernels in
          values(of: layer, index: index, kernels: kernels)
        }
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
    let fanIn = Self.fanIn(layer)
    let deviation = (2 / Double(fanIn)).squareRoot()
    var values: [Float] = []
    values.reserveCapacity(kernels.count * fanIn)
    for kernel in kernels {
      var random = random(index: index, kernel: kernel)
      for _ in 0..<fanIn { values.append(Float(draw(&random) * deviation)) }
    }
    return values
  }

  private static func fanIn(_ layer: Layer) -> Int {
    layer.channelsPerGroup * layer.kernelRows * layer.kernelColumns
  }

  /// The stream of one kernel of layer `index`.
  private func random(index: Int, kernel: Int) -> SplitMix64 {
    let stream = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index)
    return SplitMix64(seed: stream &* 0xD1B5_4A32_D192_ED03 &+ UInt64(kernel))
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
    case .ternary:
      return uniform < 0.5 ? -1 : 1
    }
  }
}

extension SplitMix64 {
  /// A uniform draw from the open interval (0, 1).
  fileprivate mutating func openUniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }
}

// MARK: Ternary weights

extension SyntheticWeights {
  private func checkZeros(_ network: Network) throws(InputError) {
    for layer in network.layers where layer.kernelRole == .weight && layer.zeros?.weight == nil {
      throw InputError(
        "layer \(layer.name) states no share of zero weights; `zeros: {weight: 0.9}` in the workload "
          + "leaves a tenth of them", file: nil, path: "--distribution")
    }
  }

  /// The weights of a kernel of layer `index` that are not zero, by column, each by itself with the
  /// share that the layer states; all of them where it states none.
  package func nonZero(
    of layer: Layer, index: Int, kernel: Int
  ) -> [(column: Int, isPositive: Bool)] {
    let (fanIn, zeros) = (Self.fanIn(layer), layer.zeros?.weight ?? 0)
    guard zeros < 1 else { return [] }
    var random = random(index: index, kernel: kernel)
    var found: [(column: Int, isPositive: Bool)] = []
    found.reserveCapacity(Int(Double(fanIn) * (1 - zeros) * 1.2) + 8)
    var column = -1
    while true {
      // Zeros before the next weight: a geometric draw.
      let skipped = zeros > 0 ? (log(random.openUniform()) / log(zeros)).rounded(.down) : 0
      guard Double(column) + 1 + skipped < Double(fanIn) else { return found }
      column += 1 + Int(skipped)
      found.append((column, random.next() & 1 == 0))
    }
  }

  /// The ternary weights of layer `index`, as its file would hold them.
  package func ternary(of layer: Layer, index: Int) throws -> QuantizedTensor {
    let shape = try FilterShape(
      kernels: layer.kernels, channels: layer.channelsPerGroup, rows: layer.kernelRows,
      columns: layer.kernelColumns)
    return QuantizedTensor(shape) { nonZero(of: layer, index: index, kernel: $0) }
  }

  private func writeTernary(
    _ layer: Layer, _ index: Int, _ name: String, _ dimensions: [Int], _ writer: WeightFileWriter
  ) throws {
    let fanIn = Self.fanIn(layer)
    let chunk = TensorCompression(
      level: 4, kernelsPerChunk: min(layer.kernels, 1 + (1 << 20) / fanIn))
    try writer.writeInt8(
      name, dimensions: dimensions, kernelsPerBlock: 64, compression: chunk
    ) { kernels in
      var values = [Int8](repeating: 0, count: kernels.count * fanIn)
      for kernel in kernels {
        let first = (kernel - kernels.lowerBound) * fanIn
        for (column, isPositive) in nonZero(of: layer, index: index, kernel: kernel) {
          values[first + column] = isPositive ? 1 : -1
        }
      }
      return values
    }
    try writer.setAttribute("scheme", .text(QuantizationScheme.ternary.name), dataset: name)
  }
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
