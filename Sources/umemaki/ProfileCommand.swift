import ArgumentParser
import CostModel
import Inputs
import Reports
import Serving
import Studies

/// `umemaki profile`.
struct ProfileCommand: ReportingCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "The profile table: sub-network x cached sub-graph x batch, as CSV, HDF5 or JSON.",
    discussion: """
      Columns are the empty buffer, every sub-network cut to the persistent buffer, and `mix`, the \
      sub-graph that saves most over all of them. With --subgraphs N they are the first N different \
      ones of this list: every sub-network, `mix`, then mixes of 2, 3, ... 8 sub-networks such as \
      `2x0.6B+0.9B`; each holds the slices that save most cycles per byte for its mix, so \
      memory-bound layers come first; with `--fill bytes` those that save most DRAM bytes.
      CSV holds the cells, the loads into an empty buffer and the energy of a loaded byte. HDF5 holds everything, also the \
      encodings that `average` caching needs and the loads from one sub-graph to another; a scenario \
      reads either with `table: FILE`. JSON is a document: `report` gives it as a page, `compare` sets two side
      by side, `rerun` makes it again.

      Examples:
        umemaki profile sushi-zcu104 ofa-resnet50 --batches 1,2,4 -o table.csv
        umemaki profile sushi-zcu104 ofa-resnet50 --format hdf5 -o table.h5
        umemaki profile sushi-analytic ofa-resnet50 --host fc -o convolutions.csv
        umemaki profile plum-sushi ofa-resnet50 --weights sb.h5 -o table.csv
      """)

  @Argument(help: "Architecture: a name in arch/ or a path.")
  var architecture: String

  @Argument(help: "Supernet workload: a name in workloads/ or a path.")
  var workload: String

  @Option(help: "Sub-networks, separated by commas; all named ones unless given.")
  var subnets: String?

  @Option(
    help: """
      How many different sub-graphs to offer beside the empty buffer; every sub-network and `mix` \
      unless given.
      """)
  var subgraphs: Int?

  @Option(
    help: """
      HDF5 file with one weight tensor per layer of the whole supernet, for architectures that count \
      the values of quantized weights or pack them.
      """)
  var weights: String?

  @Option(help: "Layout of tensors whose file does not say: OIHW or HWIO.")
  var layout: String?

  @Option(
    help: "What sub-graphs are filled with first, per byte held: cycles or bytes saved.")
  var fill: String?

  @Option(
    help: """
      Layers that run elsewhere, on the host, by name and separated by commas: they take no time, \
      move no bytes and are never held on chip.
      """)
  var host: String?

  @Option(help: "Batch sizes, separated by commas.")
  var batches = "1"

  /// How a table is stored.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case csv
    case hdf5
    case json
  }

  @Option(
    name: .customLong("format"),
    help: "csv, json or hdf5, which needs --output; unless given what its name ends in, else csv.")
  var chosen: Format?

  @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
  var output: String?

  @OptionGroup var library: LibraryOptions

  private var format: Format {
    chosen ?? output.flatMap(ReportFormats.format).flatMap(Format.init(rawValue:)) ?? .csv
  }

  private var sizes: [Int] { batches.split(separator: ",").compactMap { Int($0) } }

  func validate() throws {
    guard sizes.count == batches.split(separator: ",", omittingEmptySubsequences: false).count
    else { throw ValidationError("--batches takes numbers, found `\(batches)`") }
    if let fill, SubgraphFill(rawValue: fill) == nil {
      throw ValidationError("--fill must be cycles or bytes, found `\(fill)`")
    }
    if let layout, WeightLayout(rawValue: layout) == nil {
      throw ValidationError("--layout must be OIHW or HWIO, found `\(layout)`")
    }
    if chosen == nil, let output, let kind = ReportFormats.format(ofFile: output),
      Format(rawValue: kind) == nil
    {
      throw ValidationError(
        "a table is csv, json or hdf5, found \(kind) after -o; `umemaki report` makes it of the JSON"
      )
    }
    guard format != .hdf5 || output != nil else {
      throw ValidationError("--format hdf5 needs a file to write, -o FILE.h5")
    }
  }

  func checkOutput() throws {
    if let output { try OutputFile.check(output, isHDF5: format == .hdf5) }
  }

  private func builder() throws -> ProfileBuilder {
    try ProfileBuilder(
      ProfileBuilder.Spec(
        architecture: architecture, workload: workload,
        subnets: subnets?.split(separator: ",").map(String.init), batches: sizes,
        subgraphs: subgraphs, weights: weights,
        layout: layout.flatMap(WeightLayout.init(rawValue:)),
        host: host.map { try Question.hostNames($0) },
        fill: fill.flatMap(SubgraphFill.init(rawValue:))),
      folders: try library.folders())
  }

  func report(command: String) throws -> Report { try builder().report(command: command) }

  func run() throws {
    let builder = try builder()
    guard format != .json else {
      let report = try builder.report(command: OutputOptions.command)
      return try OutputOptions.write(report, format: JSONDocument.kind, to: output)
    }
    let table = try builder.table()
    if let host = builder.hostText { Failure.say("runs elsewhere: \(host)") }
    for warning in builder.warnings { Failure.say("warning: \(warning)") }
    switch (format, output) {
    case (.hdf5, let path?): try table.writeHDF5(to: path)
    case (.csv, _), (.json, _), (.hdf5, nil): try OutputOptions.write(table.csv, to: output)
    }
  }
}
