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

  /// Four kernels of four channels with nine taps are 144 B.
  @Test func message() throws {
    var text = ArchitectureText()
    text.sizes.weight = 200
    guard case .infeasible(let reason) = try outcome(text) else {
      Issue.record("expected the layer not to fit")
      return
    }
    #expect(
      reason.description
        == "layer conv: the smallest tile needs 144 B in weight_buffer, which has 100 B; "
        + "raise weight_buffer.size to 288 B, or set weight_buffer.ping_pong to false")
    text.sizes.weight = 288
    #expect(try outcome(text).cost != nil)
    text.sizes.weight = 200
    text.pingPong.weight = false
    #expect(try outcome(text).cost != nil)
  }

  @Test func withoutPingPong() throws {
    var text = ArchitectureText()
    text.sizes.weight = 100
    text.pingPong.weight = false
    guard case .infeasible(let reason) = try outcome(text) else {
      Issue.record("expected the layer not to fit")
      return
    }
    #expect(
      reason.description
        == "layer conv: the smallest tile needs 144 B in weight_buffer, which has 100 B; "
        + "raise weight_buffer.size to 144 B")
  }
}
