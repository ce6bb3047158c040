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
}
