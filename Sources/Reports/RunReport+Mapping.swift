internal import Architectures
internal import Components
internal import CostModel
internal import Networks

extension RunReport {
  /// The rule that picked the mappings, where the datapath has several.
  var ruleFact: [(String, String)] {
    guard LayerMappers.rules(for: run.design.datapath).count > 1 else { return [] }
    let mapper = type(of: run.design.mapper)
    return [("mapping rule", "\(mapper.kind): \(mapper.summary)")]
  }
}
