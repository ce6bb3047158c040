import ArgumentParser
import Dispatch
import Exploration
import Foundation
import Inputs
import Reports

/// `umemaki sweep`.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Architecture sweep: every design of a space, stored as it goes.",
    discussion: """
      Points are stored in DIR/store.sqlite; whatever interrupts a sweep, --resume continues it and
      the result is the same, byte for byte. Exit code 75 says that there is something to resume.

      Examples:
        umemaki sweep buffers -o results/buffers
        umemaki sweep buffers -o results/buffers --resume
        umemaki sweep buffers -o part-2 --shard 2/8
        umemaki sweep buffers -o quick --deadline 60s
      """)

  @Argument(help: "Sweep: a name in workloads/sweeps/ or a path.")
  var sweep: String

  @Option(name: [.customShort("o"), .long], help: "Folder of the result.")
  var output: String

  @Option(help: "Threads; all cores when left out.")
  var jobs: Int?

  @Flag(help: "Continue the sweep that the folder holds, or begin it where there is none.")
  var resume = false

  @Option(help: "Run part I of N only, written I/N; `umemaki merge` joins the parts.")
  var shard: String?

  @Option(
    help: """
      Stop after this time, such as 60s, 10m or 2h: every point is estimated first, and the \
      promising ones are run in full before the others.
      """)
  var deadline: String?

  @Flag(help: "Say nothing but errors.")
  var quiet = false

  @Option(
    help:
      "\(ReportFormats.texts.map { $0.kind }.joined(separator: ", ")), of the report at the end.")
  var format = "table"

  @OptionGroup var library: LibraryOptions

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs must be 1 to 1024, found \(jobs)")
    }
    if let shard, Self.shard(shard) == nil {
      throw ValidationError("--shard must be I/N with 1 <= I <= N, found `\(shard)`")
    }
    if let deadline, Self.seconds(deadline) == nil {
      throw ValidationError("--deadline must be a time such as 60s, 10m or 2h, found `\(deadline)`")
    }
    guard format != TraceFormat.kind else { throw OutputOptions.noTrace }
    guard format != ArrayFormat.kind else {
      throw ValidationError("--format \(format) is for `umemaki report`, which writes a file")
    }
    if ReportFormats.named(format) is any FolderFormat.Type {
      throw ValidationError("--format \(format) is for `umemaki report`, which writes a folder")
    }
    guard ReportFormats.texts.contains(where: { $0.kind == format }) else {
      let kinds = ReportFormats.texts.map { $0.kind }.joined(separator: ", ")
      throw ValidationError("unknown format `\(format)`, expected one of \(kinds)")
    }
  }

  func run() throws {
    let sweep = try Sweep(self.sweep, folders: library.folders())
    var options = SweepRunner.Options()
    options.jobs = jobs ?? ProcessInfo.processInfo.activeProcessorCount
    options.shard = shard.flatMap(Self.shard)
    options.deadline = deadline.flatMap(Self.seconds)
    guard options.shard == nil || !sweep.manifest.isGenerational else {
      throw ValidationError(
        "--shard needs a search that knows its points beforehand, each generation of this one "
          + "depends on the last")
    }
    let runner = SweepRunner(sweep, options: options)
    let ending = try run(runner) { beginning in
      Self.announce(beginning, Self.announcement(sweep, runner, options, beginning.seconds))
    }
    guard !quiet || ending == .interrupted else { return }
    let result = try SweepResult(in: output)
    if ending == .interrupted {
      Failure.say(
        "interrupted, \(NumberText.count(result.count)) points are stored in \(output); "
          + "add --resume to run the others")
      throw Failure.said(75)
    }
    try OutputOptions.write(
      result.report(command: OutputOptions.command), format: format, to: nil)
  }

  /// Runs what is left until it is done, Ctrl-C, or the deadline.
  private func run(
    _ runner: SweepRunner, _ announce: @escaping (SweepRunner.Beginning) -> Void
  ) throws -> SweepRunner.Ending {
    // A point that ends the program is noted, and the program goes on with the others.
    CrashGuard.install(CommandLine.arguments + (resume ? [] : ["--resume"]))
    let signals = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { runner.stop() }
      source.resume()
      return source
    }
    defer { signals.forEach { $0.cancel() } }
    let bar = quiet ? nil : ProgressBar()
    defer { bar?.clear() }
    return try runner.run(
      into: output, resumes: resume, began: quiet ? nil : announce
    ) { progress in
      bar?.show(done: progress.done, total: progress.total, before: progress.before)
    }
  }

  /// Says how much there is to do, or which points ended the program so that it began anew.
  private static func announce(_ beginning: SweepRunner.Beginning, _ text: String) {
    for (point, signal) in beginning.crashed.sorted(by: { $0.key < $1.key }) {
      Failure.say(
        "point \(point) ended the program with signal \(signal), a bug of umemaki; it counts as an "
          + "error, the others go on")
    }
    if beginning.crashed.isEmpty { Failure.say(VisibleText.line(text)) }
  }

  private static func announcement(
    _ sweep: Sweep, _ runner: SweepRunner, _ options: SweepRunner.Options, _ seconds: Double?
  ) -> String {
    let points = NumberText.count(runner.pointCount)
    let threads = options.jobs == 1 ? "1 thread" : "\(options.jobs) threads"
    guard let seconds else {
      return "\(sweep.manifest.name): about \(points) points on \(threads)"
    }
    return "\(sweep.manifest.name): \(points) points on \(threads), about \(time(seconds))"
  }

  /// Seconds, minutes or hours, to two digits.
  static func time(_ seconds: Double) -> String {
    if seconds < 1 { return "a second" }
    if seconds < 100 { return "\(Int(seconds.rounded())) s" }
    if seconds < 6000 { return "\(Int((seconds / 60).rounded())) min" }
    return "\(Int((seconds / 3600).rounded())) h"
  }

  static func shard(_ text: String) -> SweepManifest.Shard? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1],
      (1...1_000_000).contains(count), (1...count).contains(index)
    else { return nil }
    return SweepManifest.Shard(index: index, count: count)
  }

  static func seconds(_ text: String) -> Double? {
    let scales = ["s": 1.0, "m": 60, "h": 3600]
    guard let unit = text.last, let scale = scales[String(unit)],
      let number = Double(text.dropLast()), number > 0, number.isFinite
    else { return nil }
    return number * scale
  }
}
