internal import Architectures
internal import Networks
public import Units

extension NetworkCost {
  /// What one kind of cores does of a network.
  public struct CoreShare: Hashable, Sendable {
    /// The kind.
    public let kind: String
    /// Layers that it runs.
    public let layers: Int
    /// Cycles in which it runs them; in the others it is idle.
    public let cycles: Cycles
    /// Multiply-accumulates of them.
    public let macs: Int
  }

  /// What each kind of cores does; empty where all cores are alike.
  public var coreShares: [CoreShare] {
    design.kinds.map { kind in
      let own = entries.filter { $0.cost.cores?.kind == kind.name }
      return CoreShare(
        kind: kind.name, layers: own.count, cycles: own.reduce(.zero) { $0 + $1.cost.total },
        macs: own.reduce(0) { $0 + $1.cost.macs })
    }
  }

  /// What a reader should know of cores of several kinds.
  var coreWarnings: [String] {
    design.kinds.dropFirst().flatMap { kind in
      kind.design.energy.caveats.map { "cores \(kind.name): \($0)" }
    } + unusedPlaces
  }

  /// Entries of `cores.place` that place no layer of the network.
  private var unusedPlaces: [String] {
    guard let cores = design.architecture.spec.cores, let places = cores.place else { return [] }
    let used = Set(entries.compactMap { $0.layer.flatMap { cores.placed($0.name)?.entry } })
    return places.indices.filter { !used.contains($0) }.map {
      "cores.place[\($0)] has no layer of \(network.name), or an entry before it has them"
    }
  }
}
