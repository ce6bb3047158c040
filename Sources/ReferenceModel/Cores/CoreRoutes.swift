public import Architectures

/// The links that data crosses between the memory and each core, walked step by step.
public struct CoreRoutes: Sendable {
  /// A link from one place to the next, in one direction; a bus is one link for all.
  public struct Link: Hashable, Sendable {
    let from: Int
    let to: Int
  }

  private let kind: NetworkOnChipSpec.Kind
  private let columns: Int

  /// Whether everything takes one link.
  var isBus: Bool { kind == .bus }

  /// The routes of a network.
  public init(_ network: NetworkOnChipSpec) {
    kind = network.kind
    columns = network.columns ?? 1
  }

  /// The cores that data for `core` passes, from the first one beside the memory on, itself included.
  public func path(to core: Int) -> [Int] {
    switch kind {
    case .bus: return core == 0 ? [0] : [0, core]
    case .ring:
      // Odd cores go out on one side of the first one, even ones on the other.
      return [0] + stride(from: core.isMultiple(of: 2) ? 2 : 1, through: core, by: 2)
    case .mesh:
      let (row, column) = core.quotientAndRemainder(dividingBy: columns)
      return (0...column).map { $0 } + (0..<row).map { ($0 + 1) * columns + column }
    }
  }

  /// The links on the way to `core`.
  public func links(to core: Int) -> [Link] {
    if kind == .bus { return core == 0 ? [] : [Link(from: 0, to: 0)] }
    let path = path(to: core)
    return zip(path, path.dropFirst()).map { Link(from: $0, to: $1) }
  }

  /// The links on the way back.
  public func links(from core: Int) -> [Link] {
    links(to: core).reversed().map { Link(from: $0.to, to: $0.from) }
  }

  /// The core that `core` passes its sums to.
  public func next(from core: Int) -> Int { path(to: core).dropLast().last ?? 0 }
}
