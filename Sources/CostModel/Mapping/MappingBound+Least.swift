internal import Architectures
internal import Networks
internal import Units

extension MappingBound {
  /// Cycles that every part of the machine is busy at least, and bits that pass the links, where every
  /// operand is moved once; `array` are those of the lanes.
  func least(
    array: Int
  ) -> (cycles: [(limit: LayerDistance.Limit, cycles: Int)], bits: OperandBits) {
    let whole = nest.whole
    let input = inputLoads(whole, strips(of: nest.pixels))
    let weights = weightLoads(whole, sweeps: 1)
    let stores = stores(whole)
    let reads = input.cycles + weights.cycles
    let links = [
      (LayerDistance.Limit.input, input.cycles), (.weights, weights.cycles), (.read, reads),
      (.output, stores.cycles),
    ]
    let port = reads + stores.cycles
    let bits = OperandBits(input: input.bits, weight: weights.bits, output: stores.bits)
    guard self.links.levels.isEmpty else {
      let moved = (input: input.bits, weight: weights.bits, output: stores.bits)
      return (
        [(.array, array)] + levelLimits(moved, (input.cycles, weights.cycles, stores.cycles)), bits
      )
    }
    return ([(.array, array)] + (self.links.sharedPort ? [(.port, port)] : links), bits)
  }

  /// The same of all links where there are levels: each limit is that of the slowest memory.
  private func levelLimits(
    _ moved: (input: Bits, weight: Bits, output: Bits),
    _ own: (input: Int, weight: Int, output: Int)
  ) -> [(limit: LayerDistance.Limit, cycles: Int)] {
    var limits: [(limit: LayerDistance.Limit, cycles: Int)] = [
      (.input, 0), (.weights, 0), (.read, 0), (.output, 0), (.port, 0),
    ]
    func offer(_ input: Int, _ weight: Int, _ output: Int, isShared: Bool) {
      let cycles = [
        input, weight, input + weight, output, isShared ? input + weight + output : 0,
      ]
      for place in limits.indices {
        limits[place].cycles = max(limits[place].cycles, cycles[place])
      }
    }
    offer(own.input, own.weight, own.output, isShared: links.sharedPort)
    for level in links.levels {
      func cycles(_ operand: Operand, _ bits: Bits) -> Int {
        level.holds(operand) ? level.rate.cycles(for: bits).count : 0
      }
      offer(
        cycles(.input, moved.input), cycles(.weight, moved.weight),
        cycles(.output, moved.output), isShared: level.pipeline.sharedPort)
    }
    return limits.filter { $0.limit != .port || $0.cycles > 0 }
  }
}

/// Bits of each operand.
struct OperandBits {
  let input: Bits
  let weight: Bits
  let output: Bits

  /// Of all of them.
  var sum: Bits { input + weight + output }

  subscript(operand: Operand) -> Bits {
    switch operand {
    case .input: input
    case .weight: weight
    case .output: output
    }
  }
}

extension OperandBits {
  /// What passed the link to DRAM.
  init(_ traffic: DRAMTraffic) {
    self.init(
      input: traffic[.inputRead], weight: traffic[.weightRead], output: traffic[.outputWrite])
  }
}
