internal import Architectures
internal import Components
internal import Foundation
internal import Networks
internal import Reports
internal import Studies

extension Provenance.Input {
  /// Every specification, reference table and committed experiment of the repository that validation
  /// may read, in order of their paths.
  static func repository(_ folders: SpecFolders) -> [Provenance.Input] {
    [
      "arch", "workloads", "results", "Tests/SpecsTests/References",
      "Tests/ValidationTests/References",
    ]
    .flatMap { folder -> [Provenance.Input] in
      let root = (folders.root == "." ? "" : folders.root + "/") + folder
      let files = (try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []
      return files.filter { name in
        name.hasSuffix(".yaml") || (folder.hasPrefix("Tests") && name.hasSuffix(".csv"))
      }.sorted().map { Provenance.Input(fileAt: "\(root)/\($0)") }
    }
  }
}
