import ArgumentParser
import CostModel
import Experiments
import Foundation
import Inputs
import Specs

/// Turns an error into a message on standard error and an exit code.
enum Failure: Error {
  /// The output cannot be created.
  case cannotCreate(String, String)
  /// The design cannot execute the workload, or a checked file is wrong; already said.
  case said(Int32)

  static func exit(_ error: any Error, _ root: any ParsableCommand.Type) -> Never {
    switch error {
    case let error as InputError:
      say("\(error)")
      Foundation.exit(error.kind == .unreadable ? 66 : 65)
    case let error as SpecError:
      say("\(error)")
      Foundation.exit(65)
    case let error as StoreError:
      say("\(error)")
      Foundation.exit(error.exitCode)
    case let error as NetworkSimulation.Infeasible:
      say(error.description)
      Foundation.exit(65)
    case Failure.cannotCreate(let path, let reason):
      say("\(path): \(reason)")
      Foundation.exit(73)
    case let error as ValidationError:
      // Found out only while running, so the usage line would be the wrong command's.
      say("Error: \(error.message)")
      Foundation.exit(64)
    case Failure.said(let code):
      Foundation.exit(code)
    default:
      root.exit(withError: error)
    }
  }

  static func say(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}
