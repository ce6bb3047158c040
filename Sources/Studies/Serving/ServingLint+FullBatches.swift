internal import Architectures
internal import Components
internal import Networks
internal import Reports
internal import Serving

extension ServingLint {
  /// Runs whose full batches miss every deadline by themselves.
  func fullBatches() -> [String] {
    // Deadlines of a trace are not looked through.
    let demands = [spec.demands.latency] + (spec.demands.classes ?? []).map(\.latency)
    guard !arrivalsAsk, let limit = demands.compactMap({ $0?.high }).max() else { return [] }
    return spec.runs.compactMap { run in
      guard var policy = try? SchedulerPolicies.registry.make(run.policy).member,
        (try? policy.prepare(for: table)) != nil, let batch = policy.fullBatch
      else { return nil }
      let index = table.batchIndex(holding: batch.size)
      let latencies = table.subgraphs.indices.map {
        table.cell(batch.subnet, $0, batch: index).latency
      }
      guard batch.size > 1, let least = latencies.min(), least > limit else { return nil }
      return "\(run.name): a full batch of \(batch.size) alone takes "
        + "\(NumberText.quantity(least.seconds, unit: "s")), longer than every deadline "
        + "(\(NumberText.quantity(limit.seconds, unit: "s"))); `batching: deadline` keeps them"
    }
  }
}
