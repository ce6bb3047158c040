public import Units

/// A layer that a design cannot execute, and what would let it.
public struct Infeasibility: Hashable, Sendable, CustomStringConvertible {
  /// Why a layer cannot be executed.
  public enum Cause: Hashable, Sendable {
    /// The smallest tile needs `demand` of a resource that has `bound`; `levers` is what could be
    /// changed.
    case room(resource: String, demand: Bytes, bound: Bytes, levers: [String])
    /// A count of the layer, or of the network up to it, may be as large as this.
    case counts(Double)
    /// The buffers cut the layer into so many tiles.
    case tiles(Double)
    /// The mapping that was asked for is none for the layer and the design, and why.
    case mapping(String)
    /// No kind of cores can run the layer, and why each of them cannot.
    case cores([String])
  }

  /// The layer.
  public let layer: String
  /// Why.
  public let cause: Cause

  /// One sentence, with what could be changed.
  public var description: String { "layer \(layer): \(reason)" }

  /// The same without the layer.
  var reason: String {
    switch cause {
    case .room(let resource, let demand, let bound, let levers):
      "the smallest tile needs \(demand) in \(resource), which has \(bound); "
        + levers.joined(separator: ", or ")
    case .counts(let count):
      "a count may reach \(Self.text(count)), more than the 2^62 that the model counts to; use a "
        + "smaller layer, batch or overhead, or a larger array or link"
    case .tiles(let count):
      "the buffers cut it into \(Self.text(count)) tiles, more than \(CostBound.tiles); use larger "
        + "buffers"
    case .mapping(let reason): reason
    case .cores(let reasons): "no cores can run it: " + reasons.joined(separator: "; ")
    }
  }

  /// Two digits and a power of ten.
  private static func text(_ value: Double) -> String {
    guard value.isFinite, value >= 1 else { return "infinity" }
    var (digits, power) = (value, 0)
    while digits >= 10 { (digits, power) = (digits / 10, power + 1) }
    return "\((digits * 10).rounded() / 10)e\(power)"
  }
}
