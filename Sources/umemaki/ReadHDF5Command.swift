import ArgumentParser
import Inputs

/// What this program runs to read an HDF5 file in a process of its own.
struct ReadHDF5Command: ParsableCommand {
  static let name = "read-hdf5"
  static let configuration = CommandConfiguration(
    commandName: name, abstract: "Answer what another process asks about an HDF5 file.",
    shouldDisplay: false)

  @Argument(help: "HDF5 file.")
  var path: String

  func run() { HDF5Helper.serve(path) }
}
