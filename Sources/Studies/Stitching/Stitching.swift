internal import Architectures
internal import CostModel
internal import Documents
internal import Inputs
internal import Networks
public import Reports
internal import Units

/// Networks stitched from two: the first blocks of one, a 1 x 1 convolution, and the last blocks of another.
///
/// Every pair of cuts is priced on a design, so that buckets may be of latency or energy and not of
/// multiply-accumulates alone. Maps of other sizes are resampled for nothing (assumed), and the convolution has
/// the positions of the second network. Blocks cost what they cost in their own networks. Source: KLAS (ICLR
/// 2026); SN-Net (CVPR 2023).
public struct Stitching: Sendable {
  /// What buckets are of.
  public enum Measure: String, CaseIterable, Sendable {
    /// Seconds of an inference.
    case latency
    /// Energy of an inference.
    case energy
    /// Multiply-accumulates of an inference.
    case macs
  }

  /// Architecture, a name or a path.
  public var architecture: String
  /// Workload whose beginnings are taken.
  public var first: String
  /// Workload whose ends are taken.
  public var second: String
  /// What buckets are of.
  public var measure = Measure.latency
  /// Probes of the blocks, an HDF5 file.
  public var probes: String?
  /// Buckets.
  public var buckets = 20
  /// How far above the least score of its bucket a stitch may be.
  public var tau = 0.05

  /// Stitches two workloads on a design.
  public init(architecture: String, first: String, second: String) {
    self.architecture = architecture
    self.first = first
    self.second = second
  }

  /// Prices, and with probes scores, every stitch.
  ///
  /// - Throws: `InputError` about a file or a flag.
  public func report(folders: SpecFolders, command: String) throws -> Report {
    guard (1...1000).contains(buckets) else {
      throw InputError("expected 1 to 1000, found \(buckets)", file: nil, path: "--buckets")
    }
    guard (0...1000).contains(tau) else {
      throw InputError("expected a share from 0 on, found \(tau)", file: nil, path: "--tau")
    }
    var resolver = Resolver(folders: folders)
    var paths: [String] = []
    var parts: [(resolved: Resolved, costs: BlockCosts)] = []
    for name in [first, second] {
      let resolved = try resolver.resolve(
        Question(architecture: architecture, workload: name))
      let cost = try Evaluator(resolved.design).evaluate(resolved.network, batch: resolved.batch)
      guard let costs = BlockCosts(cost) else {
        throw InputError(
          "\(name) has fewer than two blocks, expected a workload with `blocks` or a transformer",
          file: nil, path: name == first ? "A" : "B")
      }
      parts.append((resolved, costs))
      for path in resolved.paths where !paths.contains(path) { paths.append(path) }
    }
    let (front, back) = (parts[0].costs, parts[1].costs)
    let scores = try probes.map {
      try ProbeFile($0, blocks: [(first, front.blocks.count), (second, back.blocks.count)])
    }
    if let probes { paths.append(probes) }
    let design = parts[0].resolved.design
    let model = LayerCostModel(design)
    let frequency = design.architecture.spec.frequency
    var known: [[Int]: BlockCosts.Cost] = [:]
    var stitches: [Priced] = []
    var leftOut = 0
    for i in 1..<front.blocks.count {
      for j in 1..<back.blocks.count {
        guard let from = front.cuts[i - 1], let to = back.cuts[j - 1] else {
          leftOut += 1
          continue
        }
        let key = [from[0], to[0], to[1...].reduce(1, *)]
        let layer: BlockCosts.Cost
        if let cost = known[key] { layer = cost } else { layer = try price(key, model) }
        known[key] = layer
        var cost = front.first(i)
        cost.add(layer)
        cost.add(back.behind(j))
        stitches.append(
          Priced(
            first: i, second: j, cost: cost, layer: layer,
            seconds: frequency.seconds(Cycles(cost.cycles)),
            gamma: scores?.gamma(i, j)))
      }
    }
    guard !stitches.isEmpty else {
      throw InputError(
        "no pair of blocks hands on a single map each, so that nothing can be stitched", file: nil)
    }
    let document = document(
      stitches, leftOut, design.architecture.spec.name, design.energy.table.spec.unit.rawValue,
      Provenance(filesAt: paths, command: command))
    let isDearer = front.first(front.blocks.count).macs > back.first(back.blocks.count).macs
    return Self.report(
      document,
      warnings: isDearer
        ? [
          "\(first) has more multiply-accumulates than \(second); stitches are meant to begin in the cheaper one"
        ]
        : [])
  }

  private struct Priced {
    let first: Int
    let second: Int
    let cost: BlockCosts.Cost
    let layer: BlockCosts.Cost
    let seconds: Double
    let gamma: Double?
  }

  /// The stitching layer from so many channels to so many, at so many positions.
  private func price(
    _ shape: [Int], _ model: LayerCostModel
  ) throws(InputError) -> BlockCosts.Cost {
    let layer = Layer(
      name: "stitch", product: .linear, kernels: shape[1], channels: shape[0],
      positions: shape[2])
    switch model.cost(of: layer) {
    case .feasible(let cost):
      return BlockCosts.Cost(
        macs: layer.macs, cycles: cost.total.count, picojoules: cost.totalEnergy.value)
    case .infeasible(let reason):
      throw InputError(
        "the stitching layer of \(shape[0]) to \(shape[1]) channels: \(reason)", file: nil)
    }
  }

  private func document(
    _ stitches: [Priced], _ leftOut: Int, _ architecture: String, _ unit: String,
    _ provenance: Provenance
  ) -> StitchDocument {
    let byMACs = StitchSelection.buckets(stitches.map { Double($0.cost.macs) }, count: buckets)
    let own = StitchSelection.buckets(
      stitches.map {
        switch measure {
        case .latency: $0.seconds
        case .energy: $0.cost.picojoules
        case .macs: Double($0.cost.macs)
        }
      }, count: buckets)
    let gammas = stitches.compactMap(\.gamma)
    let kept =
      gammas.count < stitches.count
      ? nil
      : [byMACs, own].map { StitchSelection.kept(gammas, buckets: $0, tau: tau) }
    return StitchDocument(
      architecture: architecture, first: first, second: second, by: measure.rawValue,
      buckets: buckets, tau: tau, energyUnit: unit,
      stitches: stitches.enumerated().map { index, stitch in
        StitchDocument.Stitch(
          first: stitch.first, second: stitch.second, macs: stitch.cost.macs,
          latencyS: stitch.seconds, energy: stitch.cost.picojoules,
          stitchShare: Double(stitch.layer.cycles) / Double(max(stitch.cost.cycles, 1)),
          gamma: stitch.gamma.flatMap { $0.isFinite ? $0 : nil }, macsBucket: byMACs[index],
          bucket: own[index], keptByMacs: kept?[0][index], kept: kept?[1][index])
      }, leftOut: leftOut, provenance: provenance)
  }

  private static func report(_ document: StitchDocument, warnings: [String]) -> Report {
    let stitches = document.stitches
    let differing = stitches.filter { $0.kept != $0.keptByMacs }
    var conclusions = [
      (
        "stitches",
        "\(stitches.count), \(stitches.count { $0.bucket != $0.macsBucket }) in another bucket by \(document.by) than by multiply-accumulates"
      )
    ]
    if stitches.contains(where: { $0.kept != nil }) {
      conclusions.append(
        (
          "kept",
          "\(stitches.count { $0.kept ?? false }) by \(document.by), \(stitches.count { $0.keptByMacs ?? false }) by "
            + "multiply-accumulates; they disagree on \(differing.count)"
            + (differing.isEmpty
              ? ""
              : ": "
                + differing.prefix(12).map { "\($0.first)-\($0.second)" }.joined(separator: ", ")
                + (differing.count > 12 ? ", ..." : ""))
        ))
    }
    func word(_ isKept: Bool?) -> Table.Cell {
      isKept.map { .text($0 ? "yes" : "no") } ?? .none
    }
    return Report(
      title: "\(document.first) into \(document.second) on \(document.architecture)",
      facts: [
        ("stitch", "i-j: blocks 1 to i of \(document.first), those behind j of \(document.second)"),
        ("buckets", "\(document.buckets) of \(document.by)"),
      ],
      table: Table(
        columns: [
          .init("stitch", nil), .init(nil, "first"), .init(nil, "second"), .init("MACs", "macs"),
          .init("latency", "latency_s"), .init("energy", "energy"),
          .init("stitching layer", "stitch_share"), .init("gamma", "gamma"),
          .init(nil, "macs_bucket"), .init("bucket", "bucket"), .init("kept", "kept"),
          .init("by MACs", "kept_by_macs"),
        ],
        rows: stitches.map { stitch in
          [
            .text("\(stitch.first)-\(stitch.second)"), .count(stitch.first),
            .count(stitch.second), .quantity(Double(stitch.macs), unit: "MAC"),
            .quantity(stitch.latencyS, unit: "s"),
            document.energyUnit == "pJ"
              ? .quantity(stitch.energy * 1e-12, unit: "J")
              : .quantity(stitch.energy, unit: document.energyUnit),
            .share(stitch.stitchShare), stitch.gamma.map { .ratio($0) } ?? .none,
            .count(stitch.macsBucket), .count(stitch.bucket), word(stitch.kept),
            word(stitch.keptByMacs),
          ]
        }, total: nil),
      conclusions: conclusions,
      warnings: warnings
        + (document.leftOut > 0
          ? ["\(document.leftOut) pairs of blocks hand on more than one map and are no stitches"]
          : []),
      document: document.json)
  }
}
