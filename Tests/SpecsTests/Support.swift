import Components
import Foundation
import Networks
import TestSupport
import Testing

/// The rows of a table under `References`, by column name.
func table(_ name: String) throws -> [[String: String]] {
  let folder = try #require(Bundle.module.url(forResource: "References", withExtension: nil))
  return try referenceRows(folder.appending(path: name))
}

func workload(_ name: String) throws -> Workload {
  try Workload(Repository.file("workloads/\(name).yaml"))
}

func supernet(_ name: String) throws -> Supernet {
  guard case .supernet(let space, _) = try workload(name).content else {
    throw SpecError(name, "not a supernet")
  }
  return space
}
