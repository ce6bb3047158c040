internal import Architectures
internal import Units

extension CoreNetwork {
  /// A link in one direction; a bus is one link for everything.
  struct Link: Hashable {
    let from: Int
    let to: Int
  }

  /// The links from one core to another: towards the memory until both ways meet, then away from it.
  func route(from: Int, to: Int) -> [Link] {
    guard from != to else { return [] }
    if kind == .bus { return [Link(from: 0, to: 0)] }
    let (up, down) = (way(from), way(to))
    var common = 0
    while common < min(up.count, down.count),
      up[up.count - 1 - common] == down[down.count - 1 - common]
    {
      common += 1
    }
    let ascent = up.prefix(up.count - common + 1)
    let descent = down.prefix(down.count - common + 1).reversed()
    let path = Array(ascent) + descent.dropFirst()
    return zip(path, path.dropFirst()).map { Link(from: $0, to: $1) }
  }

  /// The cores from one of them to the memory, both included.
  private func way(_ core: Int) -> [Int] {
    var way = [core]
    while let last = way.last, last > 0 { way.append(parent(of: last)) }
    return way
  }
}

/// Bits over each link of a network.
struct LinkLoads {
  private(set) var bits: [CoreNetwork.Link: Int] = [:]

  /// Adds a transfer and gives the bytes that it moves, counted on each link.
  mutating func add(_ amount: Bits, over route: [CoreNetwork.Link]) -> Int {
    for link in route { bits[link, default: 0] += amount.count }
    return Bytes(holding: amount).count * route.count
  }

  /// Bits over the link that carries most.
  var busiest: Bits { Bits(bits.values.max() ?? 0) }
}
