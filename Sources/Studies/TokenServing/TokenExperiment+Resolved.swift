internal import Components
package import Inputs
internal import Serving

extension TokenExperiment {
  /// Finds whatever is wrong with any run before the first request is served.
  package func check() throws(InputError) {
    for index in spec.runs.indices { _ = try simulation(index, seed: spec.allSeeds[0]) }
  }

  /// The scenario with every default of its choices filled in.
  ///
  /// Where it names files, it says from where, so that it means the same wherever it is stored.
  package func resolved() throws(InputError) -> TokenScenarioSpec {
    try check()
    var spec = spec
    if namesFiles { spec.folder = folder.isEmpty ? "." : folder }
    spec.costs = try IterationCostings.registry.resolved(spec.costs)
    spec.requests.arrivals = try ArrivalProcesses.registry.resolved(spec.requests.arrivals)
    spec.requests.lengths = try LengthDistributions.registry.resolved(spec.requests.lengths)
    if let draft = spec.draft {
      spec.draft?.costs = try IterationCostings.registry.resolved(draft.costs)
    }
    for index in spec.runs.indices {
      spec.runs[index].policy = try IterationPolicies.registry.resolved(spec.runs[index].policy)
      if let policy = spec.runs[index].promptPolicy {
        spec.runs[index].promptPolicy = try IterationPolicies.registry.resolved(policy)
      }
      if let costs = spec.runs[index].costs {
        spec.runs[index].costs = try IterationCostings.registry.resolved(costs)
      }
    }
    return spec
  }

  private var namesFiles: Bool {
    spec.folder != nil || spec.requests.arrivals.text(of: "file") != nil
      || spec.requests.lengths.text(of: "file") != nil
      || ([spec.costs] + spec.runs.compactMap(\.costs)).contains { $0.kind == OperatorTables.kind }
      || spec.draft?.costs.kind == OperatorTables.kind
  }
}
