import ArgumentParser
import Validation

/// `umemaki differential`: random cases on the cost model and on its cycle-stepped twin.
struct DifferentialCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "differential",
    abstract: "Random small layers on the cost model and on its cycle-stepped twin.",
    discussion: """
      Prints the first case that differs, made as small as it goes, and ends with exit code 1.

      Examples:
        umemaki differential
        umemaki differential systolic-array --cases 10000 --seed 7
      """, shouldDisplay: false)

  @Argument(help: "\(DifferentialCase.kinds.joined(separator: ", ")); all when left out.")
  var kind: String?

  @Option(help: "Cases of each kind.")
  var cases = 1000

  @Option(help: "Seed of the first case; each further one takes the next.")
  var seed: UInt64 = 1

  @Option(help: "Threads; the result does not depend on their number.")
  var jobs = 1

  @OptionGroup var library: LibraryOptions

  func validate() throws {
    guard (1...1024).contains(jobs) else {
      throw ValidationError("--jobs must be 1 to 1024, found \(jobs)")
    }
    if let kind, !DifferentialCase.kinds.contains(kind) {
      throw ValidationError(
        "no kind `\(kind)`, expected one of \(DifferentialCase.kinds.joined(separator: ", "))")
    }
    guard (1...10_000_000).contains(cases) else {
      throw ValidationError("--cases: expected 1 to 10000000, found \(cases)")
    }
  }

  func run() throws {
    let test = try DifferentialTest(folders: library.folders())
    for kind in DifferentialCase.kinds where self.kind == nil || self.kind == kind {
      let run = try DifferentialRun(kind, cases: cases, seed: seed, jobs: jobs, test: test)
      try StandardStream.output.write("seeds \(seed) to \(seed &+ UInt64(cases) &- 1), \(run)\n")
      guard run.holds else { throw Failure.said(1) }
    }
  }
}
