import Components
import Foundation
import Serving
import Units

// Prints what one decision of a policy that is a process takes, beside the built-in policy that decides the
// same: the whole of it on a real clock, and what of it is the question, the pipes and the answer.
//
//   ProcessBenchmarks [QUERIES] [FOLDER WITH slackfit.py]

/// Serves on two devices, a lone query or a batch at a time.
func run(_ policy: any SchedulerPolicy, queries: Int) throws -> (ServingRun, Double) {
  var cells: [ProfileTable.Cell] = []
  for row in 0..<6 {
    for batch in [1.0, 2, 4, 8, 16] {
      let time = (1 + 0.5 * Double(row)) * (0.6 + 0.4 * batch) * 1e-3
      cells.append(ProfileTable.Cell(latency: SimulationTime(seconds: time)))
    }
  }
  let table = try ProfileTable(
    subnets: (0..<6).map { .init(name: "s\($0)", accuracy: 0.7 + 0.01 * Double($0)) },
    subgraphs: [.init(name: "none")], batches: [1, 2, 4, 8, 16], cells: cells)
  let simulation = try ServingSimulation(
    table: table,
    arrivals: BurstyArrivals(
      .init(
        baseRate: .init(perSecond: 300), variantRate: .init(perSecond: 600), squaredVariation: 4)),
    demands: DemandMix(latency: SimulationTime(36_000_000_000)), policy: policy,
    caching: NoCaching(.init()), options: ServingOptions(queries: queries, devices: 2))
  let clock = ContinuousClock()
  let start = clock.now
  let run = try simulation.run()
  let passed = (clock.now - start).components
  return (run, Double(passed.seconds) + Double(passed.attoseconds) * 1e-18)
}

let queries = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 20_000
let folder =
  CommandLine.arguments.dropFirst(2).first
  ?? URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../../workloads/policies")
  .standardizedFileURL.path

/// Answers with the same words whatever it is told, and reads nothing of it: what is left is the protocol.
let deaf = [
  "sed", "-u", "-e", "/\"message\":\"bye\"/d", "-e", "1s/.*/{\"message\":\"ready\"}/", "-e",
  "2,$s/.*/{\"message\":\"choose\",\"subnet\":\"s0\",\"batch\":4}/",
]
let policies: [(name: String, built: any SchedulerPolicy, process: [String])] = [
  ("slackfit in Python", try SlackFit(.init()), ["python3", "\(folder)/slackfit.py"]),
  (
    "fixed, sed that does not look", try FixedSubnet(.init(subnet: "s0")), deaf
  ),
]
for (name, built, command) in policies {
  let (inside, insideSeconds) = try run(built, queries: queries)
  let process = try ProcessPolicy(.init(command: command, order: .deadline))
  let (outside, outsideSeconds) = try run(process, queries: queries)
  // Greeting and end are of the run, not of a decision.
  let (_, shortSeconds) = try run(process, queries: 1)
  let decisions = outside.thinking?.answers.count ?? 0
  let overhead =
    (outsideSeconds - shortSeconds) / Double(max(decisions, 1))
    - insideSeconds / Double(max(inside.metrics.services, 1))
  print(
    name, "\(decisions) decisions", "\((overhead * 1e8).rounded() / 100) us more for each",
    outside.thinking?.summary ?? "nothing measured",
    "built in \((insideSeconds / Double(max(inside.metrics.services, 1)) * 1e11).rounded() / 100) ns for "
      + "each service", separator: ", ")
}
