import CostModel
import TestSupport
import Testing
import Units
import WeightAnalysis

// Does a design that packs weights store what the analysis says they take?
@Suite struct PackedWeightTests {
  @Test(arguments: [SignRegion.perFilter, .intraFilter])
  func signsOfAllRegions(region: SignRegion) throws {
    var random = SeededRandom(seed: 11)
    let shape = try FilterShape(kernels: 6, channels: 4, rows: 3, columns: 3)
    let values = (0..<shape.count).map { _ in Float(random.within(-100...100)) }
    let tensor = try SignedBinary(region: region).quantize(values, shape: shape)
    #expect(tensor.regions == (region == .perFilter ? 1 : 2))
    let format = LayerCostModel(try design(named: "plum-sushi")).format(of: tensor)
    let bits = format.bits(weights: shape.count, kernels: shape.kernels)
    #expect(bits.count == tensor.storage.total)
    #expect(bits.count == shape.count + shape.kernels * tensor.regions)
  }
}
