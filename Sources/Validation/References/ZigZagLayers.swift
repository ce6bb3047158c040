internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import Studies
internal import Units

/// Layers of ResNet-50 and VGG-16 on three arrays of dot products, mapping by mapping as ZigZag costs them.
///
/// Both get the same tiles, loop order and division of buffers, and the same prices per bit and
/// multiply-accumulate. Source: Mei et al., "ZigZag", IEEE TC 70(8), 2021; `scripts/compare_zigzag.py` runs it.
enum ZigZagLayers: ValidationReference {
  static let name = "zigzag"
  static let source = "ZigZag 3.9.1, 20 layers x 3 designs, the same mappings"

  /// Picojoules of a multiply-accumulate, and of a bit of a buffer and of DRAM; assumed, equal for both.
  private static let prices = (mac: 0.2, buffer: 0.01, dram: 1.0)
  private static let folder = "Tests/ValidationTests/References/zigzag"

  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let root = files.folders.root == "." ? "" : files.folders.root + "/"
    let path = "\(root)\(folder)/layers.yaml"
    let network = try Workload(files.folders.file(at: path)).network(subnet: nil)
    var (bytes, cycles, energy) = ([Agreement.Pair](), [Agreement.Pair](), [Agreement.Pair]())
    var known: [String: [String: LayerCost]] = [:]
    for row in try files.rows("ValidationTests/References/zigzag/reference.csv") {
      let name = try row.text("design")
      let costs =
        try known[name] ?? costs(of: network, on: files.design("\(root)\(folder)/\(name).yaml"))
      known[name] = costs
      guard let cost = costs[try row.text("layer")] else { continue }
      bytes.append(
        Agreement.Pair(
          try row.real("dram_bytes"), Double((cost.dramRead + cost.dramWrite).count)))
      cycles.append(Agreement.Pair(try row.real("cycles"), Double(cost.total.count)))
      energy.append(Agreement.Pair(try row.real("energy_pj"), picojoules(of: cost)))
    }
    return [
      Agreement("DRAM bytes", .each(0.05), bytes), Agreement("cycles", .each(0.05), cycles),
      Agreement("energy at equal prices", .each(0.05), energy),
    ]
  }

  private static func costs(
    of network: Network, on design: Design
  ) throws -> [String: LayerCost] {
    let cost = try Evaluator(design).evaluate(network)
    return Dictionary(cost.entries.map { ($0.name, $0.cost) }) { first, _ in first }
  }

  private static func picojoules(of cost: LayerCost) -> Double {
    let bits = cost.traffic.reduce(into: (buffer: 0.0, dram: 0.0)) { sum, entry in
      let moved = Double((entry.read + entry.write).bits.count)
      if entry.level == .dram { sum.dram += moved } else { sum.buffer += moved }
    }
    return prices.mac * Double(cost.macs) + prices.buffer * bits.buffer + prices.dram * bits.dram
  }
}
