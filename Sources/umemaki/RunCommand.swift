import ArgumentParser
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

  @OptionGroup var options: QuestionOptions

  @OptionGroup var start: StartOptions

  @Option(help: "Write how every layer was cut to this file, to be edited and named by --mapping.")
  var mappingOut: String?

  @OptionGroup var prices: PriceOptions

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
    if mappingOut != nil, output.isTrace {
      throw ValidationError("--mapping-out is not for --format trace")
    }
  }

  /// What is asked.
  func inference() throws -> Inference {
    var question = options.question
    try start.add(to: &question)
    prices.add(to: &question)
    return Inference(question)
  }

  func checkOutput() throws {
    try output.checkOutput(hasTrace: true)
    if let mappingOut { try OutputFile.check(mappingOut, isHDF5: false) }
  }

  func run() throws {
    if let mappingOut {
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
