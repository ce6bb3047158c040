import Foundation
import Inputs
import Testing

@testable import Studies

/// Reports of other simulators, as far as they are read.
@Suite struct PeerResultTests {
  private func read(_ name: String, _ text: String) throws -> PeerResult {
    let scratch = try PeerScratch()
    try scratch.write(name, text)
    return try PeerResult(path: scratch.path(name))
  }

  @Test func cyclesOfSCALESim() throws {
    let result = try read(
      "COMPUTE_REPORT.csv",
      "LayerID, Total Cycles (incl. prefetch), Total Cycles, Stall Cycles, Overall Util %,\n"
        + "0, 102, 29, 0, 27.5862,\n1, 1020.0, 290.0, 0, 27.5,\n")
    #expect(result.program == "SCALE-Sim")
    #expect(result.layers.map(\.cycles) == [29, 290])
  }

  @Test func statisticsOfTimeloop() throws {
    let result = try read(
      "timeloop-mapper.stats.txt",
      """
      Level 0
      -------
          Cycles               : 12
      Summary Stats
      -------------
      GFLOPs (@1GHz): 318.52
      Utilization: 0.79
      Cycles: 798600
      Energy: 803.20 uJ
      EDP(J*cycle): 6.41e+02
      """)
    #expect(result.layers.map(\.cycles) == [798_600])
    #expect(abs((result.layers[0].energyJ ?? 0) - 803.2e-6) < 1e-15)
  }

  @Test(arguments: [
    ("a.csv", "layer,cycles\n", "a.csv:1:1: expected SCALE-Sim's columns"),
    ("a.csv", "LayerID, Total Cycles,\n", "a.csv: has no layers"),
    ("a.csv", "LayerID, Total Cycles,\n0, many,\n", "a.csv:2:1: Total Cycles: expected 0 to 2^53"),
    ("a.csv", "LayerID, Total Cycles,\n0\n", "a.csv:2:1: Total Cycles: expected 0 to 2^53"),
    ("a.txt", "nothing\n", "a.txt: expected Timeloop's statistics"),
    ("a.txt", "Summary Stats\nEnergy: 3 uJ\n", "a.txt: its `Summary Stats` have no line `Cycles:`"),
    ("a.txt", "Summary Stats\nCycles: x\n", "a.txt:2:1: Cycles: expected a number"),
  ])
  func wrongReports(name: String, text: String, expected: String) throws {
    let error = #expect(throws: InputError.self) { try read(name, text) }
    #expect(error?.description.contains("/\(expected)") == true, "\(error?.description ?? "")")
  }
}
