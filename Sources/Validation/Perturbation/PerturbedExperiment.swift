internal import Studies

/// A committed experiment or a reference, worked out anew from its inputs.
protocol PerturbedExperiment: Sendable {
  /// What it says something about.
  var conclusions: [Conclusion] { get }
  /// What it says of each, with the files as `folders` holds them; `scratch` is an empty folder.
  func verdicts(_ folders: SpecFolders, scratch: String) throws -> [Verdict]
}

extension PerturbedExperiment {
  /// The conclusions that depend on `constant`, by their places in `conclusions`.
  func places(dependingOn constant: PerturbedConstant) -> [Int] {
    let conclusions = conclusions
    return conclusions.indices.filter {
      !Set(conclusions[$0].files).isDisjoint(with: constant.files)
    }
  }
}

/// An experiment with one conclusion.
protocol ExperimentConclusion: PerturbedExperiment {
  /// The conclusion.
  var conclusion: Conclusion { get }
  /// What it says.
  func verdict(_ folders: SpecFolders, scratch: String) throws -> Verdict
}

extension ExperimentConclusion {
  var conclusions: [Conclusion] { [conclusion] }
  func verdicts(_ folders: SpecFolders, scratch: String) throws -> [Verdict] {
    [try verdict(folders, scratch: scratch)]
  }
}

/// Something that an experiment says something about.
struct Conclusion: Sendable, Hashable {
  /// Name in reports: the folder of the experiment or the reference, and what it is about.
  let name: String
  /// What `Verdict.figure` is.
  let figure: String
  /// The files whose constants it depends on.
  let files: [String]
}

/// What a conclusion says.
struct Verdict: Sendable, Hashable {
  /// In words; a change of these is a change of the conclusion.
  let words: String
  /// The figure behind them.
  let figure: Double
}

/// The committed experiments and the references that are asked.
enum PerturbedExperiments {
  private static let priced = ["arch/energy/horowitz-45nm", "arch/energy/dram/ddr4-18"]

  /// All of them; `weights` holds the quantized weights.
  static func all(weights: ConclusionWeights) -> [any PerturbedExperiment] {
    var all: [any PerturbedExperiment] = []
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
      let files = ["arch/sushi-analytic"]
      all.append(
        BestDesigns(
          experiment: "exploration-\(network)",
          objectives: [("latency", files), ("energy", files + priced)],
          edit: BestDesigns.withOneSeed))
    }
    all.append(FrontShare(files: ["arch/sushi-analytic"]))
    for network in ConclusionWeights.networks {
      all.append(FastestEngine(network: network, weights: weights))
      all.append(FastestScheme(network: network, weights: weights))
    }
    all.append(
      PackedSubgraphs(files: ["arch/sushi-analytic", "arch/plum-sushi"] + priced, weights: weights))
    all.append(
      BestDesigns(
        experiment: "plum-sweep", objectives: [("latency", ["arch/plum-sr"])],
        edit: { file, _ in try BestDesigns.nearBestEngine(file, weights: weights.swept) }))
    all.append(
      SRAMSplit(
        files: ["arch/sushi-maps"], prices: priced,
        weights: { weights.path(of: $0, ConclusionWeights.schemes[0]) }))
    for (reference, files) in [
      (SushiAccelOnZCU104.self as any ValidationReference.Type, ["arch/sushi-zcu104"]),
      (DPUOnZCU104.self, ["arch/xilinx-dpu-b4096"]), (EyerissAlexNet.self, ["arch/eyeriss-v1"]),
      (NVDLAEstimates.self, ["arch/nvdla-large"]),
      (
        SushiHeadline.self,
        ["arch/sushi-analytic", "arch/sushi-analytic-4mib", "arch/energy/dram/ddr4-18"]
      ),
    ] {
      all.append(ReferenceStatus(reference: reference, files: files))
    }
    return all
  }
}
