import ArgumentParser
import Inputs
import Reports
import Serving
import Studies

/// `umemaki serve`.
struct ServeCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Scheduler policies side by side on the same arrivals.",
    discussion: """
      Examples:
        umemaki serve sushi-resnet50-analytic
        umemaki serve sushi-resnet50-analytic --format html -o serving.html
        umemaki serve sushi-resnet50-analytic --format trace -o trace.json
        umemaki serve superserve-bursty-cv2 --capacity 99
        umemaki serve superserve-bursty-cv2 --queries queries.csv
        umemaki serve superserve-bursty-cv8 --bound
        umemaki serve conversations --iterations iterations.csv
        umemaki serve nested-escalation --queries queries.csv
      CSV and HDF5 hold a row per run, each figure with its lowest and highest seed and half the width \
      of the 95 % interval of its mean, and after these a row per run and seed. JSON holds the same, and \
      what each run is above the first one on the same arrivals.
      --capacity changes the rate of the scenario's arrivals, which must have one: poisson, \
      deterministic, gamma, bursty (both rates together), on-off, trace or azure-functions. A rate \
      meets the share when the mean over all seeds does; where none does, the run says so.
      --bound says what an oracle could reach that knows every query: the optimum of few queries, of many a \
      limit that no schedule exceeds.
      A policy may be a process of your own, `kind: process` (see the article WritingAPolicy): what it \
      took to decide is said on standard error, unless --quiet, and is no part of the report.
      --queries writes what became of every query of every run and seed, as it happens: when it came, what \
      it asked for, who served it with whom, what it cost, where its time went and why it was late or given \
      up. A trace is Chrome JSON for Perfetto: per run a process, per device what it does, what it reads \
      from DRAM and what it writes, at most \(ServingExperiment.traceLimit) queries. The first \
      queries, --trace-layers of them, show their layers inside the service and the transfers of \
      each layer; the trace's otherData says how many services do not. A table that was imported \
      has no layers to show.
      """)

  @Argument(
    help:
      "Scenario: a name in workloads/scenarios/, graphs/, tokens/, sharing/ or devices/, or a path."
  )
  var scenario: String

  @Option(help: "Search the highest rate at which this per cent of deadlines is met instead.")
  var capacity: Double?

  @Flag(help: "Also say what no policy can exceed on these arrivals: an oracle's bound.")
  var bound = false

  @Option(help: "Also write a row for every query to this file: CSV, or HDF5 where it ends in .h5.")
  var queries: String?

  @Option(
    help: """
      Also write a row for every iteration of a language model to this file, CSV: its requests, tokens and \
      blocks.
      """)
  var iterations: String?

  @Option(
    help: """
      Queries per run that a trace shows with their layers, 0 to \
      \(ServingExperiment.layerLimit); 20 unless given.
      """)
  var traceLayers: Int?

  @OptionGroup var library: LibraryOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard capacity == nil || !output.isTrace else {
      throw ValidationError("--capacity is for a report, without --format trace")
    }
    if let capacity, !(capacity > 0 && capacity <= 100) {
      throw ValidationError("--capacity must be more than 0 and at most 100, found \(capacity)")
    }
    if queries != nil {
      guard capacity == nil, !output.isTrace else {
        throw ValidationError("--queries is for a report, without --capacity and --format trace")
      }
      guard queries != output.output else {
        throw ValidationError("--queries and -o name the same file")
      }
    }
    guard !bound || capacity == nil && !output.isTrace else {
      throw ValidationError("--bound is for a report, without --capacity and --format trace")
    }
    guard let traceLayers else { return }
    guard output.isTrace else { throw ValidationError("--trace-layers is for --format trace") }
    guard (0...ServingExperiment.layerLimit).contains(traceLayers) else {
      throw ValidationError(
        "--trace-layers must be 0 to \(ServingExperiment.layerLimit), found \(traceLayers)")
    }
  }

  func checkOutput() throws {
    try output.checkOutput(hasTrace: true)
    if let queries { try OutputFile.check(queries, isHDF5: QueryRecordFile.isHDF5(queries)) }
    if let iterations { try OutputFile.check(iterations, isHDF5: false) }
  }

  func run() throws {
    guard !output.isTrace else {
      try checkFlags(for: ScenarioKind(scenario, folders: library.folders()))
      let experiment = try ServingExperiment(scenario, folders: library.folders())
      try OutputOptions.write(experiment.trace(layerQueries: traceLayers ?? 20), to: output.output)
      return
    }
    try output.write(report(command: OutputOptions.command))
  }

  /// Flags that are given, and kinds of scenarios that know nothing of them.
  private func checkFlags(for kind: ScenarioKind) throws {
    let flags: [(name: String, isGiven: Bool, kinds: [ScenarioKind])] = [
      ("--bound", bound, [.networks]), ("--format trace", output.isTrace, [.networks]),
      ("--capacity", capacity != nil, [.networks, .tokens]),
      ("--queries", queries != nil, [.networks, .graphs, .tokens]),
      ("--iterations", iterations != nil, [.tokens]),
    ]
    for flag in flags where flag.isGiven && !flag.kinds.contains(kind) {
      let wanted =
        flag.kinds == [.tokens]
        ? "is for scenarios of language models" : "is for scenarios of networks"
      let found =
        switch kind {
        case .networks: "serves networks"
        case .graphs: "serves graphs of them"
        case .tokens: "serves a language model"
        case .sharedArray: "serves layers on a shared array"
        case .virtualDevice: "runs programs on a device"
        }
      throw InputError("\(wanted), and \(scenario) \(found)", file: nil, path: flag.name)
    }
  }

  func report(command: String) throws -> Report {
    let folders = try library.folders()
    let kind = try ScenarioKind(scenario, folders: folders)
    try checkFlags(for: kind)
    switch kind {
    case .graphs:
      return try GraphExperiment(scenario, folders: folders)
        .report(command: command, queries: queries)
    case .sharedArray:
      return try SharedArrayExperiment(scenario, folders: folders).report(command: command)
    case .virtualDevice:
      return try VirtualDeviceExperiment(scenario, folders: folders).report(command: command)
    case .tokens:
      let experiment = try TokenExperiment(scenario, folders: folders)
      if let capacity { return try experiment.capacity(share: capacity / 100, command: command) }
      return try experiment.report(command: command, iterations: iterations, requests: queries)
    case .networks: break
    }
    let experiment = try ServingExperiment(scenario, folders: folders)
    guard let capacity else {
      return try experiment.report(command: command, queries: queries, bounds: bound) {
        name, time in
        // No part of the report, which is the same every time.
        guard !output.quiet else { return }
        try? StandardStream.errors.write("\(name): \(time.summary)\n")
      }
    }
    return try experiment.capacity(attainment: capacity / 100, command: command)
  }
}
