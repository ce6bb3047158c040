internal import Architectures
internal import Components
internal import CostModel
internal import Foundation
internal import Inputs
internal import Networks
internal import Serving

/// What the costs of a scenario are made from: its model, its files, and architectures.
struct TokenSource: IterationSource {
  let model: Transformer
  /// The workload's name.
  let name: String
  let folders: SpecFolders
  /// Where files lie that are named by relative paths.
  let folder: String
  /// Devices over which every layer is cut.
  let tensor: Int
  let link: TokenLink

  var layers: Int { model.layers }

  func text(_ path: String) throws(InputError) -> String {
    try ServingExperiment.text(ServingExperiment.path(path, in: folder))
  }

  func design(
    _ architecture: String, key: String
  ) throws(InputError) -> any IterationEvaluator {
    let design = try Self.resolved(architecture, folders)
    let part: Transformer
    do throws(SpecError) {
      part = try model.shard(over: tensor)
    } catch {
      throw InputError(error.message, file: nil, path: "devices.\(error.path)")
    }
    let priced = DesignIterations(design, part, named: name, devices: tensor, link: link)
    // A design that cannot run the model says so before anything is served.
    do throws(ServiceModelError) {
      _ = try priced.parts(new: 1, cached: 1, count: 1)
    } catch {
      throw InputError(error.description, file: nil, path: "costs.\(key)")
    }
    return priced
  }

  /// Refuses a design whose cost depends on values that nobody has.
  static func check(_ design: Design) throws(InputError) {
    guard design.kinds.isEmpty, design.datapath.needsWeights else { return }
    throw InputError(
      "\(design.architecture.spec.datapath.kind) counts the values of quantized weights, which requests to "
        + "a language model do not have", file: nil, path: "costs.architecture")
  }

  static func resolved(
    _ architecture: String, _ folders: SpecFolders
  ) throws(InputError) -> Design {
    var paths: [String] = []
    let design = try Resolver.design(architecture, folders: folders, paths: &paths)
    try check(design)
    return design
  }
}
