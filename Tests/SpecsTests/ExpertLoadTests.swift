import Networks
import TestSupport
import Testing

// Do the tokens of an iteration visit as many experts as independent choices do?
@Suite struct ExpertLoadTests {
  @Test func expertsTouched() {
    func touched(_ count: Int, _ perToken: Int, _ tokens: Int) -> Double {
      ExpertLoad(
        ExpertsSpec(count: count, perToken: perToken, ffn: 1), tokens: tokens
      ).touched
    }
    // Printed with six or fewer decimals.
    for (tokens, expected) in [
      (1, 2), (2, 3.5), (4, 5.46875), (8, 7.199097), (16, 7.919819), (32, 7.999196),
    ] { #expect(abs(touched(8, 2, tokens) - expected) < 5e-7, "\(tokens)") }
    for (tokens, expected) in [
      (1, 8), (2, 15.5), (4, 29.123), (8, 51.6199), (16, 82.4225), (32, 111.771), (64, 125.9423),
    ] { #expect(abs(touched(128, 8, tokens) - expected) < 5e-4, "\(tokens)") }
  }

  /// Visits of an iteration end with an expert each, and all layers together visit as many as they do on
  /// average.
  @Test func expertsOfLayers() throws {
    let seed: UInt64 = 20_261_203
    var random = SeededRandom(seed: seed)
    for _ in 0..<200 {
      let count = Int.random(in: 1...64, using: &random)
      let perToken = Int.random(in: 1...count, using: &random)
      let tokens = Int.random(in: 1...100, using: &random)
      let routing = ExpertsSpec.Routing.allCases.randomElement(using: &random) ?? .expected
      let load = ExpertLoad(
        ExpertsSpec(count: count, perToken: perToken, ffn: 1, routing: routing), tokens: tokens)
      let label = "seed \(seed): \(tokens) tokens, \(perToken) of \(count), \(routing)"
      #expect(load.touched >= Double(perToken) * (1 - 1e-12), "\(label)")
      #expect(load.touched <= Double(min(count, load.visits)), "\(label)")
      var all = 0
      for layer in 0..<10 {
        let experts = load.experts(inLayer: layer)
        all += experts
        let parts = load.spread(over: experts)
        let visits: Int = parts.map { $0.experts * $0.tokens }.reduce(0, +)
        let visited: Int = parts.map(\.experts).reduce(0, +)
        #expect(visits == load.visits, "\(label)")
        #expect(visited == experts, "\(label)")
      }
      let excess = abs(Double(all) - 10 * load.touched)
      #expect(excess <= 0.5 + 1e-9, "\(label)")
    }
  }
}
