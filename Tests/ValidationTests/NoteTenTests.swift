import Foundation
import Networks
import TestSupport
import Testing

@testable import Studies
@testable import Validation

// Is a wrong, missing or surplus entry of the Note10's table noticed, and a wrong enumeration?
@Suite struct NoteTenTests {
  private let folder = "Tests/ValidationTests/References/note10-latency"

  /// A mean of `count` whole microseconds times `count` is whole: a digit that was copied wrongly
  /// hardly ever leaves that so.
  @Test func everyMeanFitsItsCount() throws {
    let rows = try reference("note10-latency")
    #expect(rows.count == 3 * 96)
    for row in rows {
      let mean = try #require(Double(try row.text("milliseconds")))
      let microseconds = mean * Double(try row.whole("count")) * 1000
      #expect(abs(microseconds - microseconds.rounded()) < 1e-8, "\(row)")
    }
  }

  /// Without its activation a block must still have one entry, as the names here leave it out.
  @Test func activationFollowsFromTheRest() throws {
    let rows = try reference("note10-latency").filter { try $0.text("kind") == "expanded_conv" }
    let columns = ["resolution", "input", "output", "expand", "kernel", "stride", "idskip", "se"]
    let keys = try rows.map { row in try columns.map { try row.text($0) } }
    #expect(Set(keys).count == rows.count)
  }

  /// The reference in a copy of its files with `old` replaced in the table.
  private func validation(_ old: String, _ new: String) throws -> Validation {
    let manager = FileManager.default
    let root = manager.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? manager.removeItem(at: root) }
    try manager.createDirectory(
      at: root.appending(path: folder), withIntermediateDirectories: true)
    try manager.copyItem(
      at: Repository.root.appending(path: "workloads"), to: root.appending(path: "workloads"))
    for name in ["reference.csv", "networks.csv"] {
      let text = try String(
        contentsOf: Repository.root.appending(path: "\(folder)/\(name)"), encoding: .utf8)
      if name == "reference.csv" { try #require(text.contains(old)) }
      try Data(text.replacing(old, with: new).utf8)
        .write(to: root.appending(path: "\(folder)/\(name)"))
    }
    return try Validation("note10-latency", folders: SpecFolders(root: root.path))
  }

  private let stem = "192,Conv,192x192x3,96x96x24,,,,,,,499,0.7238637274549099\n"

  @Test func anUnchangedCopyHolds() throws {
    #expect(try validation(stem, stem).holds)
  }

  @Test func aWrongEntryIsNoticed() throws {
    let wrong = stem.replacing("0.7238637274549099", with: "0.7338637274549099")
    #expect(try !validation(stem, wrong).holds)
  }

  @Test func aSurplusEntryIsNoticed() throws {
    let surplus = "192,expanded_conv,12x12x96,12x12x96,480,3,1,1,0,1,100,1.1\n"
    #expect(try !validation(stem, stem + surplus).holds)
  }

  /// What reading the changed table, or a network in it, fails with.
  private func failure(_ old: String, _ new: String) throws -> String {
    let error = try #require(throws: (any Error).self) { try validation(old, new) }
    return "\(error)"
  }

  @Test func aMissingEntryIsNamed() throws {
    #expect(
      try failure(stem, "")
        == "no entry `Conv-input:192x192x3-output:96x96x24` at resolution 192")
  }

  @Test func aRepeatedEntryIsNamed() throws {
    #expect(
      try failure(stem, stem + stem)
        == "a second entry `Conv-input:192x192x3-output:96x96x24` at resolution 192")
  }

  /// A block whose expansion, kernel, stride, skip or squeeze-excite is not the table's has no entry.
  @Test(arguments: ["152,5,2,0,0", "144,9,2,0,0", "144,5,1,0,0", "144,5,2,1,0", "144,5,2,0,1"])
  func everyPropertyCounts(properties: String) throws {
    let entry = "192,expanded_conv,96x96x24,48x48x32,144,5,2,0,0,"
    #expect(
      try failure(entry, entry.replacing("144,5,2,0,0", with: properties))
        == "no entry `expanded_conv-input:96x96x24-output:48x48x32-expand:144-kernel:5-stride:2-"
        + "idskip:0-se:0` at resolution 192")
  }

  @Test func otherNetworksHaveNoSuchBlocks() throws {
    let network = try Workload(Repository.file("workloads/resnet18.yaml")).network(subnet: nil)
    #expect(throws: (any Error).self) { try MobileBlocks(network.layers) }
  }
}
