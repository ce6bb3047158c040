public import Architectures
public import Units

/// Silicon area of a design: one multiplier, one adder and the registers of each lane, and buffers, of
/// every core.
///
/// Control, interconnect and pads are not counted.
public struct AreaModel: Sendable {
  private let table: AreaTable

  /// Uses `table`.
  public init(_ table: AreaTable) { self.table = table }

  /// Area by component.
  ///
  /// Assumption: a lane has registers for one input, one weight and one partial sum.
  public func area(of design: Design) -> [Share<SquareMillimetres>] {
    guard let first = design.kinds.first else { return ownArea(of: design) }
    var shares = ownArea(of: first.design)
    for kind in design.kinds.dropFirst() {
      for share in ownArea(of: kind.design) {
        let name = kind.prefixed(share.component, share.name)
        if let place = shares.firstIndex(where: { $0.name == name }) {
          shares[place] = shares[place].with(shares[place].amount + share.amount)
        } else {
          shares.append(Share(share.component, name, share.amount))
        }
      }
    }
    return shares
  }

  /// Area of cores that are alike, and of what is there once.
  private func ownArea(of design: Design) -> [Share<SquareMillimetres>] {
    let spec = design.architecture.spec
    let precision = spec.precision
    let operandBits = max(precision.input.count, precision.weight.count)
    let lanes = Double(design.lanes)
    let cores = Double(spec.coreCount)
    let registers = precision.input + precision.weight + precision.accumulator
    var shares = [
      Share(.multiply, "multipliers", table.multiplier(bits: operandBits) * lanes),
      Share(.add, "adders", table.adder(bits: precision.accumulator.count) * lanes),
      Share(.register, "registers", table.register(bits: registers.count) * lanes),
    ]
    shares += spec.memory.buffers.map {
      Share($0.component, $0.name, table.buffer(size: $0.size) * cores)
    }
    shares += spec.memory.levels.enumerated().map {
      Share(.level($0), $1.name, table.buffer(size: $1.size))
    }
    if let local = design.datapath.localBuffer {
      shares.append(Share(.localBuffer, local.name, table.buffer(size: local.size) * cores))
    }
    if let persistent = spec.memory.persistentBuffer, persistent.size > .zero {
      shares.append(Share(.persistentBuffer, table.buffer(size: persistent.size)))
    }
    if spec.mapBuffer > .zero {
      shares.append(
        Share(.mapBuffer, table.buffer(size: spec.mapBuffer) * Double(spec.mapBuffers)))
    }
    if let unit = spec.vectorUnit {
      // Assumed: a lane operation takes one multiplier and one adder of accumulator width.
      let lane =
        table.multiplier(bits: operandBits) + table.adder(bits: precision.accumulator.count)
      shares.append(Share(.vector, lane * Double(unit.operations)))
      shares.append(Share(.vectorBuffer, table.buffer(size: unit.buffer.size)))
    }
    return shares
  }

  /// The sum over all components.
  public func total(of design: Design) -> SquareMillimetres {
    area(of: design).reduce(.zero) { $0 + $1.amount }
  }
}
