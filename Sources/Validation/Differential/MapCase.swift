internal import Architectures
internal import Components
internal import CostModel
internal import Inputs
internal import Networks
internal import ReferenceModel
internal import Units

/// A small network whose maps are kept on a chip of little room, for putting the plan of its maps beside
/// a memory with real bytes in it.
struct MapCase: Sendable, Hashable {
  /// Extents of the image.
  var input: [Int]
  /// Blocks of layers, each used once; nil for layers that stand by themselves.
  var parts: [Part]
  /// The policy's word.
  var policy: String
  /// Room for maps, as a share of the most that lives, in percent.
  var room: Int
  /// Room for the weights of a group, as a share of all weights, in percent.
  var weightRoom: Int
  var values: UInt64

  /// Layers that follow one another; those of a block read `input` where they read what was before.
  struct Part: Sendable, Hashable {
    /// The block's name, nil where there is none.
    var block: String?
    var layers: [String]
  }

  init(_ draw: inout Draw) {
    policy = draw.one(of: ["none", "resident", "resident", "fused", "fused", "both", "both"])
    var builder = MapCaseBuilder(&draw, mayWaitForSqueeze: policy == "none" || policy == "resident")
    input = builder.extents
    for _ in 0..<draw.whole(1...4) { builder.addPart(&draw) }
    builder.addEnd(&draw)
    parts = builder.parts
    room = draw.whole(1...140)
    weightRoom = draw.one(of: [100, 100, 60, 30])
    values = draw.next()
  }

  /// Networks without one of the parts but the last, where that still is a network, and more room.
  var simpler: [MapCase] {
    var cases = parts.indices.dropLast().map { part in
      var copy = self
      copy.parts.remove(at: part)
      return copy
    }
    for (path, value) in [(\MapCase.weightRoom, 100), (\.room, 100)]
    where self[keyPath: path] < value {
      var copy = self
      copy[keyPath: path] = value
      cases.append(copy)
    }
    return cases
  }

  /// The workload file.
  var workload: String {
    func list(_ layers: [String], _ indent: String) -> String {
      layers.map { "\(indent)- {\($0)}" }.joined(separator: "\n")
    }
    var (blocks, layers) = ([String](), [String]())
    for part in parts {
      if let name = part.block {
        blocks.append("  of_\(name):\n\(list(part.layers, "    "))")
        layers.append("  - {name: \(name), block: of_\(name)}")
      } else {
        layers.append(list(part.layers, "  "))
      }
    }
    return """
      name: case
      summary: a generated case
      source: generated
      input: \(input)
      \(blocks.isEmpty ? "" : "blocks:\n" + blocks.joined(separator: "\n"))
      layers:
      \(layers.joined(separator: "\n"))

      """
  }

  /// The network that the file describes.
  func network() throws -> Network {
    try Workload(
      SpecFile(path: "case.yaml", node: try YAMLParser.parse(workload, file: "case.yaml"))
    ).network(subnet: nil)
  }

  /// The architecture file, for a network whose maps take at most `most` bytes at once.
  func architecture(mostThatLives most: Int, weights: Int) -> String {
    let capacity = max(1, most * room / 100)
    let group = max(1, weights * weightRoom / 100)
    let keys =
      policy == "none"
      ? ""
      : ", capacity: \(capacity) B" + (policy == "resident" ? "" : ", weights: \(group) B")
    return """
      name: case
      summary: a generated case
      source: generated
      frequency: 100 MHz
      layer_overhead: 0 cycles
      precision: {input: 8 bit, weight: 8 bit, output: 8 bit, accumulator: 32 bit}
      datapath: {kind: systolic-array, rows: 1, columns: 1, dataflow: output-stationary, folds: serial, stationary_load: exposed}
      memory:
        dram: {bandwidth: unlimited, ports: separate}
        transfers:
          input: {bandwidth: unlimited, overlap: none, channel_alignment: 1}
          weight: {bandwidth: unlimited, overlap: none, channel_alignment: 1}
          output: {bandwidth: unlimited, overlap: none, channel_alignment: 1}
        buffers:
          - {name: buffer, holds: [input, weight, output], size: 3 MiB, ping_pong: false}
      energy: {table: horowitz-45nm, dram: ddr4-18}
      activations: {policy: \(policy)\(keys)}

      """
  }
}

extension MapCase: CustomStringConvertible {
  /// The case as text: what runs and where its maps may be.
  var description: String {
    """
    \(workload)# policy \(policy), \(room) % of the most that lives, weights of groups \(weightRoom) %, \
    values from seed \(values)
    """
  }
}

extension DifferentialTest {
  /// Plans a case's maps and carries it out in a memory with their bytes; they agree to the byte.
  func compare(_ sample: MapCase) throws -> Outcome {
    let network = try sample.network()
    let text = sample.architecture(
      mostThatLives: Self.mostThatLives(network.maps), weights: network.weights)
    let file = SpecFile(path: "case.yaml", node: try YAMLParser.parse(text, file: "case.yaml"))
    let architecture = try Architecture(file)
    let plan = Evaluator(try Design(architecture, energy: energy)).plan(of: network)
    var draw = Draw(seed: sample.values)
    let input = (0..<sample.input.reduce(1, *)).map { _ in
      Int8(truncatingIfNeeded: draw.whole(-128...127))
    }
    let graph = network.graph
    do throws(ReferenceFailure) {
      let run = try MapMachine.run(
        graph, plan: plan, groupWeights: architecture.spec.groupWeights.count, input: input)
      guard run.outputs == MapMachine.plainOutputs(graph, input: input) else {
        return .differs("the machine's results are not those of the operations one by one")
      }
      return check(plan, run)
    } catch {
      return .differs(error.description)
    }
  }

  private func check(_ plan: MapPlan, _ run: MapMachine.Run) -> Outcome {
    var read = run.read.map { _ in 0 }
    var written = read
    for (place, stage) in plan.maps.stages.enumerated() {
      for (number, own) in stage.reads.enumerated() where !plan.isHeld(number, of: place) {
        read[own.map] += plan.maps.maps[own.map].elements
      }
      for map in stage.writes where plan.isStored(map) {
        written[map] += plan.maps.maps[map].elements
      }
    }
    for (index, map) in plan.maps.maps.enumerated() {
      if read[index] != run.read[index] {
        return .differs("bytes read of \(map.name): \(read[index]), stepped \(run.read[index])")
      }
      if written[index] != run.written[index] {
        return .differs(
          "bytes written of \(map.name): \(written[index]), stepped \(run.written[index])")
      }
    }
    let kept = Set(plan.holdings.filter { !$0.isWindow }.map(\.map))
    if kept != run.kept { return .differs("maps \(kept.sorted()) stay, stepped \(run.kept)") }
    if plan.groups.isEmpty {
      let live = plan.maps.stages.indices.map { plan.live(at: $0).count }
      if live != run.live { return .differs("bytes on chip: \(live), stepped \(run.live)") }
    }
    let moved = run.read.reduce(0, +) + run.written.reduce(0, +)
    guard plan.moved.count == moved else {
      return .differs("bytes moved: \(plan.moved.count), stepped \(moved)")
    }
    return .agrees(model: plan.moved.count, twin: moved)
  }

  /// Bytes of the maps that live while a stage runs, the most of all stages.
  private static func mostThatLives(_ maps: StoredMaps) -> Int {
    maps.stages.indices.map { stage in
      maps.maps.reduce(0) { sum, map in
        guard let first = map.producer, let last = map.readers.max(), first <= stage, stage <= last
        else { return sum }
        return sum + map.elements
      }
    }.max() ?? 0
  }
}
