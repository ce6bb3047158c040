import Components
import CostModel
import Networks
import TestSupport
import Testing
import Units

@testable import Validation

// Does the model save what was worked out for it by hand, under every reading of SUSHI's figures?
@Suite struct SushiTests {
  private static let files = ReferenceFiles(folders: Repository.folders)

  /// A design's buffer, and room for whole maps, nil where they cross the pins.
  struct Setting: Sendable, CustomTestStringConvertible {
    let design: String
    let maps: String?
    /// Bytes saved, least and most of all sub-networks, in per cent.
    let residual: (Double, Double)
    let seven: (Double, Double)
    let released: (Double, Double)?

    var testDescription: String { "\(design), \(maps ?? "no") room for maps" }
  }

  /// Worked out beside the model, as the buffer over weights and maps; digits as given there.
  static let settings = [
    Setting(
      design: "sushi-analytic", maps: nil, residual: (3.2, 12.3), seven: (7.5, 23.3),
      released: (12.8, 31.5)),
    Setting(
      design: "sushi-analytic-4mib", maps: nil, residual: (7.6, 29.2), seven: (17.7, 41.1),
      released: (30.2, 50.7)),
    Setting(
      design: "sushi-analytic-4mib", maps: "384 KiB", residual: (9.3, 43.9), seven: (27.2, 77.6),
      released: (58.6, 98.0)),
    Setting(
      design: "sushi-analytic", maps: "576 KiB", residual: (4.3, 20.0), seven: (16.6, 55.4),
      released: (28.1, 69.6)),
    Setting(
      design: "sushi-analytic-4mib", maps: "576 KiB", residual: (10.3, 47.5), seven: (39.4, 97.6),
      released: (66.5, 98.0)),
    Setting(
      design: "sushi-analytic-4mib", maps: "640 KiB", residual: (11.0, 52.2), seven: (41.0, 97.6),
      released: nil),
    Setting(
      design: "sushi-analytic-4mib", maps: "64 MiB", residual: (14.5, 52.2), seven: (82.1, 97.8),
      released: (80.4, 98.0)),
  ]

  @Test(arguments: settings) func bytesAreThoseByHand(_ setting: Setting) throws {
    let design = try Self.files.design(
      setting.design,
      with: setting.maps.map { [("activations", "{policy: resident, capacity: \($0)}")] } ?? [])
    let savings = SushiSavings(design, fill: .bytes)
    func check(_ networks: [Network], _ expected: (Double, Double), _ name: String) throws {
      let own = networks.map { $0.onHost(SushiNetworks.classifiers) }
      let found = try savings.shares(of: own) { Double($0.totals.dramBytes.count) }
      let (low, high) = (100 * (found.min() ?? 0), 100 * (found.max() ?? 0))
      // The printed digit; a buffer is filled to less than a kernel, up to 8 KiB of 1728.
      #expect(abs(low - expected.0) < 0.1, "\(name): \(low), expected \(expected.0)")
      #expect(abs(high - expected.1) < 0.1, "\(name): \(high), expected \(expected.1)")
    }
    try check(SushiNetworks.released("ofa-resnet50", Self.files), setting.residual, "ResNet50")
    try check(SushiNetworks.synthetic(Self.files), setting.seven, "synthetic")
    if let released = setting.released {
      try check(SushiNetworks.released("ofa-mobilenetv3", Self.files), released, "released")
    }
  }

  @Test func syntheticNetworksHaveTheirSizes() throws {
    let rows = try Self.files.rows("ValidationTests/References/sushi-headline/synthetic.csv")
    let networks = try SushiNetworks.synthetic(Self.files)
    #expect(rows.count == 7 && networks.count == 7)
    for (row, network) in zip(rows, networks) {
      let weights = network.onHost(SushiNetworks.classifiers).ownLayers.reduce(0) {
        $0 + $1.weights
      }
      let size = (Double(weights) / 1_048_576 * 1000).rounded() / 1000
      let (name, expected) = (try row.text("name"), try row.real("mib"))
      #expect(size == expected, "\(name)")
    }
  }

  /// Latency saved by each sub-network's own sub-graph, in per cent.
  @Test(arguments: [
    ("sushi-analytic", "ofa-resnet50", true, 2.3),
    ("sushi-analytic-4mib", "ofa-resnet50", true, 4.9),
    ("sushi-analytic", "ofa-resnet50", false, 6.4),
    ("sushi-analytic-4mib", "ofa-resnet50", false, 9.1),
    ("sushi-analytic", "ofa-mobilenetv3", true, 20.5),
    ("sushi-analytic-4mib", "ofa-mobilenetv3", true, 25.4),
    ("sushi-analytic", "ofa-mobilenetv3", false, 17.9),
    ("sushi-analytic-4mib", "ofa-mobilenetv3", false, 34.2),
  ])
  func latencyIsThatByHand(_ design: String, _ workload: String, isPart: Bool, expected: Double)
    throws
  {
    let networks = try SushiNetworks.released(workload, Self.files).map {
      isPart ? $0.onHost(SushiNetworks.classifiers) : $0
    }
    let found = try SushiSavings(Self.files.design(design), fill: .cycles).shares(of: networks) {
      Double($0.cycles.count)
    }
    // Worked out without the reads of sums' operands, which move these by at most 0.7 points.
    #expect(abs(100 * (found.max() ?? 0) - expected) < 0.7, "\(found.max() ?? 0)")
  }

  @Test(arguments: [
    ("sushi-mobilenetv3-analytic-4mib-latency", "sushi-analytic", 0.51),
    ("sushi-mobilenetv3-analytic-4mib-latency", "sushi-analytic-4mib", 1.02),
  ])
  func accuracyIsThatByHand(_ scenario: String, _ design: String, expected: Double) throws {
    let gained = try 100 * SushiStream(scenario, on: design, Self.files.folders).accuracyGained()
    // As above; the seeds differ by 0.02 points.
    #expect(abs(gained - expected) < 0.03, "\(gained)")
  }
}
