import Architectures
import CostModel
import Studies
import TestSupport
import Testing
import Units

// Counts times prices are the energies that are reported, and every price says where it comes from.
@Suite struct EnergyBillTests {
  private func run(_ architecture: String, _ workload: String) throws -> NetworkCost {
    try Inference(architecture: architecture, workload: workload)
      .run(folders: Repository.folders).run
  }

  @Test(arguments: [
    "tpu-like", "sushi-zcu104", "eyeriss-v1", "plum-dense", "nvdla-large",
    "edge-sram",
  ])
  func theLinesAddUpToTheEnergy(architecture: String) throws {
    let run = try run(architecture, "resnet18")
    for entry in run.entries {
      let bill = run.design.energy.bill(of: entry.cost)
      for share in entry.cost.energy {
        let lines = bill.filter { $0.component == share.component }
        let sum = lines.reduce(0) { $0 + $1.energy.value }
        #expect(
          abs(sum - share.amount.value) <= 1e-9 * share.amount.value,
          "\(architecture) \(entry.name) \(share.name): \(sum), \(share.amount.value)")
      }
      for line in bill {
        #expect(!line.origins.isEmpty && line.origins.allSatisfy { !$0.paths.isEmpty })
      }
    }
  }

  @Test func aPriceNamesTheValuesThatItIsMadeOf() throws {
    let run = try run("tpu-like", "resnet18")
    let bill = run.design.energy.bill(of: run.entries[0].cost)
    let multiplications = try #require(bill.first { $0.paid == .action(.multiplications) })
    // Horowitz, ISSCC 2014: 0.2 pJ for a multiplication of 8 bit.
    #expect(multiplications.price.value == 0.2)
    #expect(multiplications.count == 118_013_952)
    #expect(multiplications.origins.map(\.rule) == ["8 bit"])
    #expect(multiplications.origins[0].paths == ["multiply[1].energy"])
    let dram = try #require(bill.first { $0.component == .dramRead })
    #expect(dram.origins.map(\.file) == [.preset] && dram.origins[0].paths == ["read"])
  }

  @Test func moreRoomThanEnoughSavesNoByte() throws {
    let run = try run("nvdla-large", "resnet18")
    let place = try #require(run.entries.firstIndex { $0.layer != nil })
    let room = try #require(Evaluator(run.design).room(of: run, layer: place))
    #expect(room.endless <= room.best)
    for growth in room.growths {
      #expect(growth.enough >= growth.size && growth.bytes <= room.best)
      #expect((growth.enough == growth.size) == (growth.bytes == room.best))
    }
  }

  @Test func theLeastBytesOfOperandsAddUp() throws {
    let run = try run("tpu-like", "resnet18")
    for (entry, bound) in zip(run.entries, Evaluator(run.design).bounds(of: run)) {
      guard let bound, entry.layer != nil else { continue }
      let sum = [Operand.input, .weight, .output].reduce(0) { $0 + bound.leastBytes(of: $1).count }
      #expect(sum >= bound.leastBytes.count && sum <= bound.leastBytes.count + 3)
    }
  }
}
