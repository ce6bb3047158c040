import Components
import Foundation
import Networks
import Studies
import TestSupport
import Testing
import Units

// Do the committed tables say what the pages say of them?
@Suite struct StoredTablesTests {
  private func rows(_ path: String) throws -> [[String: String]] {
    try referenceRows(URL(fileURLWithPath: Repository.root.path + "/results/" + path))
  }

  /// Shares of the whole space's hypervolume in a table of two fronts.
  private func share(_ axis: String) throws -> Double {
    let path = Repository.root.path + "/results/compofa-energy/fronts-\(axis).md"
    let line = try #require(
      String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").first {
        $0.hasPrefix("| hypervolume ")
      })
    let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    return try #require(cells.last.flatMap { Double($0) })
  }

  /// The page Supernets: 94.6 and 90.1 % of the hypervolume; 1 to 5 % more energy, 7 to 12 % more latency.
  @Test func compoundSpacesByEnergyAndLatency() throws {
    #expect(try (0.9455..<0.9465).contains(share("energy")))
    #expect(try (0.9005..<0.9015).contains(share("latency")))
    let premiums = try rows("compofa-energy/premium.csv")
    #expect(premiums.count == 11)
    for row in premiums {
      let (energy, latency) = (try row.real("energy_ratio"), try row.real("latency_ratio"))
      #expect((1.005..<1.055).contains(energy), "\(row)")
      #expect((1.065..<1.125).contains(latency), "\(row)")
      #expect(energy < latency)
      #expect(
        abs(energy - (try row.real("compofa_energy_j") / row.real("ofa_energy_j"))) < 1e-3)
    }
  }

  /// The page Supernets: over what was searched of the whole space, latency per multiply-accumulate varies
  /// by 15 %, energy by 11 %.
  @Test func latencyVariesMoreThanEnergy() throws {
    let spreads = try rows("compofa-energy/spread.csv")
    func spread(_ space: String, _ figure: String) throws -> Double {
      try #require(spreads.first { $0["space"] == space && $0["figure"] == figure })
        .real("deviation_over_mean")
    }
    #expect(try (0.15..<0.16).contains(spread("ofa", "latency_s")))
    #expect(try (0.105..<0.115).contains(spread("ofa", "energy_j")))
    #expect(try spread("compofa", "latency_s") < 0.105)
  }

  /// The page VirtualDevices: what a server loses, and what the job beside it gains.
  @Test func neighboursOnADevice() throws {
    let table = try rows("virtual-device/programs.csv")
    func row(_ batch: String, _ depth: String) throws -> [String: String] {
      try #require(table.first { $0["neighbour_batch"] == batch && $0["neighbour_depth"] == depth })
    }
    let (alone, polite) = (try row("0", "0"), try row("1", "1"))
    let (large, greedy) = (try row("8", "1"), try row("8", "4"))
    let means = try [alone, polite, large, greedy].map { try $0.real("server_mean_s") }
    #expect(zip(means, [1.41e-3, 7.9e-3, 56e-3, 207e-3]).allSatisfy { abs($0 / $1 - 1) < 0.01 })
    func ratio(_ key: String, _ row: [String: String], _ other: [String: String]) throws -> Double {
      try row.real(key) / other.real(key)
    }
    #expect(try abs(ratio("neighbour_energy_j_per_image", large, polite) - 0.75) < 0.005)
    #expect(try abs(ratio("neighbour_end_s", large, polite) - 0.93) < 0.005)
    #expect(try abs(ratio("neighbour_end_s", greedy, large) - 0.85) < 0.005)
    // Launching ahead moves work, it saves none.
    for batch in ["1", "2", "4", "8"] {
      let shares = try ["1", "2", "4"].map { try row(batch, $0).text("array_share") }
      #expect(Set(shares).count == 1)
    }
  }

  /// The page Supernets: federated training gives up 4.0 points of the smallest network, 2.1 of the largest.
  @Test func federatedTrainingGivesUpLessOfLargeNetworks() throws {
    func accuracies(_ name: String) throws -> [String: Double] {
      let path = try Repository.folders.path(of: name, in: "workloads")
      guard case .supernet(_, let subnets) = try Workload(SpecFile(path: path)).content else {
        return [:]
      }
      return Dictionary(
        uniqueKeysWithValues: subnets.compactMap { subnet in
          subnet.name.flatMap { name in subnet.top1.map { (name, $0.value) } }
        })
    }
    let (central, federated) = (
      try accuracies("superfednas-cifar"), try accuracies("superfednas-cifar-fedavg")
    )
    #expect(federated.count == 4)
    let given = try ["anchor-1", "anchor-2", "anchor-3", "anchor-5"].map {
      try #require(central[$0]) - #require(federated[$0])
    }
    #expect(given.map { ($0 * 1e4).rounded() / 100 } == [4.02, 3.87, 3.33, 2.12])
  }
}
