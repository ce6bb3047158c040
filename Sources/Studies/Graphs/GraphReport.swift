internal import Architectures
internal import Components
internal import Documents
internal import Inputs
public import Reports
internal import Serving
internal import Units

extension GraphExperiment {
  /// Serves the queries under every run and reports.
  ///
  /// - Parameters:
  ///   - command: The command that asks.
  ///   - queries: A CSV file for a row per query; nil where none is wanted.
  /// - Returns: The report.
  /// - Throws: `InputError` where the parts do not fit together, or a run cannot go on.
  public func report(command: String, queries: String? = nil) throws -> Report {
    let records = try queries.map { try GraphRecords($0, graph) }
    var outcomes: [GraphReport.Outcome] = []
    for index in spec.runs.indices {
      var metrics: [GraphMetrics] = []
      for seed in spec.allSeeds {
        metrics.append(try run(index, seed: seed, records: records))
      }
      let outlook = try outlook(of: index)
      outcomes.append(
        GraphReport.Outcome(run: spec.runs[index], metrics: metrics, outlook: outlook))
    }
    try records?.finish()
    return GraphReport(
      spec: spec, graph: graph, unit: fleet(of: 0).table.energyUnit, outcomes: outcomes,
      tableWarnings: tableWarnings,
      provenance: Provenance(filesAt: paths, command: command, seed: spec.allSeeds[0])
    ).report
  }

  /// One run with one seed.
  func run(_ index: Int, seed: Int, records: GraphRecords? = nil) throws(InputError) -> GraphMetrics
  {
    let simulation = try simulation(index, seed: seed)
    var options = spec.options
    options.seed = seed
    var observer = GraphObserver(
      graph, table: fleet(of: index).table, options: options,
      sink: records?.sink(run: spec.runs[index].name, seed: seed))
    do throws(ServingError) {
      let run = try simulation.run(observing: &observer)
      return GraphMetrics(run: run, observed: observer)
    } catch {
      throw failure(error, in: index)
    }
  }
}

/// What serving graphs reports.
struct GraphReport {
  /// One run, a value per seed.
  struct Outcome {
    let run: GraphScenarioSpec.Run
    let metrics: [GraphMetrics]
    let outlook: GraphOutlook?
  }

  let spec: GraphScenarioSpec
  let graph: TaskGraph
  let unit: EnergyUnit
  let outcomes: [Outcome]
  let tableWarnings: [String]
  let provenance: Provenance

  var report: Report {
    let document = document
    let pictures = GraphCharts(document: document, figures: figures, unit: unit)
    return Report(
      title: spec.name, facts: facts, table: grid, conclusions: nodes + expectations + changes,
      warnings: tableWarnings + warnings, document: document.json, headline: pictures.headline,
      charts: pictures.all)
  }

  private var figures: [GraphFigure] { GraphFigure.all(unit) }

  private var facts: [(String, String)] {
    let seeds = spec.allSeeds.count
    return [
      (
        "graph",
        "\(graph.nodes.count) nodes, \(graph.edges.count) edges"
          + (graph.samples.map { ", tensors of \(NumberText.count($0)) samples" } ?? "")
      ),
      ("arrivals", spec.arrivals.kind),
      (
        "queries",
        "\(NumberText.count(spec.options.queries)), \(seeds) seed\(seeds == 1 ? "" : "s"), "
          + "the first \(NumberText.count(spec.options.warmUp)) not measured"
      ),
      (
        "devices",
        spec.devices.map { "\($0.count ?? 1) x \($0.name)" }.joined(separator: ", ")
      ),
      ("energy, DRAM", "of all work, over the queries that are served"),
    ] + (unit.isAbsolute ? [] : [("energy unit", unit.explanation)])
  }

  private func spread(_ figure: GraphFigure, _ outcome: Outcome) -> Spread? {
    Spread(outcome.metrics.compactMap(figure.value))
  }

  private var grid: Table {
    // What nobody asked for is not shown.
    let columns = figures.map { figure in
      let isHidden = spec.deadline == nil && figure.name == "slo_attainment"
      return Table.Column(isHidden ? nil : figure.heading, figure.name)
    }
    func row(
      _ outcome: Outcome, seed: Int?, _ value: (GraphFigure) -> Double?
    ) -> [Table.Cell] {
      [
        .text(outcome.run.name), .text(outcome.run.policy.kind),
        .text(outcome.run.caching?.kind ?? NoCaching.kind), seed.map { .count($0) } ?? .none,
      ] + figures.map { $0.cell(value($0), unit) }
    }
    return Table(
      columns: [
        .init("run", "run"), .init(nil, "policy"), .init(nil, "caching_policy"),
        .init(nil, "seed"),
      ] + columns,
      rows: outcomes.map { outcome in
        row(outcome, seed: nil) { spread($0, outcome)?.mean }
      }, total: nil,
      details: outcomes.flatMap { outcome in
        zip(spec.allSeeds, outcome.metrics).map { seed, metrics in
          row(outcome, seed: seed) { $0.value(metrics) }
        }
      })
  }

  /// The share of queries that run a node, over the seeds.
  private func reach(_ node: Int, _ outcome: Outcome) -> Spread? {
    Spread(
      outcome.metrics.map {
        $0.observed.arrived == 0
          ? 0 : Double($0.observed.runs[node]) / Double($0.observed.arrived)
      })
  }

  private func batch(_ node: Int, _ outcome: Outcome) -> Double? {
    let batches = outcome.metrics.reduce(0) { $0 + $1.observed.batches[node] }
    let queries = outcome.metrics.reduce(0) { $0 + $1.observed.batched[node] }
    return batches == 0 ? nil : Double(queries) / Double(batches)
  }

  private var nodes: [(String, String)] {
    outcomes.map { outcome in
      let parts = graph.nodes.indices.map { node -> String in
        let size = batch(node, outcome).map { $0 > 1 ? ", batches of \(NumberText.ratio($0))" : "" }
        return graph.nodes[node].name + " "
          + NumberText.share(reach(node, outcome)?.mean ?? 0)
          + (outcome.outlook.map { " (\(NumberText.share($0.reach[node])))" } ?? "")
          + (size ?? "")
      }
      return ("\(outcome.run.name), reach", parts.joined(separator: "; "))
    }
  }

  private var expectations: [(String, String)] {
    outcomes.compactMap { outcome in
      guard let outlook = outcome.outlook else { return nil }
      func time(_ seconds: Double) -> String { NumberText.quantity(seconds, unit: "s") }
      return (
        "\(outcome.run.name), expected",
        "on idle devices work \(time(outlook.workSeconds)), latency \(time(outlook.pathSeconds)), worst "
          + "case \(time(outlook.worstSeconds))"
          + (outlook.accuracy.map { ", accuracy \(NumberText.share($0))" } ?? "")
      )
    }
  }

  /// What each run is above the first one.
  private var changes: [(String, String)] {
    guard let first = outcomes.first else { return [] }
    let names = ["latency_mean_s", "\(unit.key)_per_query", "dram_bytes_per_query"]
    let compared = zip(["latency", "energy", "DRAM bytes"], names)
    return outcomes.dropFirst().compactMap { outcome in
      let parts = compared.compactMap { word, name -> String? in
        guard let figure = figures.first(where: { $0.name == name }),
          let (base, own) = Optional((spread(figure, first)?.mean, spread(figure, outcome)?.mean)),
          let base, let own, base != 0
        else { return nil }
        return "\(word) \(NumberText.share(own / base - 1))"
      }
      return parts.isEmpty
        ? nil : ("\(outcome.run.name) / \(first.run.name)", parts.joined(separator: ", "))
    }
  }

  private var warnings: [String] {
    outcomes.compactMap { outcome in
      guard let metrics = outcome.metrics.first,
        !metrics.observed.latency.isReliable(percentile: 99)
      else { return nil }
      return
        "\(outcome.run.name): \(metrics.observed.completed) queries are few for a 99th percentile"
    }
  }

  private var document: GraphServingDocument {
    GraphServingDocument(
      scenario: spec.name, seeds: spec.allSeeds, queries: spec.options.queries,
      warmUp: spec.options.warmUp,
      runs: outcomes.map { outcome in
        GraphServingDocument.Run(
          name: outcome.run.name, policy: outcome.run.policy.kind,
          caching: outcome.run.caching?.kind ?? NoCaching.kind,
          weights: (outcome.run.weights ?? .shared).rawValue,
          figures: Dictionary(
            figures.compactMap { figure in
              spread(figure, outcome).map { (figure.name, $0.document) }
            }, uniquingKeysWith: { first, _ in first }),
          expected: Dictionary(
            figures.compactMap { figure in
              outcome.outlook.flatMap(figure.expected).map { (figure.name, $0) }
            }, uniquingKeysWith: { first, _ in first }),
          nodes: graph.nodes.indices.compactMap { node in
            reach(node, outcome).map {
              GraphServingDocument.Node(
                name: graph.nodes[node].name, reach: $0.document,
                expectedReach: outcome.outlook?.reach[node], meanBatch: batch(node, outcome))
            }
          })
      }, provenance: provenance)
  }
}
