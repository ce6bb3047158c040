import ArgumentParser
import CostModel
import Inputs
import Reports
import Studies

/// `umemaki run`.
struct RunCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Latency and energy of one inference, layer by layer.",
    discussion: """
      Examples:
        umemaki run sushi-zcu104 resnet50
        umemaki run sushi-zcu104 ofa-resnet50 --subnet 4.1B --cached self
        umemaki run sushi-analytic ofa-resnet50 --subnet 0.6B --cached self --host fc
        umemaki run tpu-like ofa-mobilenetv3 --subnet ofa-note10-22 --format json -o run.json
        umemaki run systolic-32-ws superfednas-cifar --subnet p01
        umemaki run sushi-analytic resnet18 --format trace -o trace.json   # for Perfetto
        umemaki run tpu-like resnet18 --format html -o run.html
        umemaki run nvdla-large resnet50 --mapping search --mapping-out mappings.yaml
      """)

  @Argument(help: "Architecture: a name in arch/ or a path.")
  var architecture: String

  @Argument(help: "Workload: a name in workloads/ or a path.")
  var workload: String

  @Option(
    help: "Sub-network of a supernet: a name from the workload file, or a configuration in braces.")
  var subnet: String?

  @Option(help: "HDF5 file with one weight tensor per layer.")
  var weights: String?

  @Option(help: "Layout of tensors whose file does not say: OIHW or HWIO.")
  var layout: String?

  @Option(
    help: """
      What the persistent buffer holds at the start: none, self (the network that runs), a \
      sub-network's name, or a YAML file of slices.
      """)
  var cached = "none"

  @Option(
    help: "What the persistent buffer is filled with first, per byte of it: cycles or bytes saved.")
  var fill: String?

  @Option(
    help: """
      Layers that run elsewhere, on the host, by name and separated by commas: they take no time, \
      move no bytes and are never held on chip.
      """)
  var host: String?

  @Option(help: "Images per inference.")
  var batch = 1

  @Option(
    help: """
      Mapping rule instead of the architecture's: a name such as search or largest, a mapping file, \
      or a rule in braces: '{rule: search, objective: energy}'.
      """)
  var mapping: String?

  @Option(help: "Write how every layer was cut to this file, to be edited and named by --mapping.")
  var mappingOut: String?

  @Option(help: "Energy table instead of the architecture's: a name in arch/energy/ or a path.")
  var energy: String?

  @Option(help: "DRAM preset instead of the architecture's: a name in arch/energy/dram/ or a path.")
  var dram: String?

  @Option(
    help: "Layers of up to this many tiles are shown tile by tile in a trace; 64 unless given.")
  var traceTiles: Int?

  @OptionGroup var library: LibraryOptions

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let traceTiles {
      guard output.isTrace else { throw ValidationError("--trace-tiles is for --format trace") }
      guard (0...100_000).contains(traceTiles) else {
        throw ValidationError("--trace-tiles must be 0 to 100000, found \(traceTiles)")
      }
    }
    if fill != nil, cached == "none" || cached.hasSuffix(".yaml") || cached.hasSuffix(".yml") {
      throw ValidationError("--fill is for --cached self or a sub-network, found \(cached)")
    }
    guard (1...256).contains(batch) else {
      throw ValidationError("--batch must be 1 to 256, found \(batch)")
    }
    if let fill, SubgraphFill(rawValue: fill) == nil {
      throw ValidationError("--fill must be cycles or bytes, found `\(fill)`")
    }
    if let layout, WeightLayout(rawValue: layout) == nil {
      throw ValidationError("--layout must be OIHW or HWIO, found `\(layout)`")
    }
  }

  private func inference() throws -> Inference {
    var question = Question(architecture: architecture, workload: workload)
    question.subnet = subnet
    question.weights = weights
    question.layout = layout.flatMap(WeightLayout.init(rawValue:))
    question.cached = cached
    question.fill = fill.flatMap(SubgraphFill.init(rawValue:)) ?? .cycles
    question.host = try host.map { try Question.hostNames($0) } ?? []
    question.batch = batch
    question.mapping = mapping
    question.energy = energy
    question.dram = dram
    return Inference(question)
  }

  func checkOutput() throws {
    try output.checkOutput(hasTrace: true)
    if let mappingOut { try OutputFile.check(mappingOut, isHDF5: false) }
  }

  func run() throws {
    if let mappingOut {
      guard !output.isTrace else {
        throw ValidationError("--mapping-out is not for --format trace")
      }
      let (report, mappings) = try inference().reportWithMappings(
        folders: library.folders(), command: OutputOptions.command)
      try OutputOptions.write(mappings, to: mappingOut)
      try output.write(report)
      return
    }
    guard !output.isTrace else {
      try OutputOptions.write(
        inference().trace(folders: try library.folders(), tiles: traceTiles ?? 64),
        to: output.output)
      return
    }
    try output.write(report(command: OutputOptions.command))
  }

  func report(command: String) throws -> Report {
    try inference().report(folders: library.folders(), command: command)
  }
}
