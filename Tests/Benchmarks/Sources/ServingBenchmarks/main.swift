import Architectures
import Components
import Networks
import Serving
import Units

#if canImport(Glibc)
  import Glibc
#endif

// Prints the figures that are too slow for the tests: closed forms at ten million queries, speed,
// and memory at two lengths of run.

/// Seconds of processor time of this process.
func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The most memory this process has held, in MiB.
func peakMemory() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Double(usage.ru_maxrss) / 1024
}

func text(_ value: Double?, _ digits: Int = 4) -> String {
  guard let value else { return "none" }
  let scale = pow(10, Double(digits))
  return "\((value * scale).rounded() / scale)"
}

/// Latency `k_s * (0.6 + 0.4 b)` ms over sub-networks, columns and batches.
func table(subnets: Int, subgraphs: Int, batches: [Int]) throws -> ProfileTable {
  let rows = (0..<subnets).map {
    ProfileTable.Subnet(name: "s\($0)", accuracy: 0.70 + 0.10 * Double($0) / Double(subnets))
  }
  let columns = (0..<subgraphs).map {
    ProfileTable.Column(
      name: "g\($0)",
      load: ProfileTable.Load(bytes: Bytes(1_769_472), time: SimulationTime(92_160_000)))
  }
  var cells: [ProfileTable.Cell] = []
  for row in 0..<subnets {
    for column in 0..<subgraphs {
      // A column helps the rows near it most.
      let distance = abs(Double(row) / Double(subnets) - Double(column) / Double(subgraphs))
      let factor = (1 + 3 * Double(row) / Double(subnets)) * (0.8 + 0.2 * distance)
      for batch in batches {
        cells.append(
          ProfileTable.Cell(
            latency: SimulationTime(seconds: factor * (0.6 + 0.4 * Double(batch)) * 1e-3),
            energy: Picojoules(1e9 * factor), dramBytes: Bytes(7_950_536 / batches.count)))
      }
    }
  }
  func vector(_ share: Double) -> [Int] { (0..<122).map { 8 + Int(share * Double($0 % 61) * 16) } }
  let encodings = try SubgraphEncodings(
    subnets: (0..<subnets).map { vector(Double($0 + 1) / Double(subnets)) },
    subgraphs: (0..<subgraphs).map { vector(Double($0 + 1) / Double(subgraphs)) })
  return try ProfileTable(
    subnets: rows, subgraphs: columns, batches: batches, cells: cells, encodings: encodings)
}

func measure(_ name: String, _ simulation: ServingSimulation) throws -> ServingRun {
  let start = processorSeconds()
  let run = try simulation.run()
  let seconds = processorSeconds() - start
  print(
    name, "\(run.completions) queries", "\(text(Double(run.completions) / seconds / 1e6, 2)) M/s",
    "attainment \(text(run.metrics.attainment))", "batch \(text(run.metrics.meanBatch, 2))",
    "utilization \(text(run.metrics.utilization))", "loads \(run.metrics.subgraphLoads)",
    "peak \(text(peakMemory(), 1)) MiB", separator: ", ")
  return run
}

let million = 1_000_000
let length = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10 * million

// Speed, and memory at a tenth of the length and at the whole length.
let sushi = try table(subnets: 6, subgraphs: 40, batches: [1])
let constraints = DemandMix(
  accuracy: .init(low: 0.70, high: 0.79),
  latency: .init(low: SimulationTime(1_000_000_000), high: SimulationTime(4_000_000_000)))
for queries in [length / 10, length] {
  _ = try measure(
    "strict-accuracy 6 x 40, closed loop, Q = 8",
    ServingSimulation(
      table: sushi, arrivals: ClosedLoop(.init()), demands: constraints,
      policy: StrictAccuracy(.init()), caching: AverageCaching(.init(window: 8)),
      options: ServingOptions(queries: queries)))
}
_ = try measure(
  "strict-latency 6 x 40, Poisson, Q = 8",
  ServingSimulation(
    table: sushi, arrivals: PoissonArrivals(.init(rate: .init(perSecond: 300))),
    demands: constraints, policy: StrictLatency(.init()),
    caching: AverageCaching(.init(window: 8)), options: ServingOptions(queries: length)))
let large = try table(subnets: 1000, subgraphs: 1, batches: [1, 2, 4, 8, 16])
for queries in [length / 10, length] {
  _ = try measure(
    "slackfit 1000 x 5, bursty",
    ServingSimulation(
      table: large,
      arrivals: BurstyArrivals(
        .init(
          baseRate: .init(perSecond: 600), variantRate: .init(perSecond: 900),
          squaredVariation: 4)),
      demands: DemandMix(latency: SimulationTime(36_000_000_000)),
      policy: SlackFit(.init(late: .fastestAtMaxBatch)),
      caching: StaticCaching(.init(subgraph: "g0")),
      options: ServingOptions(queries: queries)))
}
_ = try measure(
  "slackfit 1000 x 5, Poisson",
  ServingSimulation(
    table: large, arrivals: PoissonArrivals(.init(rate: .init(perSecond: 1500))),
    demands: DemandMix(latency: SimulationTime(36_000_000_000)),
    policy: SlackFit(.init(late: .fastestAtMaxBatch)),
    caching: StaticCaching(.init(subgraph: "g0")),
    options: ServingOptions(queries: length)))

// Closed forms: one device, first come first served, service 1 ms on average.
let single = try ProfileTable(
  subnets: [.init(name: "only", accuracy: 1)], subgraphs: [.init(name: "none")], batches: [1],
  cells: [.init(latency: SimulationTime(1_000_000_000))])
for load in [0.5, 0.8] {
  let simulation = try ServingSimulation(
    table: single, arrivals: PoissonArrivals(.init(rate: .init(perSecond: 1000 * load))),
    demands: DemandMix(latency: SimulationTime(10_000_000_000)),
    policy: FixedSubnet(.init(subnet: "only")), caching: NoCaching(.init()),
    options: ServingOptions(queries: length))
  let run = try measure("M/D/1 at \(load)", simulation)
  let expected = load / (2 * (1 - load)) * 1e-3
  let wait = run.metrics.wait.meanSeconds ?? .nan
  print(
    "  mean wait \(wait) s, expected \(expected) s, off by \(text((wait / expected - 1) * 100)) %")
}

// Exponential service: sub-networks at the mid-quantiles of an exponential distribution, named by
// the queries in equal shares.
let quantiles = 2000
let slices = (0..<quantiles).map { index in
  // The mean of the exponential distribution between two quantiles, so that the mean is exact.
  let low = Double(index) / Double(quantiles)
  let high = Double(index + 1) / Double(quantiles)
  func part(_ u: Double) -> Double { u >= 1 ? 0 : (1 - u) * (1 - log(1 - u)) }
  return (part(low) - part(high)) * Double(quantiles) * 1e-3
}
let secondMoment = slices.reduce(0) { $0 + $1 * $1 } / Double(quantiles)
let spread = try ProfileTable(
  subnets: (0..<quantiles).map { .init(name: "q\($0)", accuracy: 1) },
  subgraphs: [.init(name: "none")], batches: [1],
  cells: slices.map { .init(latency: SimulationTime(seconds: $0)) })
for load in [0.5, 0.8] {
  let simulation = try ServingSimulation(
    table: spread, arrivals: PoissonArrivals(.init(rate: .init(perSecond: 1000 * load))),
    demands: DemandMix(
      latency: .init(low: SimulationTime(10_000_000_000), high: SimulationTime(10_000_000_000)),
      subnetWeights: Array(repeating: 1, count: quantiles)),
    policy: FirstComeFirstServed(.init()), caching: NoCaching(.init()),
    options: ServingOptions(queries: length))
  let run = try measure("M/M/1 at \(load)", simulation)
  let expected = load / (1 - load) * 1e-3
  let wait = run.metrics.wait.meanSeconds ?? .nan
  let discrete = load * 1000 * secondMoment / (2 * (1 - load))
  print(
    "  mean wait \(wait) s, expected \(expected) s, off by \(text((wait / expected - 1) * 100)) %;"
      + " \(quantiles) quantiles alone would give \(text((discrete / expected - 1) * 100)) %")
}
