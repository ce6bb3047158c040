internal import Inputs

/// The cost model beside the machine that steps through every cycle, on random small layers.
enum CycleSteppedTwins: ValidationReference {
  static let name = "cycle-stepped-twins"
  static let source =
    "this project's ReferenceModel: every cycle stepped, every number computed; sums equal the "
    + "convolution, traffic equal in every case"
  /// Cases of each datapath, from seed 1.
  static let cases = 100

  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let test = try DifferentialTest(folders: files.folders)
    return try DifferentialCase.kinds.flatMap { kind in
      let run = try DifferentialRun(kind, cases: cases, seed: 1, test: test)
      if let failure = run.failure {
        throw InputError("\(kind) differs from its twin: \(failure)", file: nil)
      }
      // Maps on chip are a matter of bytes, not of time.
      let unit = kind == DifferentialCase.mapsKind ? "bytes" : "cycles"
      let exact = Agreement("\(unit), \(kind)", .exact, run.exact)
      // A vector unit agrees to the cycle however its links are shared.
      guard !run.shared.isEmpty else { return [exact] }
      return [
        exact, Agreement("cycles with shared transfers, \(kind)", .mean(0.01), run.shared),
      ]
    }
  }
}
