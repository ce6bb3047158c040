import Inputs
import Testing

@testable import Serving

/// Options of a process are written in the order of their names, in every process.
struct PolicyOptionsTests {
  @Test func namesAreInOrder() throws {
    let names = ["margin", "alpha", "zeta", "beta", "order", "kappa", "gamma", "delta"]
    let options = PolicyOptions(
      Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, .integer($0)) }))
    let lines = try YAMLEncoder().encode(options).split(separator: "\n").map {
      String($0.prefix { $0 != ":" })
    }
    #expect(lines == names.sorted())
  }
}
