/// A cascade of two models that serves 50 queries of two seeds.
enum SmallGraphScenario {
  /// Writes the scenario and its table, in which the second model takes `latency` seconds, and gives its path.
  static func write(
    in scratch: Scratch, latency: String = "0.0025", more: String = ""
  ) throws -> String {
    _ = try scratch.file(
      "costs.csv",
      """
      subnet,subgraph,batch,latency_s,energy_j,dram_bytes,accuracy
      a,none,1,0.001,0.001,1000,0.75
      b,none,1,\(latency),0.0025,2500,0.8

      """)
    return try scratch.file(
      "s.yaml",
      """
      name: small
      summary: Few queries.
      source: made for the test
      devices: [{name: edge, table: costs.csv}]
      graph:
        nodes:
          - {name: a, subnet: a, gate: {rate: 40 %}}
          - {name: b, subnet: b}
        edges: [{from: a, to: b, when: unknown}]
      arrivals: {kind: poisson, rate: 200 Hz}
      deadline: 10 ms
      options: {queries: 50}
      seeds: [1, 2]
      runs: [{name: only, policy: {kind: edf}}]
      \(more)
      """)
  }
}
