internal import Units

/// Draws the demands of a mix one after another.
struct DemandSource {
  private let mix: DemandMix
  private let cumulative: [Double]
  private var accuracies: RandomStream
  private var latencies: RandomStream
  private var subnets: RandomStream
  private var scripted: [QueryDemand] = []
  /// What the rows of a trace ask for; nil where everything is drawn.
  private let trace: TraceDemands?
  /// The rows of the table that the models of the trace stand for.
  private let rows: [Int]
  private var count = 0

  init(_ mix: DemandMix, seed: UInt64, trace: TraceDemands? = nil, rows: [Int] = []) {
    self.mix = mix
    self.trace = trace
    self.rows = rows
    var sum = 0.0
    cumulative = (mix.subnetWeights ?? []).map {
      sum += $0
      return sum
    }
    accuracies = RandomStream(seed: seed, name: "demands/accuracy")
    latencies = RandomStream(seed: seed, name: "demands/latency")
    subnets = RandomStream(seed: seed, name: "demands/subnet")
  }

  /// Gives the demands of a script, then those of a constant mix.
  init(scripted: [QueryDemand]) {
    self.init(DemandMix(latency: .limit), seed: 0)
    self.scripted = scripted.reversed()
  }

  mutating func next() -> QueryDemand {
    if let demand = scripted.popLast() { return demand }
    // Drawn for every query, so that no row of a trace changes what the others draw.
    guard let trace else { return draw() }
    defer { count += 1 }
    return trace.demand(of: count, drawn: draw(), rows: rows)
  }

  private mutating func draw() -> QueryDemand {
    var accuracy = 0.0
    if let range = mix.accuracy {
      accuracy = range.low
      if range.low < range.high {
        accuracy += accuracies.uniform() * (range.high - range.low)
      }
    }
    var latency = mix.latency?.low ?? .limit
    let span = ((mix.latency?.high ?? latency) - latency).count
    if span > 0 { latency = latency + SimulationTime(latencies.index(below: span + 1)) }
    var subnet: Int?
    if let total = cumulative.last {
      let level = subnets.uniform() * total
      var (low, high) = (0, cumulative.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if level < cumulative[middle] { high = middle } else { low = middle + 1 }
      }
      subnet = low
    }
    return QueryDemand(accuracy: accuracy, latency: latency, subnet: subnet)
  }
}
