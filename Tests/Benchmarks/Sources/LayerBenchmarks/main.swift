// Run from the repository's root:
//   swift run -c release --package-path Tests/Benchmarks LayerBenchmarks
import Architectures
import Benchmark
import Components
import CostModel
import Foundation
import Inputs
import Networks

func design(_ name: String, adding lines: String = "") throws -> Design {
  let path = "arch/\(name).yaml"
  let text = try String(contentsOfFile: path, encoding: .utf8) + lines
  let architecture = try Architecture(
    SpecFile(path: path, node: YAMLParser.parse(text, file: path)))
  let energy = architecture.spec.energy
  let table = try EnergyTable(
    table: SpecFile(path: "arch/energy/\(energy.table).yaml"),
    dram: SpecFile(path: "arch/energy/dram/\(energy.dram).yaml"))
  return try Design(architecture, energy: table)
}

let workload = try Workload(SpecFile(path: "workloads/ofa-resnet50.yaml"))
let network = try workload.network(subnet: "4.1B")

for name in ["sushi-zcu104", "sushi-analytic", "systolic-32-ws"] {
  let model = LayerCostModel(try design(name))
  var next = 0
  benchmark("one layer, \(name)") {
    next = (next + 1) % network.layers.count
    if case .infeasible = model.cost(of: network.layers[next]) {
      preconditionFailure("the benchmark's layers fit")
    }
  }
  let evaluator = Evaluator(try design(name))
  benchmark("62-layer network, \(name)") {
    _ = try? evaluator.evaluate(network)
  }
}

for policy in ["none", "resident", "fused", "both"] {
  let keys = policy == "none" ? "" : ", capacity: 1152 KiB"
  let evaluator = Evaluator(
    try design("sushi-analytic", adding: "activations: {policy: \(policy)\(keys)}\n"))
  benchmark("where maps lie, \(policy)") { _ = evaluator.plan(of: network) }
  benchmark("62-layer network, maps \(policy)") { _ = try? evaluator.evaluate(network) }
}

// The shipped networks that are costliest to place.
for (name, subnet) in [
  ("resnet152-slim", nil), ("compofa-elastic", "largest"), ("resnet56-cifar", nil),
  ("ofa-mobilenetv3-w1.2", "ofa-note10-64"), ("ofa-proxyless", "ofa-1080ti-27"),
] as [(String, String?)] {
  let network = try Workload(SpecFile(path: "workloads/\(name).yaml")).network(subnet: subnet)
  for policy in ["none", "resident", "fused", "both"] {
    let keys = policy == "none" ? "" : ", capacity: 1152 KiB"
    let evaluator = Evaluator(
      try design("sushi-analytic", adding: "activations: {policy: \(policy)\(keys)}\n"))
    benchmark("where maps lie, \(policy), \(name)") { _ = evaluator.plan(of: network) }
    benchmark("\(name), maps \(policy)") { _ = try? evaluator.evaluate(network) }
  }
}

let tree = try SpecFile(path: "arch/sushi-zcu104.yaml")
benchmark("an architecture from its parsed file") {
  _ = try? Architecture(tree)
}
let prices = try EnergyTable(
  table: SpecFile(path: "arch/energy/horowitz-45nm.yaml"),
  dram: SpecFile(path: "arch/energy/dram/ddr4-18.yaml"))
let architecture = try Architecture(tree)
benchmark("a design from its architecture") {
  _ = try? Design(architecture, energy: prices)
}

try addWeightBenchmarks()

Benchmark.main()
