// Run from the repository's root:
//   swift run -c release --package-path Tests/Benchmarks ProfileBenchmarks
import Architectures
import Components
import CostModel
import Foundation
import Networks
import Studies

// Prints how fast a profile table of 500 sub-networks and 500 sub-graphs is made, and how many of its
// cells take as long as one network that is costed by itself.

/// Numbers from a fixed seed.
struct Picks {
  private var state: UInt64 = 17

  /// One of `values`.
  mutating func pick<Value>(_ values: [Value]) -> Value {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return values[Int(state >> 33) % values.count]
  }
}

/// A workload of `count` sub-networks of OFA-ResNet50.
func workload(_ count: Int) -> String {
  var picks = Picks()
  func list<Value>(_ count: Int, of values: [Value]) -> [Value] {
    (0..<count).map { _ in picks.pick(values) }
  }
  let subnets = (0..<count).map { index in
    let depths = [picks.pick([0, 2])] + list(4, of: [0, 1, 2])
    let expands = zip([2, 2, 4, 2], depths.dropFirst()).map {
      list($0 + $1, of: [0.2, 0.25, 0.35])
    }
    return "  - {name: s\(index), resolution: 224, depths: \(depths), expands: \(expands), "
      + "widths: \(list(6, of: [0.65, 0.8, 1.0])), top1: \(70 + Double(index) / 100) %}"
  }
  return "name: many\nsummary: many sub-networks\nsource: drawn\n"
    + "supernet: {kind: ofa-resnet50}\nsubnets:\n" + subnets.joined(separator: "\n") + "\n"
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let time = try ContinuousClock().measure(body).components
  return Double(time.seconds) + Double(time.attoseconds) * 1e-18
}

let path = FileManager.default.temporaryDirectory.appendingPathComponent("many.yaml").path
try Data(workload(500).utf8).write(to: URL(fileURLWithPath: path))
let spec = ProfileBuilder.Spec(
  architecture: "sushi-zcu104", workload: path, subnets: nil, batches: nil, subgraphs: 500)
// Each with an empty buffer, too.
let cells = 500 * 501
let whole = try seconds { _ = try ProfileBuilder(spec, folders: SpecFolders()).table() }
print(
  "\(cells) cells: \(String(format: "%.2f", whole)) s, \(Int(Double(cells) / whole)) cells/s")

let architecture = try Architecture(SpecFile(path: "arch/sushi-zcu104.yaml"))
let energy = architecture.spec.energy
let evaluator = Evaluator(
  try Design(
    architecture,
    energy: EnergyTable(
      table: SpecFile(path: "arch/energy/\(energy.table).yaml"),
      dram: SpecFile(path: "arch/energy/dram/\(energy.dram).yaml"))))
let file = try Workload(SpecFile(path: path))
let networks = try (0..<500).map { try file.network(subnet: "s\($0)") }
let alone = try seconds { for network in networks { _ = try evaluator.evaluate(network) } }
print(
  "a network by itself over a cell: "
    + String(format: "%.0f", alone / Double(networks.count) / (whole / Double(cells))))
