import CostModel
import Networks
import TestSupport
import Testing
import Units

// What is said about a layer that does not fit, and does the advice help?
@Suite struct InfeasibilityTests {
  private let layer = Layer(
    name: "conv", operation: .convolution, kernels: 16, channels: 16, kernel: (3, 3),
    input: (8, 8), padding: 1)

  private func outcome(_ text: ArchitectureText) throws -> LayerOutcome {
    LayerCostModel(try design(text.text)).cost(of: layer)
  }

  private func reason(_ text: ArchitectureText) throws -> String? {
    guard case .infeasible(let reason) = try outcome(text) else { return nil }
    return reason.description
  }

  /// A search cuts down to one kernel of one channel: nine taps.
  @Test func message() throws {
    var text = ArchitectureText()
    text.sizes.weight = 16
    #expect(
      try reason(text)
        == "layer conv: the smallest tile needs 9 B in weight_buffer, which has 8 B; "
        + "raise weight_buffer.size to 18 B, or set weight_buffer.ping_pong to false")
    text.sizes.weight = 18
    #expect(try outcome(text).cost != nil)
    text.sizes.weight = 16
    text.pingPong.weight = false
    #expect(try outcome(text).cost != nil)
  }

  @Test func withoutPingPong() throws {
    var text = ArchitectureText()
    text.sizes.weight = 8
    text.pingPong.weight = false
    #expect(
      try reason(text)
        == "layer conv: the smallest tile needs 9 B in weight_buffer, which has 8 B; "
        + "raise weight_buffer.size to 9 B")
  }

  /// The largest tile is made of whole folds, down to those of one channel: four kernels with nine taps.
  @Test func wholeFolds() throws {
    var text = ArchitectureText()
    text.more = "mapping: {rule: largest}"
    text.sizes.weight = 70
    #expect(
      try reason(text)
        == "layer conv: the smallest tile needs 36 B in weight_buffer, which has 35 B; "
        + "raise weight_buffer.size to 72 B, or set weight_buffer.ping_pong to false")
    text.sizes.weight = 72
    #expect(try outcome(text).cost != nil)
  }
}
