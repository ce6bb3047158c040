import Foundation
import Reports
import Testing

// Is every format of every command one of the list, and documented?
@Suite struct FormatListTests {
  private let kinds = ReportFormats.all.map { $0.kind }

  @Test func namesAndEndingsAreDifferent() {
    #expect(Set(kinds).count == kinds.count)
    let endings = ReportFormats.all.flatMap { $0.endings }
    #expect(Set(endings).count == endings.count)
    for format in ReportFormats.all {
      for ending in format.endings {
        #expect(ReportFormats.format(ofFile: "a\(ending)") == format.kind)
      }
      #expect(ReportFormats.named(format.kind) == format)
    }
    #expect(ReportFormats.format(ofFile: "a.txt") == nil)
  }

  @Test(arguments: ["run", "serve", "report", "compare", "analyze", "rerun", "validate"])
  func helpNamesTheFormatsOfReports(command: String) throws {
    let help = try Program.run([command, "--help"]).text.split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    #expect(help.contains(ReportFormats.reportKinds.joined(separator: ", ")), "\(command)")
    let outcome = try Program.run([command, "x", "x", "--format", "papyrus"])
    #expect(outcome.code == 64)
  }

  @Test(arguments: ["profile", "sweep"])
  func theOthersHaveFormatsOfTheList(command: String) throws {
    let help = try Program.run([command, "--help"]).text
    for kind in command == "profile" ? ["csv", "json", "hdf5"] : ["table", "json", "csv", "html"] {
      #expect(kinds.contains(kind) && help.contains(kind), "\(command) \(kind)")
    }
  }

  @Test func everyFormatIsOnThePageOfReportsAndInTheList() throws {
    let page = try String(
      contentsOf: Program.root.appendingPathComponent("Sources/umemaki/umemaki.docc/Reports.md"),
      encoding: .utf8)
    let list = try Program.run("list formats").text
    for kind in kinds {
      #expect(page.contains("`\(kind)`"), "\(kind) is not in Reports.md")
      #expect(list.contains("\(kind) "), "\(kind)")
    }
  }

  // Inputs that are not there would be said first if any were looked at.
  @Test(arguments: [
    ("compare x y --format trace", "only `run` and `serve` have a trace"),
    ("analyze x --format trace", "only `run` and `serve` have a trace"),
    ("rerun x --format trace", "only `run` and `serve` have a trace"),
    ("validate x --format trace", "only `run` and `serve` have a trace"),
    ("validate --perturb --format trace", "only `run` and `serve` have a trace"),
    ("sweep x -o y --format trace", "only `run` and `serve` have a trace"),
    ("serve x --capacity 90 --format trace", "--capacity is for a report, without --format trace"),
    (
      "serve x --bound --format trace",
      "--bound is for a report, without --capacity and --format trace"
    ),
    ("sweep x -o y --format hdf5", "--format hdf5 is for `umemaki report`, which writes a file"),
    ("sweep x -o y --format svg", "--format svg is for `umemaki report`, which writes a folder"),
    ("run x y --format hdf5", "--format hdf5 needs a file to write, -o FILE.h5"),
    ("run x y --format svg", "--format svg needs a folder to write, -o FOLDER"),
    (
      "profile x y -o table.html",
      "a table is csv, json or hdf5, found html after -o; `umemaki report` makes it of the JSON"
    ),
    (
      "profile x y -o table.svg",
      "a table is csv, json or hdf5, found svg after -o; `umemaki report` makes it of the JSON"
    ),
  ])
  func whatCannotBeWrittenIsRefusedFirst(line: String, message: String) throws {
    let outcome = try Program.run(line)
    #expect(outcome.code == 64 && outcome.output.isEmpty, "\(line)")
    #expect(outcome.errors.split(separator: "\n").first == "Error: \(message)", "\(line)")
  }

  @Test func aProfileHasNoTrace() throws {
    let outcome = try Program.run("profile x y --format trace")
    #expect(outcome.code == 64 && outcome.errors.contains("The value 'trace' is invalid"))
  }
}
