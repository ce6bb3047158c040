import ArgumentParser
import Components
import CostModel
import Exploration
import Foundation
import Inputs
import Reports

/// Turns an error into a message on standard error and an exit code.
enum Failure: Error {
  /// A stream cannot be written; the sentence says which and why.
  case cannotWrite(String)
  /// The design cannot execute the workload, or a checked file is wrong; already said.
  case said(Int32)

  /// Ends the program with what `error` means.
  static func exit(_ error: any Error, _ root: any ParsableCommand.Type) -> Never {
    switch error {
    case let error as InputError: end(error.exitCode, "\(error)")
    case let error as SpecError: end(65, VisibleText.line("\(error)"))
    case let error as StoreError: end(error.exitCode, "\(error)")
    case let error as Evaluator.Infeasible:
      for reason in error.reasons.dropLast() { say(VisibleText.line(reason.description)) }
      end(
        65,
        VisibleText.line(
          error.reasons.last?.description ?? "the design cannot execute the workload"))
    case Failure.cannotWrite(let sentence): end(73, sentence)
    case let error as ValidationError:
      // Found out only while running, so the usage line would be the wrong command's.
      end(64, "Error: \(error.message)")
    case Failure.said(let code): Foundation.exit(code)
    default: parsing(error, root)
    }
  }

  /// Help, a version, or arguments that make no sense; anything else is our bug.
  private static func parsing(_ error: any Error, _ root: any ParsableCommand.Type) -> Never {
    let code = root.exitCode(for: error)
    guard code != .failure || error is ExitCode else {
      end(70, "internal error: \(error)")
    }
    let text = root.fullMessage(for: error)
    do {
      let stream = code.isSuccess ? StandardStream.output : .errors
      if !text.isEmpty { try stream.write(VisibleText.lines(text) + "\n") }
    } catch {
      if code.isSuccess { exit(error, root) }
    }
    Foundation.exit(code.rawValue)
  }

  private static func end(_ code: Int32, _ sentence: String) -> Never {
    say(sentence)
    Foundation.exit(code)
  }

  /// Says sentences, one on each line, on standard error; what becomes of them counts at the end of
  /// the program.
  ///
  /// Whoever puts names into a sentence keeps them on its line, as descriptions of errors do.
  static func say(_ sentences: String) {
    try? StandardStream.errors.write(VisibleText.lines(sentences) + "\n")
  }
}

extension InputError {
  /// 66 nothing to read, 73 nowhere to write, 65 for what is wrong.
  var exitCode: Int32 {
    switch kind {
    case .unreadable: 66
    case .unwritable: 73
    case .malformed, .unknownKey: 65
    }
  }
}
