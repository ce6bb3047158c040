internal import Units

/// Draws the demands of a mix one after another.
struct DemandSource {
  /// Those of all queries, or of those of one class, each quantity from a stream of its own.
  private struct Drawer {
    let mix: DemandMix
    let group: Int?
    /// The number of its pieces' list, nil without one, and the first of them.
    var chain: Int?
    var first: Int?
    let cumulative: [Double]
    var accuracies: RandomStream
    var latencies: RandomStream
    var subnets: RandomStream

    /// `prefix` names the streams.
    init(_ mix: DemandMix, group: Int?, seed: UInt64, prefix: String) {
      self.mix = mix
      self.group = group
      cumulative = Self.sums(mix.subnetWeights ?? [])
      accuracies = RandomStream(seed: seed, name: "\(prefix)/accuracy")
      latencies = RandomStream(seed: seed, name: "\(prefix)/latency")
      subnets = RandomStream(seed: seed, name: "\(prefix)/subnet")
    }

    static func sums(_ weights: [Double]) -> [Double] {
      var sum = 0.0
      return weights.map {
        sum += $0
        return sum
      }
    }

    /// The place whose sum is the first above a uniform draw.
    static func pick(_ cumulative: [Double], _ stream: inout RandomStream) -> Int? {
      guard let total = cumulative.last else { return nil }
      let level = stream.uniform() * total
      var (low, high) = (0, cumulative.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if level < cumulative[middle] { high = middle } else { low = middle + 1 }
      }
      return low
    }

    mutating func draw() -> QueryDemand {
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
      return QueryDemand(
        accuracy: accuracy, latency: latency, subnet: first ?? Self.pick(cumulative, &subnets),
        group: group, chain: chain)
    }
  }

  /// Of queries that are of no class of the mix.
  private var common: Drawer
  /// By class of the mix.
  private var classes: [Drawer] = []
  /// Sums of the shares of the classes; empty where they have none.
  private var shares: [Double] = []
  private var picks: RandomStream
  private var scripted: [QueryDemand] = []
  /// What the rows of a trace ask for; nil where everything is drawn.
  private let trace: TraceDemands?
  /// The numbers of the trace's classes among all classes.
  private var groups: [Int] = []
  /// The rows of the table that the models of the trace stand for.
  private let rows: [Int]
  private var count = 0

  init(
    _ mix: DemandMix, seed: UInt64, trace: TraceDemands? = nil, rows: [Int] = [],
    chains: [[Int]] = []
  ) {
    self.trace = trace
    self.rows = rows
    common = Drawer(mix, group: nil, seed: seed, prefix: "demands")
    picks = RandomStream(seed: seed, name: "demands/class")
    let own = mix.classes ?? []
    classes = own.enumerated().map { number, group in
      Drawer(
        mix.mix(of: group), group: number, seed: seed, prefix: "demands/class/\(group.name)")
    }
    for (number, chain) in chains.enumerated() where !chain.isEmpty {
      if number == 0 {
        (common.chain, common.first) = (number, chain[0])
      } else {
        (classes[number - 1].chain, classes[number - 1].first) = (number, chain[0])
      }
    }
    shares = Drawer.sums(own.compactMap(\.share))
    let names = mix.classNames(with: trace)
    let numbers = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    groups = (trace?.classes ?? []).map { numbers[$0] ?? 0 }
  }

  /// Gives the demands of a script, then those of a constant mix.
  init(scripted: [QueryDemand]) {
    self.init(DemandMix(latency: .limit), seed: 0)
    self.scripted = scripted.reversed()
  }

  mutating func next() -> QueryDemand {
    if let demand = scripted.popLast() { return demand }
    if trace == nil, classes.isEmpty { return common.draw() }
    defer { count += 1 }
    // Drawn for every query, so that no row of a trace changes what the others draw.
    let pick = shares.isEmpty ? nil : Drawer.pick(shares, &picks)
    let group = trace?.group(of: count).map { groups[$0] } ?? pick
    let drawn = draw(group)
    return trace?.demand(of: count, drawn: drawn, rows: rows) ?? drawn
  }

  /// Of a class; of all queries for a class that only the trace knows.
  private mutating func draw(_ group: Int?) -> QueryDemand {
    guard let group else { return common.draw() }
    if group < classes.count { return classes[group].draw() }
    return common.draw().of(group)
  }
}
