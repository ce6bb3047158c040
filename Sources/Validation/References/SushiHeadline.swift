internal import Architectures
internal import CostModel
internal import Networks
internal import Units

/// What SUSHI's abstracts report at most, beside what the model finds under the reading that explains it.
///
/// None of it reproduces the paper: its buffer, its mobile sub-networks, the distribution of its queries
/// and which maps cross the pins are not public. The reading: classifiers run elsewhere, as the paper's
/// sizes of sub-networks leave them out; the buffer has the 4 MiB that its abstracts imply
/// (`sushi-analytic-4mib`); maps stay on chip where energy is compared. The same with the 1728 KiB
/// of `sushi-analytic`, and with whole networks, stands beside it.
enum SushiHeadline: ValidationReference {
  static let name = "sushi-headline"
  static let source =
    "SUSHI (MLSys 2023), abstract: up to 25 % latency, 0.98 points, 78.7 % off-chip energy; abstract "
    + "of the conference's schedule: 52.6 % energy"

  /// The design with the buffer that the abstracts imply, and the one with the small board's.
  private static let inferred = "sushi-analytic-4mib"
  private static let small = "sushi-analytic"
  /// Room for maps with which ResNet50's off-chip energy agrees; the paper gives none.
  private static let maps = "640 KiB"
  /// 5 %: every published figure is "up to" and depends on what is assumed here.
  private static let near = Agreement.Tolerance.each(0.05)

  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    try latency(files) + accuracy(files) + energy(files)
  }

  private static func latency(_ files: ReferenceFiles) throws -> [Agreement] {
    let whole =
      try SushiNetworks.released("ofa-resnet50", files)
      + SushiNetworks.released("ofa-mobilenetv3", files)
    let convolutions = whole.map { $0.onHost(SushiNetworks.classifiers) }
    func pair(_ design: String, _ networks: [Network]) throws -> [Agreement.Pair] {
      let saved = try SushiSavings(files.design(design), fill: .cycles).shares(of: networks) {
        Double($0.cycles.count)
      }
      return [Agreement.Pair(0.25, saved.max() ?? 0)]
    }
    return [
      Agreement(
        "latency saved, convolutions, 4 MiB inferred", near, try pair(inferred, convolutions)),
      Agreement(
        "latency saved, convolutions, 1728 KiB",
        .gap("the small board's assumed buffer; the abstracts imply 4 MiB"),
        try pair(small, convolutions)),
      Agreement(
        "latency saved, whole networks, 1728 KiB",
        .gap("as above, and classifiers, which the paper leaves out, take the buffer first"),
        try pair(small, whole)),
    ]
  }

  private static func accuracy(_ files: ReferenceFiles) throws -> [Agreement] {
    func pair(_ scenario: String, _ design: String) throws -> [Agreement.Pair] {
      let stream = try SushiStream(scenario, on: design, files.folders)
      return [Agreement.Pair(0.98, try 100 * stream.accuracyGained())]
    }
    let (whole, convolutions) = (
      "sushi-mobilenetv3-analytic-4mib-latency", "sushi-mobilenetv3-analytic-latency"
    )
    return [
      Agreement(
        "accuracy points at equal latency, whole networks, 4 MiB inferred, constraints assumed",
        near, try pair(whole, inferred)),
      Agreement(
        "accuracy points at equal latency, convolutions, 4 MiB inferred, constraints assumed",
        .gap("the share of time that caching saves is largest in the classifier"),
        try pair(convolutions, inferred)),
      Agreement(
        "accuracy points at equal latency, whole networks, 1728 KiB, constraints assumed",
        .gap("the small board's assumed buffer; the abstracts imply 4 MiB"), try pair(whole, small)
      ),
    ]
  }

  private static func energy(_ files: ReferenceFiles) throws -> [Agreement] {
    let residual = try SushiNetworks.released("ofa-resnet50", files)
    let convolutions = residual.map { $0.onHost(SushiNetworks.classifiers) }
    let mobile = try SushiNetworks.synthetic(files).map { $0.onHost(SushiNetworks.classifiers) }
    func saved(_ design: String, _ networks: [Network], maps: String?) throws -> Double {
      let design =
        try maps.map {
          try files.design(
            design, with: [("activations", "{policy: resident, capacity: \($0)}")])
        } ?? files.design(design)
      return try SushiSavings(design, fill: .bytes).shares(of: networks, \.offChipEnergy).max() ?? 0
    }
    func pairs(_ published: Double, _ found: Double...) -> [Agreement.Pair] {
      found.map { Agreement.Pair(published, $0) }
    }
    let bracket = (
      low: try saved(inferred, mobile, maps: "384 KiB"),
      high: try saved(inferred, mobile, maps: "576 KiB")
    )
    return [
      Agreement(
        "off-chip energy saved, ResNet50 convolutions, 4 MiB inferred, \(maps) for maps assumed",
        near, pairs(0.526, try saved(inferred, convolutions, maps: maps))),
      Agreement(
        "off-chip energy saved, ResNet50 convolutions, 1728 KiB, \(maps) for maps assumed",
        .gap("1728 KiB are 22 % of the smallest sub-network's convolutions"),
        pairs(0.526, try saved(small, convolutions, maps: maps))),
      Agreement(
        "off-chip energy saved, ResNet50, whole networks, 1728 KiB, maps cross the pins",
        .gap("as above, and maps are most of what crosses the pins"),
        pairs(0.526, try saved(small, residual, maps: nil))),
      Agreement(
        "off-chip energy saved, MobileNetV3 convolutions, 4 MiB inferred",
        .gap(
          "sub-networks not public; seven synthetic ones bracket it, they do not reproduce it: "
            + "\(Agreement.percent(bracket.low)) with 384 KiB for maps, "
            + "\(Agreement.percent(bracket.high)) with 576 KiB"),
        pairs(0.787, bracket.low, bracket.high)),
      Agreement(
        "off-chip energy saved, MobileNetV3 convolutions, 1728 KiB",
        .gap("the same sub-networks with 576 KiB for maps and the small board's assumed buffer"),
        pairs(0.787, try saved(small, mobile, maps: "576 KiB"))),
    ]
  }
}
