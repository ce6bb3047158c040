import CostModel
import Foundation
import Specs
import Testing

/// The root of the repository.
let repository = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The rows of the reference table in `folder`, by column name.
func reference(_ folder: String) throws -> [[String: String]] {
  let root = try #require(Bundle.module.url(forResource: "References", withExtension: nil))
  let url = root.appending(path: "\(folder)/reference.csv")
  let text = try String(contentsOf: url, encoding: .utf8)
  let lines = text.split(whereSeparator: \.isNewline)
    .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  let header = try #require(lines.first)
  return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
}

extension [String: String] {
  func text(_ column: String) throws -> String { try #require(self[column]) }
  func whole(_ column: String) throws -> Int { try #require(Int(try text(column))) }
}

func file(_ path: String) throws -> SpecFile {
  try SpecFile(path: repository.appending(path: path).path)
}

/// The design of an architecture file with the energy tables it names.
func design(_ name: String) throws -> Design {
  let architecture = try Architecture(file("arch/\(name).yaml"))
  let energy = architecture.spec.energy
  return try Design(
    architecture,
    energy: EnergyTable(
      table: file("arch/energy/\(energy.table).yaml"),
      dram: file("arch/energy/dram/\(energy.dram).yaml")))
}

func quotient(_ value: Int, _ divisor: Int) -> Int { (value + divisor - 1) / divisor }
