import Architectures
import Components
import CostModel
import Inputs
import Networks
import ReferenceModel
import TestSupport
import Testing
import Units

@testable import Validation

// Does a batch never cost more than its images one by one, whatever array and weights?
@Suite struct BatchTests {
  @Test(arguments: DifferentialCase.kinds) func imagesTogetherNeverCostMoreThanApart(
    kind: String
  ) throws {
    var compared = 0
    for seed in UInt64(1)...50 {
      let sample = DifferentialCase(kind, seed: seed)
      guard let layer = sample.layer.layer else { continue }
      let model = LayerCostModel(
        try design(
          architecture(sample.architecture)))
      let weights = try sample.operands(of: layer).quantized
      func cost(batch: Int) -> LayerCost? {
        model.cost(
          of: layer, weights: weights,
          placement: OperationPlacement(weights: Bytes(sample.residency)), batch: batch
        ).cost
      }
      guard let one = cost(batch: 1) else { continue }
      let batch = 2 + Int(seed % 4)
      let all = try #require(cost(batch: batch), "seed \(seed)")
      let (apart, together) = (batch * one.total.count, all.total.count)
      #expect(together <= apart, "seed \(seed), batch \(batch)\n\(sample.architecture)")
      if together == apart {
        #expect(
          all.dramRead + all.dramWrite <= (one.dramRead + one.dramWrite) * batch,
          "seed \(seed), batch \(batch)\n\(sample.architecture)")
      }
      compared += 1
    }
    #expect(compared > 20)
  }
}
