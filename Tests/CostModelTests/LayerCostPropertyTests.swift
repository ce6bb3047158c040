import Architectures
import CostModel
import Networks
import TestSupport
import Testing
import Units

// Which laws hold for every layer on every design?
@Suite struct LayerCostPropertyTests {
  /// One random layer on one random design.
  private struct Case {
    let seed: UInt64
    let layer: Layer
    let text: ArchitectureText
    let design: Design
    let batch: Int
    let residency: Bytes

    var label: String {
      "seed \(seed), batch \(batch), residency \(residency), \(layer)\n\(text.text)"
    }
    var weightBytes: Bytes { Bytes(holding: text.weightBits(layer)) }
  }

  private func check(_ law: (Case, LayerCost) throws -> Void) throws {
    var feasible = 0
    for seed in UInt64(1)...400 {
      var random = SeededRandom(seed: seed)
      let layer = randomLayer(&random)
      var text = randomArchitecture(&random)
      if seed.isMultiple(of: 10) { text.datapath = randomTensorCores(&random) }
      let batch = random.pick([1, 1, 2, 3])
      let weights = text.weightBits(layer)
      let all = Bytes(holding: weights)
      let residency = random.pick([.zero, all, Bytes(random.within(0...all.count))])
      let test = Case(
        seed: seed, layer: layer, text: text, design: try design(text.text), batch: batch,
        residency: residency)
      let outcome = LayerCostModel(test.design).cost(
        of: layer, placement: OperationPlacement(weights: residency), batch: batch)
      guard let cost = outcome.cost else { continue }
      feasible += 1
      try law(test, cost)
    }
    #expect(feasible > 250)
  }

  @Test func partsSumToTotal() throws {
    try check { test, cost in
      let parts = CycleCause.allCases.map { cost.cycles[$0].count }
      #expect(parts.allSatisfy { $0 >= 0 }, "\(test.label)")
      #expect(parts.reduce(0, +) == cost.total.count, "\(test.label)")
      #expect(cost.total >= cost.cycles[.compute], "\(test.label)")
      #expect(cost.macs == test.layer.macs * test.batch, "\(test.label)")
      #expect((0...1).contains(cost.utilization), "\(cost.utilization) \(test.label)")
    }
  }

  @Test func extrapolationIsExact() throws {
    try check { test, cost in
      let full = LayerCostModel(test.design, extrapolates: false).cost(
        of: test.layer, placement: OperationPlacement(weights: test.residency), batch: test.batch)
      #expect(full == .feasible(cost), "\(test.label)")
    }
  }

  @Test func bandwidthBound() throws {
    try check { test, cost in
      func least(_ operand: Operand, _ rate: Int?) -> Int {
        let moved = cost.traffic(.dram, operand)
        let bytes = max(0, moved.read.count + moved.write.count - 1)
        // 100 MHz: a rate of 100 MB/s is one byte per cycle.
        return rate.map { bytes * 100 / $0 } ?? 0
      }
      let rates = test.text.rates
      let reads = least(.input, rates.input) + least(.weight, rates.weight)
      let writes = least(.output, rates.output)
      let bound = test.text.ports == "shared" ? reads + writes : max(reads, writes)
      #expect(cost.total.count >= bound, "\(test.label)")
    }
  }

  @Test func compulsoryTraffic() throws {
    try check { test, cost in
      let (layer, bits) = (test.layer, test.text.bits)
      func touched(_ outputs: Int, _ extent: Int, _ kernel: Int) -> Int {
        var seen = Set<Int>()
        for output in 0..<outputs {
          for tap in 0..<kernel {
            let position = output * layer.rows.stride + tap - layer.rows.before
            if (0..<extent).contains(position) { seen.insert(position) }
          }
        }
        return seen.count
      }
      let inputs =
        touched(layer.outputRows, layer.inputRows, layer.kernelRows)
        * touched(layer.outputColumns, layer.inputColumns, layer.kernelColumns)
        * layer.channels * test.batch
      let outputs = layer.outputPixels * layer.kernels * test.batch
      #expect(
        cost.traffic(.dram, .input).read >= Bytes(holding: Bits(inputs * bits.input)),
        "\(test.label)")
      #expect(
        cost.traffic(.dram, .weight).read >= test.weightBytes - test.residency, "\(test.label)")
      #expect(
        cost.traffic(.dram, .output).write >= Bytes(holding: Bits(outputs * bits.output)),
        "\(test.label)")
    }
  }

  @Test func residentLayerReadsNoWeights() throws {
    try check { test, _ in
      let outcome = LayerCostModel(test.design).cost(
        of: test.layer, placement: OperationPlacement(weights: test.weightBytes), batch: test.batch)
      let cost = try #require(outcome.cost)
      #expect(cost.traffic(.dram, .weight).read == .zero, "\(test.label)")
    }
  }

  @Test func moreResidencyIsNeverSlower() throws {
    try check { test, _ in
      let model = LayerCostModel(test.design)
      var last: Cycles?
      for eighth in 0...8 {
        let residency = Bytes(test.weightBytes.count * eighth / 8)
        let cost = try #require(
          model.cost(
            of: test.layer, placement: OperationPlacement(weights: residency), batch: test.batch
          ).cost)
        if let last {
          #expect(cost.total <= last, "\(eighth)/8: \(cost.total) after \(last), \(test.label)")
        }
        last = cost.total
      }
    }
  }

  @Test func moreBandwidthIsNeverSlower() throws {
    try check { test, cost in
      for operand in Operand.allCases {
        var text = test.text
        switch operand {
        case .input: text.rates.input = text.rates.input.map { $0 * 2 }
        case .weight: text.rates.weight = text.rates.weight.map { $0 * 2 }
        case .output: text.rates.output = text.rates.output.map { $0 * 2 }
        }
        let faster = try #require(
          LayerCostModel(design(text.text)).cost(
            of: test.layer, placement: OperationPlacement(weights: test.residency),
            batch: test.batch
          ).cost)
        #expect(
          faster.total <= cost.total,
          "\(operand): \(faster.total) after \(cost.total), \(test.label)")
      }
    }
  }

  @Test func imagesTogetherNeverCostMoreThanApart() throws {
    try check { test, cost in
      let one = try #require(
        LayerCostModel(test.design).cost(
          of: test.layer, placement: OperationPlacement(weights: test.residency)
        ).cost,
        "\(test.label)")
      #expect(cost.total.count <= test.batch * one.total.count, "\(test.label)")
      if cost.total.count == test.batch * one.total.count {
        let moved = (cost.dramRead + cost.dramWrite).count
        #expect(moved <= test.batch * (one.dramRead + one.dramWrite).count, "\(test.label)")
      }
    }
  }

  @Test func energySharesSum() throws {
    try check { test, cost in
      #expect(cost.energy.allSatisfy { $0.amount.value >= 0 }, "\(test.label)")
      let sum = cost.energy.reduce(0) { $0 + $1.amount.value }
      #expect(abs(sum - cost.totalEnergy.value) <= 1e-9 * sum, "\(test.label)")
      #expect(sum > 0, "\(test.label)")
      #expect(Set(cost.energy.map(\.name)).count == cost.energy.count, "\(test.label)")
    }
  }
}

extension ArchitectureText {
  /// All weights of `layer`.
  func weightBits(_ layer: Layer) -> Bits { Bits(layer.weights * bits.weight) }
}
