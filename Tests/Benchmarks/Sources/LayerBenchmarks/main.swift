// Run from the repository's root:
//   swift run -c release --package-path Tests/Benchmarks LayerBenchmarks
import Architectures
import Benchmark
import Components
import CostModel
import Networks

func design(_ name: String) throws -> Design {
  let architecture = try Architecture(SpecFile(path: "arch/\(name).yaml"))
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
