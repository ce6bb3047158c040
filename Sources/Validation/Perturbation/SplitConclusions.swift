internal import Components
internal import Exploration
internal import Inputs
internal import Studies

/// What `results/sram-split` says of the largest sub-network of each supernet.
struct SRAMSplit: PerturbedExperiment {
  /// The sub-networks, each with its supernet.
  static let networks = [("ofa-resnet50", "4.1B"), ("ofa-mobilenetv3", "ofa-note10-22")]
  private static let path = "results/sram-split/experiment.yaml"
  /// The least and the most of the experiment's budgets that are asked, in its own words.
  private static let budgets = [
    "256 KiB", "384 KiB", "512 KiB", "768 KiB", "1 MiB", "1536 KiB", "2 MiB", "4 MiB",
  ]
  /// The shares of weights: every other one of the experiment's.
  private static let shares = [
    "0", "0.125", "0.25", "0.375", "0.5", "0.625", "0.75", "0.875", "1",
  ]

  /// Files that the times depend on.
  let files: [String]
  /// Files that only the energies depend on.
  let prices: [String]
  /// The signed-binary weights of a supernet.
  let weights: @Sendable (String) -> String

  var conclusions: [Conclusion] {
    Self.networks.map { _, subnet in
      Conclusion(
        name: "sram-split, \(subnet)",
        figure: "energy of the better end over that of the best split, 2 MiB",
        files: files + prices)
    } + [
      Conclusion(
        name: "sram-split, objectives",
        figure: "most latency that the split of least energy costs", files: files + prices)
    ]
  }

  func verdicts(_ folders: SpecFolders, scratch: String) throws -> [Verdict] {
    let result = try SweepResult(of: Self.path, folders: folders, scratch: scratch) { file, _ in
      try reduced(file)
    }
    let axes = ["subnet", "packed", "budget", "share"]
    let designs = try result.designs(axes, figures: ["latency", "energy"]).map {
      Design($0.axes, latency: $0.figures[0], energy: $0.figures[1])
    }
    let networks = Self.networks.map { _, subnet in
      Self.verdict(designs.filter { $0.subnet == subnet })
    }
    return networks + [Self.objectives(designs)]
  }

  /// The experiment with only these sub-networks, budgets and shares, both kinds of policy allowed.
  private func reduced(_ file: SpecFile) throws -> SpecFile {
    func list(_ values: [String]) -> YAMLNode {
      YAMLNode(
        content: .sequence(values.map { YAMLNode(text: $0, at: file.node.location) }),
        location: file.node.location)
    }
    let nets = Self.networks
    return try file.locating { () throws(SpecError) in
      var file = file
      for (place, values) in [
        ("[0].zip[network]", nets.map { $0.0 }), ("[0].zip[subnet]", nets.map { $0.1 }),
        ("[0].zip[weights]", nets.map { weights($0.0) }), ("[policy]", ["both"]),
        ("[budget]", Self.budgets), ("[share]", Self.shares), ("[dram]", ["ddr4-18"]),
      ] {
        file = try file.replacing("axes\(place).values", with: list(values))
      }
      for end in ["from", "to"] {
        file = try file.replacing(
          "axes[bandwidth].range.\(end)",
          with: YAMLNode(text: "19.2 GB/s", at: file.node.location))
      }
      return file
    }
  }

  /// One design of the experiment.
  private struct Design {
    let subnet: String
    let isPacked: Bool
    let budget: String
    let share: Double
    let latency: Double
    let energy: Double

    init(_ axes: [String], latency: Double, energy: Double) {
      subnet = axes[0]
      isPacked = axes[1] == "true"
      budget = axes[2]
      share = Double(axes[3]) ?? .nan
      self.latency = latency
      self.energy = energy
    }
  }

  /// The design of least energy for `budget`, the one with less room for weights among equals.
  private static func best(_ designs: [Design], _ budget: String) -> Design? {
    designs.filter { $0.budget == budget }.min { $0.energy < $1.energy }
  }

  /// From which budget on weights get half, of 8-bit and of packed weights, and which of the two ends
  /// is better.
  private static func verdict(_ designs: [Design]) -> Verdict {
    let halves = [false, true].map { isPacked in
      let own = designs.filter { $0.isPacked == isPacked }
      let first = budgets.first { (best(own, $0)?.share ?? 0) >= 0.5 } ?? "nowhere"
      return "\(isPacked ? "packed" : "8 bit"): \(first)"
    }
    let maps = designs.filter { $0.share == 0 }
    let losing = maps.filter { map in
      designs.contains {
        $0.share == 1 && $0.isPacked == map.isPacked && $0.budget == map.budget
          && $0.energy < map.energy
      }
    }
    let eight = designs.filter { !$0.isPacked && $0.budget == "2 MiB" }
    let ends = eight.filter { $0.share == 0 || $0.share == 1 }.map(\.energy).min() ?? .nan
    return Verdict(
      words: "weights get half from \(halves.joined(separator: ", ")); maps alone "
        + (losing.isEmpty ? "beat weights alone up to 4 MiB" : "lose to weights alone"),
      figure: ends / (eight.map(\.energy).min() ?? .nan))
  }

  /// Whether the split of least energy is as fast as any, within a hundredth.
  private static func objectives(_ designs: [Design]) -> Verdict {
    var most = 0.0
    for (_, subnet) in networks {
      for isPacked in [false, true] {
        let own = designs.filter { $0.subnet == subnet && $0.isPacked == isPacked }
        for budget in budgets {
          let fastest = own.filter { $0.budget == budget }.map(\.latency).min() ?? .nan
          most = max(most, (best(own, budget)?.latency ?? .nan) / fastest - 1)
        }
      }
    }
    return Verdict(
      words: most < 0.01
        ? "the split of least energy costs less than 1 % of latency"
        : "least energy and least latency want different splits", figure: most)
  }
}
