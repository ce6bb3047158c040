internal import Architectures
internal import Components
internal import Foundation
internal import Networks
internal import Studies

/// The synthetic weights of `results/plum`, `results/plum-sweep` and `results/sram-split`, made as their
/// scripts make them.
struct ConclusionWeights: Sendable {
  /// A large network of `results/plum` and a small one, of which another engine is the fastest; what
  /// the experiment says of its other two depends on the same constants.
  static let networks = ["resnet18", "resnet20-cifar"]
  /// The schemes that it puts side by side.
  static let schemes = ["signed-binary", "binary", "ternary"]
  /// The supernet whose sub-graphs it keeps on chip.
  static let supernet = "ofa-resnet50"
  /// The supernets of `results/sram-split`.
  static let supernets = [supernet, "ofa-mobilenetv3"]
  /// The seed of both experiments.
  private static let seed = 1

  private let folder: String

  init(in folder: String) { self.folder = folder }

  /// The weight file of `workload` quantized by `scheme`; of full precision without one.
  func path(of workload: String, _ scheme: String?) -> String {
    "\(folder)/\(workload)-\(scheme ?? "floats").h5"
  }

  /// The weight file of `results/plum-sweep`, whose script names no workload when it quantizes.
  var swept: String { "\(folder)/swept.h5" }

  /// Draws and quantizes everything, or that of some networks.
  func make(_ names: [String] = networks + supernets, folders: SpecFolders) throws {
    for name in names {
      let floats = path(of: name, nil)
      let network = try SyntheticWeights.network(name, subnet: nil, folders: folders)
      try SyntheticWeights(.laplace, seed: Self.seed).write(network, to: floats)
      for scheme in Self.supernets.contains(name) ? Array(Self.schemes.prefix(1)) : Self.schemes {
        try quantize(floats, to: path(of: name, scheme), scheme, workload: name, folders)
      }
      if name == Self.networks[0] {
        try quantize(floats, to: swept, Self.schemes[0], workload: nil, folders)
      }
      if name != Self.supernet { try FileManager.default.removeItem(atPath: floats) }
    }
  }

  private func quantize(
    _ floats: String, to path: String, _ scheme: String, workload: String?, _ folders: SpecFolders
  ) throws {
    _ = try QuantizerSettings(scheme: scheme).quantize(
      floats, to: path, workload: workload, fullPrecision: [], layout: nil, folders: folders)
  }
}
