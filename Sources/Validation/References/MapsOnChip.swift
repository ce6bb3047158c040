internal import CostModel
internal import Inputs
internal import Networks
internal import Units

/// Published figures of maps that stay on chip: whole ones, rows of fused layers, and tiles with halo.
enum MapsOnChip: ValidationReference {
  static let name = "maps-on-chip"
  static let source =
    "Fused-Layer CNN Accelerators (MICRO 2016) and Shortcut Mining (HPCA 2019), abstracts; DeFiNES (HPCA 2023), run on FSRCNN"

  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    [
      try fusedLayers(files), try shortcutMining(files),
    ] + tiles()
  }

  /// Five convolutions and two poolings of VGG-E, of which VGG-16 has the same, in 32 bit: 3.6 MiB of
  /// maps pass the pins.
  private static func fusedLayers(_ files: ReferenceFiles) throws -> Agreement {
    let design = try files.design(
      "sushi-analytic",
      with: [
        ("precision.input", "32 bit"), ("precision.weight", "32 bit"),
        ("precision.output", "32 bit"),
        ("activations", "{policy: fused, capacity: 1 MiB, weights: 2304 KiB}"),
      ])
    let network = try files.workload("vgg16").network(subnet: nil).first(layers: 5)
    let moved = Evaluator(design).plan(of: network).moved
    return Agreement(
      "maps of five fused layers of VGG-E, MiB", .each(0.02),
      [Agreement.Pair(3.6, Double(moved.count) / 0x1p20)])
  }

  /// Maps of ResNet-34 in 16 bit; the capacity is not public, whole maps change it in steps.
  private static func shortcutMining(_ files: ReferenceFiles) throws -> Agreement {
    func moved(_ activations: String) throws -> Double {
      let design = try files.design(
        "sushi-analytic",
        with: [
          ("precision.input", "16 bit"), ("precision.weight", "16 bit"),
          ("precision.output", "16 bit"), ("activations", activations),
        ])
      let network = try files.workload("resnet34").network(subnet: nil)
      return Double(Evaluator(design).plan(of: network).moved.count)
    }
    let resident = try moved("{policy: resident, capacity: 512 KiB}")
    return Agreement(
      "map traffic saved on ResNet-34, whole maps in 512 KiB (assumed)", .each(0.1),
      [Agreement.Pair(0.58, 1 - resident / (try moved("{policy: none}")))])
  }

  /// FSRCNN on 960 x 540, tiles of 60 x 72: what the authors' program counts.
  private static func tiles() -> [Agreement] {
    var layers: [Layer] = []
    var (rows, columns) = (554, 974)
    let kernels = [5, 1, 3, 3, 3, 3, 1, 3]
    let channels = [1, 56, 12, 12, 12, 12, 12, 56, 16]
    for (index, kernel) in kernels.enumerated() {
      layers.append(
        Layer(
          name: "layer\(index)", operation: .convolution, kernels: channels[index + 1],
          channels: channels[index], kernel: (kernel, kernel), input: (rows, columns)))
      (rows, columns) = (rows - kernel + 1, columns - kernel + 1)
    }
    let tiles = HaloTiles(layers, rows: 72, columns: 60)
    return [
      Agreement(
        "FSRCNN by tiles: reads, writes, weights", .exact,
        [
          Agreement.Pair(539_596, Double(tiles.inputReads(.kept))),
          Agreement.Pair(771_968, Double(tiles.inputReads(.recomputed))),
          Agreement.Pair(8_294_400, Double(tiles.outputWrites)),
          Agreement.Pair(15_992, Double(layers.reduce(0) { $0 + $1.weights })),
        ]),
      Agreement(
        "FSRCNN by tiles: multiply-accumulates", .exact,
        [
          Agreement.Pair(8_362_594_208, Double(tiles.macs(.kept))),
          Agreement.Pair(9_120_123_904, Double(tiles.macs(.recomputed))),
        ]),
    ]
  }
}

extension Network {
  /// The network up to its first `count` layers, with what is done to the last one's results element
  /// by element.
  fileprivate func first(layers count: Int) -> Network {
    var graph = NetworkGraph()
    var places: [Tensor.ID: Tensor.ID] = [:]
    for input in self.graph.inputs {
      places[input] = graph.addInput(tensors[input].name, tensors[input].extents)
    }
    var found = 0
    for operation in operations {
      if operation.layer != nil { found += 1 }
      if found > count { break }
      let reads = operation.reads.compactMap { places[$0] }
      places[operation.writes] = graph.add(
        operation.kind,
        OperationResult(
          name: operation.name, output: tensors[operation.writes].extents, work: operation.work,
          weight: operation.weight.map { tensors[$0].extents }, windows: operation.windows),
        reads: reads)
      graph.setOutputs([places[operation.writes] ?? 0])
    }
    return Network(name: name, subnet: subnet, graph: graph)
  }
}
