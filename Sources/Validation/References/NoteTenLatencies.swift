internal import Inputs
internal import Networks

/// Sub-networks of Once-for-All on a Samsung Note10, as sums of measured blocks.
enum NoteTenLatencies: ValidationReference {
  static let name = "note10-latency"
  static let source =
    "Once-for-All (ICLR 2020), block latencies measured on a Samsung Note10; a network is their sum"

  private static let folder = "ValidationTests/References/note10-latency/"

  /// Entries that the space asks for, and sums over the blocks of single networks.
  ///
  /// 3 %: a name gives whole milliseconds, up to 1.7 % of the latency, and the authors do not say
  /// whether they measured it or summed it.
  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let table = try BlockLatencies(files.rows(folder + "reference.csv"))
    guard
      case .supernet(let space, let subnets) = try files.workload("ofa-mobilenetv3-w1.2").content
    else { throw InputError("ofa-mobilenetv3-w1.2 is no supernet", file: nil) }
    var pairs: [String: [Agreement.Pair]] = [:]
    for row in try files.rows(folder + "networks.csv") {
      let name = try row.text("subnet")
      let subnet = try subnets.first { $0.name == name } ?? configuration(row)
      let sum = try table.latency(of: space.layers(of: subnet))
      let figure = try row.text("figure")
      pairs[figure, default: []].append(
        .init(
          try row.real("milliseconds"), figure == "name" ? sum : (sum * 100).rounded() / 100))
    }
    return [
      Agreement("entries of the table that the space uses", .exact, try entries(table, space)),
      Agreement("sum that the authors print, to 0.01 ms", .exact, pairs["printed"] ?? []),
      Agreement("latency in the network's name", .each(0.03), pairs["name"] ?? []),
      Agreement(
        "sums of another enumerator, to 0.01 ms", .exact, pairs["enumerated"] ?? []),
    ]
  }

  /// A network that no workload file has: one digit per block, a space between stages.
  private static func configuration(_ row: ReferenceRow) throws(InputError) -> SubnetSpec {
    let digits = { (text: String) in
      text.split(separator: " ").map { $0.compactMap(\.wholeNumberValue) }
    }
    let (kernels, expands) = (digits(try row.text("kernels")), digits(try row.text("expands")))
    return SubnetSpec(
      resolution: try row.whole("resolution"), depths: kernels.map(\.count), kernels: kernels,
      expands: expands.map { $0.map(Double.init) })
  }

  /// Per resolution, the number of entries and of different blocks in the whole space.
  ///
  /// Every block of the space is in one of its deepest networks with a single kernel and ratio.
  private static func entries(
    _ table: BlockLatencies, _ space: Supernet
  ) throws -> [Agreement.Pair] {
    try table.counts.map { resolution, entries in
      let depths = space.largest(resolution: resolution).depths
      var names = Set<String>()
      for kernel in [3, 5, 7] {
        for ratio in [3.0, 4, 6] {
          let layers = try space.layers(
            of: SubnetSpec(
              resolution: resolution, depths: depths,
              kernels: depths.map { Array(repeating: kernel, count: $0) },
              expands: depths.map { Array(repeating: ratio, count: $0) }))
          // Throws when an entry is missing: as many names as entries are then the same ones.
          _ = try table.latency(of: layers)
          names.formUnion(try MobileBlocks(layers).names)
        }
      }
      return .init(Double(entries), Double(names.count))
    }
  }
}
