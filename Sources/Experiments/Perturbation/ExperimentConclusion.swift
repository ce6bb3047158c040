/// Something that a committed experiment or a reference says, worked out anew from its inputs.
protocol ExperimentConclusion: Sendable {
  /// Name in reports: the folder of the experiment or the reference, and what it is about.
  var name: String { get }
  /// What `Verdict.figure` is.
  var figure: String { get }
  /// The files whose constants it depends on.
  var files: [String] { get }
  /// What it says with the files as `folders` holds them; `scratch` is an empty folder.
  func verdict(_ folders: SpecFolders, scratch: String) throws -> Verdict
}

/// What a conclusion says.
struct Verdict: Sendable, Hashable {
  /// In words; a change of these is a change of the conclusion.
  let words: String
  /// The figure behind them.
  let figure: Double
}

/// What is asked of the committed experiments.
enum ExperimentConclusions {
  private static let priced = ["arch/energy/horowitz-45nm", "arch/energy/dram/ddr4-18"]

  /// All of them; `weights` holds the quantized weights.
  static func all(weights: ConclusionWeights) -> [any ExperimentConclusion] {
    var all: [any ExperimentConclusion] = []
    for network in ["resnet50", "mobilenetv3"] {
      for design in ["analytic", "zcu104"] {
        all.append(
          ServingOrder(scenario: "sushi-\(network)-\(design)", files: ["arch/sushi-\(design)"]))
      }
    }
    for scenario in ["superserve-bursty-cv8", "superserve-accelerating"] {
      all.append(KeptDeadlines(scenario: scenario, files: ["arch/sushi-analytic"]))
    }
    for network in ["resnet50", "mobilenetv3"] {
      for (objective, files) in [("latency", []), ("energy", priced)] {
        all.append(
          BestDesign(
            experiment: "exploration-\(network)", objective: objective,
            files: ["arch/sushi-analytic"] + files, edit: BestDesign.withOneSeed))
      }
    }
    all.append(FrontShare(files: ["arch/sushi-analytic"]))
    for network in ConclusionWeights.networks {
      all.append(FastestEngine(network: network, weights: weights))
      all.append(FastestScheme(network: network, weights: weights))
    }
    all.append(
      PackedSubgraphs(files: ["arch/sushi-analytic", "arch/plum-sushi"] + priced, weights: weights))
    all.append(
      BestDesign(
        experiment: "plum-sweep", objective: "latency", files: ["arch/plum-sr"],
        edit: { file, _ in try BestDesign.nearBestEngine(file, weights: weights.swept) }))
    for (reference, files) in [
      (SushiAccelOnZCU104.self as any ValidationReference.Type, ["arch/sushi-zcu104"]),
      (DPUOnZCU104.self, ["arch/xilinx-dpu-b4096"]), (EyerissAlexNet.self, ["arch/eyeriss-v1"]),
      (NVDLAEstimates.self, ["arch/nvdla-large"]),
    ] {
      all.append(ReferenceStatus(reference: reference, files: files))
    }
    return all
  }
}
