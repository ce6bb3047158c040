package import Components
internal import Units

/// What an oracle that knows every arrival may do: which queries there are, and what serving takes at least.
///
/// Source: the integer program of SuperServe (Khare et al., NSDI 2025), appendix A.4: each query is in at most
/// one batch, a device runs one batch on one sub-network at a time, a batch starts when all of its queries have
/// arrived and counts for those it ends in time for. Here the sub-graph that a device holds may be another one
/// for every batch at no cost, devices never fail, and changes of sub-network and queries of the warm-up take
/// nothing: each of these only lets the oracle do more.
struct OracleProblem: Sendable {
  /// One query.
  struct Job: Hashable, Sendable {
    /// When it arrives, in picoseconds.
    let arrival: Int
    /// When it must be served, in picoseconds.
    let deadline: Int
  }

  /// One way of serving a batch.
  struct Mode: Hashable, Sendable {
    /// The most queries of the batch.
    let size: Int
    /// What it takes at least, in picoseconds.
    let time: Int
    /// Of its sub-network.
    let accuracy: Double
  }

  /// In the order of arrival.
  let jobs: [Job]
  /// Every sub-network at every size of the table, with the best of all sub-graphs.
  let modes: [Mode]
  let devices: Int

  init(jobs: [Job], modes: [Mode], devices: Int) {
    self.jobs = jobs
    self.modes = modes
    self.devices = devices
  }

  /// The modes of a table.
  static func modes(_ table: ProfileTable) -> [Mode] {
    table.subnets.indices.flatMap { row in
      table.batches.indices.map { index in
        Mode(
          size: table.batches[index],
          time: table.subgraphs.indices.map { table.latency(row, $0, batch: index) }.min() ?? 0,
          accuracy: table.subnets[row].accuracy)
      }
    }
  }
}

extension OracleProblem {
  /// The least mean latency in seconds of schedules that serve every query; nil without queries.
  ///
  /// The j-th completion C(j) comes no sooner than a(i) + (j - i + 1) g / D for any i up to j: of the j queries
  /// that are done at least j - i + 1 arrived at a(i) or later, each took D devices at least g, the least time
  /// over size of any mode, and a batch starts when all of its queries have arrived. Nor does it come before
  /// a(j) and the fastest service, since one of the j arrived at a(j) or later. The latencies add up to the sum
  /// of all C(j) less that of all a(j), whichever query is done when.
  var leastMeanLatency: Double? {
    guard let fastest = modes.map(\.time).min(), !jobs.isEmpty else { return nil }
    let each = (modes.map { Double($0.time) / Double($0.size) }.min() ?? 0) / Double(devices)
    // How much later than its arrival the work of a query, and of those before it, is through at best.
    var backlog = 0.0
    var last = jobs[0].arrival
    var sum = 0.0
    for job in jobs {
      backlog = max(backlog - Double(job.arrival - last), 0) + each
      last = job.arrival
      sum += max(backlog, Double(fastest))
    }
    return sum / Double(jobs.count) * 1e-12
  }
}

extension ServingSimulation {
  /// The problem of this run's measured queries.
  ///
  /// - Throws: `SpecError` where what arrives, or what counts, depends on the policy.
  func oracleProblem() throws(SpecError) -> OracleProblem {
    guard arrivals.population == nil else {
      throw SpecError("arrivals", "a bound needs arrivals that do not depend on the service")
    }
    guard options.until == nil else {
      throw SpecError("options.until", "a bound needs a run in which every query counts, leave out")
    }
    var arrivals = arrivals
    var demands = DemandSource(
      demands, seed: UInt64(options.seed), trace: arrivals.demands, rows: modelRows)
    arrivals.start(seed: UInt64(options.seed), name: "arrivals")
    var jobs: [OracleProblem.Job] = []
    var last = SimulationTime(0)
    for index in 0..<options.queries {
      guard let time = arrivals.next(after: last), time < .limit else { break }
      last = time
      let query = Query(id: index, arrival: time, demand: demands.next())
      guard index >= options.warmUp else { continue }
      guard jobs.count < OracleBound.mostQueries else {
        throw SpecError(
          "options.queries",
          "a bound looks at \(OracleBound.mostQueries) queries at most after the warm-up")
      }
      jobs.append(
        OracleProblem.Job(
          arrival: query.arrival.count,
          deadline: min(query.deadline, .limit).count))
    }
    return OracleProblem(
      jobs: jobs, modes: OracleProblem.modes(table), devices: options.devices)
  }

  /// What no policy can exceed on these arrivals.
  ///
  /// - Throws: `SpecError` where what arrives, or what counts, depends on the policy.
  package func oracleBound() throws(SpecError) -> OracleBound {
    OracleBound(try oracleProblem())
  }
}
