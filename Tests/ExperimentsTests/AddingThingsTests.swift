import Foundation
import TestSupport
import Testing

// Is the page on adding things true, and is every component in the list of its family?
@Suite struct AddingThingsTests {
  /// A row of the table whose new file is Swift.
  private struct Row: CustomTestStringConvertible {
    let thing: String
    let family: FamilyCheck
    var testDescription: String { thing }
  }

  /// The cells of a table of the page, by the head of its first column; code marks are left out.
  private static func cells(under head: String) throws -> [[String]] {
    let page = try String(
      contentsOf: Repository.root.appending(path: "Sources/umemaki/umemaki.docc/AddingThings.md"),
      encoding: .utf8)
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("| \(head) |") }) else { return [] }
    return lines[start...].dropFirst(2).prefix { $0.hasPrefix("|") }.map { line in
      line.split(separator: "|").map {
        $0.trimmingCharacters(in: .whitespaces).replacing("`", with: "")
      }
    }
  }

  private static func rows() throws -> [Row] {
    try cells(under: "To add").map { cells in
      let list = cells[3].split(separator: ".").map(String.init)
      try #require(cells.count == 4 && list.count == 2, "\(cells)")
      return Row(
        thing: cells[0],
        family: FamilyCheck(
          folder: cells[1], conformance: cells[2], list: (type: list[0], member: list[1])))
    }
  }

  @Test func theTableNamesEveryFamily() throws {
    let things = try Self.rows().map(\.thing)
    #expect(
      Set(things).isSuperset(of: [
        "a data path", "a mapping rule", "an operator of workload files", "a quantizer",
        "a supernet space", "a policy", "a caching policy",
        "an arrival process", "a search method", "a report format", "a reference",
      ]))
    #expect(Set(things).count == things.count)
  }

  @Test func everyMemberIsInItsList() throws {
    for row in try Self.rows() {
      let faults = try row.family.faults()
      #expect(faults.isEmpty, "\(row.thing): \(faults.joined(separator: "; "))")
    }
  }

  @Test func filesAloneHaveAFolderAndASchema() throws {
    let cells = try Self.cells(under: "To add with no code")
    #expect(cells.count >= 7)
    for row in cells {
      try #require(row.count == 3, "\(row)")
      #expect(try !Repository.names(in: row[1]).isEmpty, "\(row[0])")
      for name in try Repository.names(in: row[1]) {
        let file = Repository.root.appending(path: "\(row[1])/\(name).yaml")
        let first = try String(contentsOf: file, encoding: .utf8).prefix { $0 != "\n" }
        #expect(first.hasSuffix("schemas/\(row[2]).json"), "\(row[1])/\(name)")
      }
    }
  }

  @Test func aMissingLineIsNamed() throws {
    let family = FamilyCheck(
      folder: "Sources/CostModel/Datapaths", conformance: "Datapath",
      list: (type: "Supernets", member: "registry"))
    let faults = try family.faults()
    #expect(faults.contains { $0.hasPrefix("add SystolicArray.self to ") })
    #expect(faults.contains { $0.hasPrefix("OFAResNet50 of ") })
    let none = FamilyCheck(
      folder: "Sources/CostModel/Datapaths", conformance: "Datapaths",
      list: (type: "Datapaths", member: "registry"))
    #expect(try none.faults() == ["no protocol Datapaths"])
  }
}
