import Foundation
import Testing

// Does the program end with an error and a sentence where it cannot say what it has to say?
@Suite struct StandardStreamTests {
  private let scratch: Scratch
  private let workload: String

  init() throws {
    scratch = try Scratch()
    workload = try scratch.file("tiny.yaml", Small.workload())
    let sweep = try scratch.file("sweep.yaml", Small.sweep(workload: workload))
    for line in [
      ["sweep", sweep, "-o", scratch.path("stored"), "--quiet"],
      ["make-weights", workload, "-o", scratch.path("w.h5")],
      ["run", "tpu-like", workload, "-o", scratch.path("run.json")],
    ] {
      let outcome = try Program.run(line)
      try #require(outcome.code == 0, "\(outcome.errors)")
    }
  }

  /// Commands with a result on standard output.
  static let commands = [
    "--help", "--version", "help run", "run --help", "sweep --help",
    "run tpu-like $D/tiny.yaml", "run tpu-like $D/tiny.yaml --format json",
    "run tpu-like $D/tiny.yaml --format html", "run tpu-like $D/tiny.yaml --format trace",
    "check $D/tiny.yaml", "check --resolved $D/tiny.yaml", "list formats", "schema workload",
    "analyze $D/w.h5", "quantize $D/w.h5 --scheme ternary -o $D/q.h5", "report $D/stored",
    "report $D/stored --format csv", "report $D/run.json", "compare $D/run.json $D/run.json",
    "sweep $D/sweep.yaml -o $D/again", "profile sushi-analytic ofa-resnet50 --subnets 0.6B",
    "import Tests/CommandTests/Errors/columns.csv -o $D/i.yaml --name i",
    "--generate-completion-script bash",
  ]

  private func shell(_ script: String) throws -> Outcome {
    try Program.shell("rm -rf $D/again; " + script, in: scratch.path(""))
  }

  @Test(arguments: commands)
  func whatCannotBePrintedIsAnError(command: String) throws {
    // An import has to be possible at all.
    try Data("Layer name, M, N, K,\nfc, 1, 10, 20,\n".utf8)
      .write(to: URL(fileURLWithPath: scratch.path("t.csv")))
    let command = command.replacing("Tests/CommandTests/Errors/columns.csv", with: "$D/t.csv")
    let good = try shell("$U \(command)")
    try #require(good.code == 0, "\(good.errors)")
    let full = try shell("$U \(command) > /dev/full")
    #expect(full.code == 73)
    #expect(
      full.errors == good.errors + "standard output: cannot be written, the disk is full\n")
    let closed = try shell("$U \(command) >&-")
    #expect(closed.code == 73)
    #expect(closed.errors == good.errors + "standard output: cannot be written, it is closed\n")
    // Like any program in a pipe whose reader has seen enough.
    let piped = try shell(
      "set -o pipefail; (sleep 0.3; $U \(command); echo $? > $D/code) | true; cat $D/code")
    #expect(piped.errors == good.errors)
    #expect(["141\n", "0\n"].contains(piped.text))
    if good.output.count > 1 { #expect(piped.text == "141\n") }
  }

  @Test(
    arguments: [
      ("run no-such-thing $D/tiny.yaml", 66), ("run", 64), ("run --no-such-flag", 64),
      ("no-such-command", 64), ("check Tests/CommandTests/Errors/bare-number.yaml", 65),
      ("analyze $D/tiny.yaml", 65), ("report $D/none", 66),
      ("run tpu-like $D/tiny.yaml -o $D/none/x", 73), ("list nothing", 64),
    ] as [(String, Int32)])
  func anErrorKeepsItsCodeWhereItCannotBeSaid(command: String, code: Int32) throws {
    for stream in ["2>/dev/null", "2>/dev/full", "2>&-", ">&- 2>&-", ">/dev/full 2>/dev/full"] {
      let outcome = try shell("$U \(command) \(stream)")
      #expect(outcome.code == code, "\(stream)")
      #expect(outcome.errors.isEmpty)
    }
  }

  @Test func aLostNoteIsAnError() throws {
    // How many points there are is said on standard error, before the result.
    for stream in ["2>/dev/full", "2>&-"] {
      let outcome = try shell("$U sweep $D/sweep.yaml -o $D/again \(stream)")
      #expect(outcome.code == 73)
      #expect(outcome.text.contains("2 of 2: 2 ok"))
      // Nothing was to be said.
      #expect(try shell("$U run tpu-like $D/tiny.yaml \(stream)").code == 0)
    }
  }

  @Test func aClosedStreamIsNoFile() throws {
    // The first file that is opened would get the number of the closed stream.
    let outcome = try shell("$U sweep $D/sweep.yaml -o $D/again <&- >&- 2>&-")
    #expect(outcome.code == 73)
    let report = try Program.shell("$U report $D/again --format csv", in: scratch.path(""))
    #expect(report.code == 0, "\(report.errors)")
    #expect(report.text.split(separator: "\n").count == 3)
  }
}
