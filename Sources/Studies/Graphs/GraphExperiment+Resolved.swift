internal import Components
package import Inputs
internal import Serving

extension GraphExperiment {
  /// Finds whatever is wrong with any run before the first query is served.
  package func check() throws(InputError) {
    for index in spec.runs.indices { _ = try simulation(index, seed: spec.allSeeds[0]) }
    try checkTune()
  }

  /// The scenario with every default of its choices filled in.
  ///
  /// Where it names files, it says from where, so that it means the same wherever it is stored.
  package func resolved() throws(InputError) -> GraphScenarioSpec {
    try check()
    var spec = spec
    if namesFiles { spec.folder = folder.isEmpty ? "." : folder }
    spec.options.devices = fleet(of: 0).count
    spec.arrivals = try ArrivalProcesses.registry.resolved(spec.arrivals)
    for index in spec.runs.indices {
      spec.runs[index].policy = try SchedulerPolicies.registry.resolved(spec.runs[index].policy)
      spec.runs[index].caching = try CachingPolicies.registry.resolved(
        spec.runs[index].caching ?? Choice(kind: NoCaching.kind))
    }
    return spec
  }

  private var namesFiles: Bool {
    spec.folder != nil || spec.arrivals.text(of: "file") != nil
      || spec.devices.contains { $0.table != nil } || spec.tune?.scores != nil
      || spec.graph.nodes.contains { $0.gate?.tensor != nil }
      || spec.runs.contains {
        $0.policy.kind == ProcessPolicy.kind || $0.caching?.kind == ProcessCaching.kind
      }
  }
}
