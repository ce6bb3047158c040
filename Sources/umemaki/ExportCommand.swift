import ArgumentParser
import Importing
import Inputs
import Networks
import Reports
import Studies

/// `umemaki export`.
struct ExportCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a workload as a SCALE-Sim topology or as an ONNX model of shapes.",
    discussion: """
      The ending of the output says which. A topology lists layers one by one, as they are computed; a \
      model keeps the workload's connections. What the format cannot express is listed on standard \
      error. Weights of a model are made by ConstantOfShape: no values are written.

      Examples:
        umemaki export resnet50 -o resnet50.csv
        umemaki export ofa-mobilenetv3 --subnet ofa-note10-22 -o subnet.onnx
      """)

  @Argument(help: "Workload: a name in workloads/ or a path.")
  var workload: String

  @Option(help: "Sub-network of a supernet.")
  var subnet: String?

  @Option(name: [.customShort("o"), .long], help: "The file to write, ending in .csv or .onnx.")
  var output: String

  @OptionGroup var library: LibraryOptions

  func validate() throws {
    guard WorkloadExport.endings.contains(where: { output.hasSuffix(".\($0)") }) else {
      throw ValidationError("-o must end in .csv or .onnx, found `\(output)`")
    }
  }

  func checkOutput() throws { try OutputFile.check(output) }

  func run() throws {
    let network = try library.folders().network(workload, subnet: subnet)
    let exported = try WorkloadExport(network, to: output)
    let file = try OutputFile(output)
    try file.write(exported.bytes)
    try file.finish()
    for line in exported.leftOut { Failure.say(VisibleText.line("\(output): left out: \(line)")) }
    for line in exported.notes { Failure.say(VisibleText.line("\(output): \(line)")) }
    let macs = NumberText.quantity(Double(exported.macs), unit: "MAC")
    let count = exported.layers == 1 ? "1 layer" : "\(exported.layers) layers"
    let kept =
      exported.macs == network.macs
      ? "" : " of \(NumberText.quantity(Double(network.macs), unit: "MAC"))"
    try OutputOptions.write(
      VisibleText.line("\(network.name): \(count), \(macs)\(kept)") + "\n", to: nil)
  }
}
