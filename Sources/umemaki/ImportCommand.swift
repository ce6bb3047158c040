import ArgumentParser
import Foundation
import Importing
import Inputs

/// `umemaki import`.
struct ImportCommand: ParsableCommand, WritingCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make a workload of an ONNX model or of another simulator's network.",
    discussion: """
      FILE ends in .onnx, in .csv (a SCALE-Sim topology), .yaml (a Timeloop problem or a ZigZag \
      workload), .py (a ZigZag literal) or .m (a MAESTRO network), or is a folder of Timeloop problems. \
      A SCALE-Sim configuration, .cfg, becomes an architecture. The operators of a model and how they \
      read one another become a workload; those that a workload has no word for are counted and assumed \
      fused. What no layer can express ends the import, unless --skip-unsupported leaves it out. The \
      table on standard output says what became of each operator.

      Examples:
        umemaki import resnet50.onnx -o workloads/my-resnet50.yaml
        umemaki import mlp.onnx -o mlp.yaml --weights mlp.h5
        umemaki import cnn.onnx -o cnn.yaml --input-shape x=1x3x320x320
        umemaki import vit.onnx -o vit.yaml --skip-unsupported
        umemaki import alexnet.csv -o alexnet.yaml --name alexnet-scalesim
        umemaki import layer_shapes/resnet18 -o resnet18-timeloop.yaml
        umemaki import google.cfg -o arch/google.yaml
      """)

  @Argument(help: "A model, a network or a configuration of another program.")
  var file: String

  @Option(name: [.customShort("o"), .long], help: "The workload or architecture file to write.")
  var output: String

  @Option(help: "The workload's name; the name of the written file when left out.")
  var name: String?

  @Option(help: "Also write the model's weights to this HDF5 file, as `run --weights` reads them.")
  var weights: String?

  @Option(help: "Shape of a model input, NAME=1x3x224x224; may be repeated.")
  var inputShape: [String] = []

  @Flag(help: "Leave out what no layer can express, and say what that is.")
  var skipUnsupported = false

  func validate() throws {
    guard name?.isEmpty != true else { throw ValidationError("--name must not be empty") }
    do {
      _ = try InputShapes(inputShape)
    } catch {
      throw ValidationError("--input-shape: \(error)")
    }
  }

  func checkOutput() throws {
    try OutputFile.check(output)
    if let weights { try OutputFile.check(weights, isHDF5: true) }
  }

  func run() throws {
    let stem = URL(filePath: output).deletingPathExtension().lastPathComponent
    if file.hasSuffix(".cfg") { return try importArchitecture(named: name ?? stem) }
    let imported = try WorkloadImport(
      file, name: name ?? stem, inputShapes: InputShapes(inputShape),
      skipsUnsupported: skipUnsupported)
    if let weights {
      try imported.writeWeights(to: weights)
    }
    try OutputOptions.write(imported.yaml, to: output)
    if let share = imported.share { Failure.say("\(file): \(share); what remains is a part") }
    for line in imported.leftOut { Failure.say(VisibleText.line("\(file): left out: \(line)")) }
    for line in imported.notes { Failure.say(VisibleText.line("\(file): \(line)")) }
    try OutputOptions.write(
      VisibleText.lines(imported.summary + imported.table), to: nil)
  }

  private func importArchitecture(named name: String) throws {
    guard weights == nil, inputShape.isEmpty, !skipUnsupported else {
      throw InputError(
        "a configuration becomes an architecture: leave out --weights, --input-shape and "
          + "--skip-unsupported", file: file)
    }
    let imported = try ArchitectureImport(file, name: name)
    try OutputOptions.write(imported.yaml, to: output)
    for line in imported.notes { Failure.say(VisibleText.line("\(file): \(line)")) }
    try OutputOptions.write(VisibleText.lines(imported.summary), to: nil)
  }
}
