import Foundation
import Specs
import Testing

/// The root of the repository.
let repository = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The rows of a table under `References`, by column name.
func table(_ name: String) throws -> [[String: String]] {
  let folder = try #require(Bundle.module.url(forResource: "References", withExtension: nil))
  let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
  let lines = text.split(whereSeparator: \.isNewline)
    .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  let header = try #require(lines.first)
  return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
}

extension [String: String] {
  func text(_ column: String) throws -> String { try #require(self[column]) }
  func whole(_ column: String) throws -> Int { try #require(Int(try text(column))) }
  func real(_ column: String) throws -> Double { try #require(Double(try text(column))) }
}

func workload(_ name: String) throws -> Workload {
  try Workload(SpecFile(path: repository.appending(path: "workloads/\(name).yaml").path))
}

func supernet(_ name: String) throws -> Supernet {
  guard case .supernet(let space, _) = try workload(name).content else {
    throw SpecError(name, "not a supernet")
  }
  return space
}

/// The names of the YAML files in a folder of the repository, without their extension.
func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: repository.appending(path: folder).path)
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
}

/// SplitMix64, so that a printed seed repeats a failure.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
