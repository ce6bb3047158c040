internal import Studies

/// Which quantities of a reference are within their tolerance.
struct ReferenceStatus: ExperimentConclusion {
  let reference: any ValidationReference.Type
  let files: [String]

  var conclusion: Conclusion {
    Conclusion(
      name: "validate \(reference.name)", figure: "mean error of the first quantity", files: files)
  }

  func verdict(_ folders: SpecFolders, scratch: String) throws -> Verdict {
    let agreements = try reference.agreements(ReferenceFiles(folders: folders))
    let outside = agreements.filter { $0.status == .outside }.map(\.quantity)
    return Verdict(
      words: outside.isEmpty ? "as expected" : "outside: \(outside.joined(separator: ", "))",
      figure: agreements.first?.meanError ?? 0)
  }
}
