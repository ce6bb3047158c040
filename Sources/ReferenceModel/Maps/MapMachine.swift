internal import Architectures
public import CostModel
public import Networks
internal import Units

/// A slow twin of maps on chip: it carries a network out with real bytes in a memory whose room it
/// counts, stage by stage or row by row, and counts what passes the pins.
///
/// It takes from a plan which groups run row by row and how many rows of each map these may hold; what
/// stays whole it decides itself where the policy is the one-pass rule. It never takes more room than
/// there is, computes nothing twice, and fails where a row is needed that had to make room. Rows that
/// are being summed, pooled or averaged are not maps: they are in the buffer of the sums, which has its
/// own room.
public struct MapMachine {
  /// What a run found.
  public struct Run: Sendable, Equatable {
    /// What is wanted of the network, tensor by tensor.
    public var outputs: [[Int8]] = []
    /// Bytes of each of the plan's maps that were read from DRAM.
    public var read: [Int]
    /// The same for those that were written there.
    public var written: [Int]
    /// Bytes in the memory while each stage ran, those of windows included.
    public var live: [Int]
    /// The maps that stayed whole, by their places in the plan.
    public var kept: Set<Int> = []
  }

  /// The last rows of a map while a group runs.
  struct Window {
    /// Rows that have room.
    let room: Int
    var made = 0
    var rows: [Int: [[Int8]]] = [:]
  }

  let graph: NetworkGraph
  let program: StageProgram
  let capacity: Int
  /// For each of the program's maps its place in the plan, nil for those that nobody needs.
  var places: [Int?]
  var run: Run
  /// Whole maps on chip, and in DRAM.
  var memory: [Int: ByteMap] = [:]
  var dram: [Int: ByteMap] = [:]
  /// Operands of the stage at work that came from DRAM.
  var fetched: [Int: ByteMap] = [:]
  var windows: [Int: Window] = [:]
  /// The stages that run row by row together.
  var group = 0..<0
  /// Rows that a stage has computed and that are still to be pooled or stored, and how many it has.
  var products: [Int: [Int: [[Int8]]]] = [:]
  var computed: [Int: Int] = [:]
  let weights: [[Int8]]

  /// Carries `graph` out as `plan` says, with `groupWeights` bytes of room for the weights of a group.
  ///
  /// Throws what the plan promises and the memory cannot keep.
  public static func run(
    _ graph: NetworkGraph, plan: MapPlan, groupWeights: Int, input: [Int8]
  ) throws(ReferenceFailure) -> Run {
    var machine = try MapMachine(graph, plan, input)
    try machine.runAll(plan, groupWeights: groupWeights)
    for tensor in graph.outputs { machine.run.outputs.append(try machine.output(tensor)) }
    return machine.run
  }

  /// What the operations of `graph` make of `input` one after the other, tensor by tensor as wanted.
  public static func plainOutputs(_ graph: NetworkGraph, input: [Int8]) -> [[Int8]] {
    let plain = PlainExecution(graph, input: input)
    return graph.outputs.map { plain.tensors[$0]?.bytes ?? [] }
  }

  private init(_ graph: NetworkGraph, _ plan: MapPlan, _ input: [Int8]) throws(ReferenceFailure) {
    self.graph = graph
    program = StageProgram(graph)
    capacity = plan.capacity.count
    places = try Self.places(program, plan.maps)
    weights = program.stages.map { stage in
      ByteDefinitions.weights(
        stage.operation, count: graph.operations[stage.operation].layer?.weights ?? 0)
    }
    let zeros = Array(repeating: 0, count: plan.maps.maps.count)
    run = Run(read: zeros, written: zeros, live: plan.maps.stages.map { _ in 0 })
    for (index, map) in program.maps.enumerated() where map.producer == nil {
      var bytes = ByteMap(extents: map.extents)
      bytes.bytes = Array(input.prefix(bytes.bytes.count))
      dram[index] = bytes
    }
  }

  /// Finds each map of the program in the plan; throws where they are not the same maps with the same
  /// readers.
  private static func places(
    _ program: StageProgram, _ maps: StoredMaps
  ) throws(ReferenceFailure) -> [Int?] {
    func text(_ producer: Int?, _ name: String, _ elements: Int, _ readers: [Int], _ ends: [Bool])
      -> String
    {
      "\(name), \(elements) elements of stage \(producer.map { "\($0)" } ?? "none") for "
        + "\(readers.sorted()), wanted \(ends[0]), means \(ends[1])"
    }
    var known: [String: Int] = [:]
    for (place, map) in maps.maps.enumerated() {
      known[
        text(map.producer, map.name, map.elements, map.readers, [map.isWanted, map.isMeans])] =
        place
    }
    var result: [Int?] = []
    for map in program.maps {
      guard map.isNeeded else {
        result.append(nil)
        continue
      }
      let own = text(
        map.producer, map.name, map.elements, map.readers, [map.isWanted, map.isMeans])
      guard let place = known[own] else {
        throw ReferenceFailure(
          description: "the plan has no map \(own); it has \(known.keys.sorted())")
      }
      result.append(place)
    }
    guard Set(result.compactMap { $0 }).count == maps.maps.count else {
      throw ReferenceFailure(description: "the plan has maps that nobody needs: \(known.keys)")
    }
    return result
  }

  /// Bytes in the memory.
  var held: Int {
    memory.values.reduce(0) { $0 + $1.bytes.count }
      + windows.reduce(0) { sum, entry in
        let map = program.maps[entry.key]
        return sum + entry.value.room * (map.elements / map.rows)
      }
  }

  func fail(_ text: String) -> ReferenceFailure { ReferenceFailure(description: text) }

  func name(_ map: Int) -> String { "`\(program.maps[map].name)`" }

  private mutating func runAll(
    _ plan: MapPlan, groupWeights: Int
  ) throws(ReferenceFailure) {
    var whole: Set<Int>?
    if plan.policy == .fused || plan.policy == .both {
      whole = Set(plan.holdings.filter { !$0.isWindow }.map(\.map))
    }
    var stage = 0
    while stage < program.stages.count {
      if let group = plan.groups.first(where: { $0.lowerBound == stage }) {
        try runGroup(group, plan, groupWeights: groupWeights, whole: whole ?? [])
        stage = group.upperBound
      } else {
        try runLayer(stage, plan.policy == .none ? [] : whole)
        stage += 1
      }
    }
  }

  /// One stage with all of its operands and results; `whole` says which maps stay, the one-pass rule
  /// where it is nil.
  private mutating func runLayer(_ stage: Int, _ whole: Set<Int>?) throws(ReferenceFailure) {
    let own = program.stages[stage]
    fetched = [:]
    for map in own.reads where memory[map] == nil {
      guard let bytes = dram[map] else { throw fail("\(name(map)) is neither on chip nor in DRAM") }
      fetched[map] = bytes
      count(\.read, map, bytes.bytes.count)
    }
    group = stage..<stage + 1
    for map in ordered(own.writes) {
      var bytes = ByteMap(extents: program.maps[map].extents)
      for row in 0..<bytes.rows { bytes[row: row] = try value(content(map), row) }
      let mayStay = !program.maps[map].isWanted && !program.maps[map].readers.isEmpty
      let fits = held + bytes.bytes.count <= capacity
      let stays = whole.map { set in places[map].map(set.contains) ?? false } ?? (mayStay && fits)
      guard stays else {
        dram[map] = bytes
        count(\.written, map, bytes.bytes.count)
        continue
      }
      guard fits else { throw fail("\(name(map)) has no room beside \(held) bytes") }
      keep(map, bytes)
    }
    run.live[stage] = held
    products[stage] = nil
    free(after: stage)
  }

  /// The maps that a stage writes, means last.
  func ordered(_ writes: [Int]) -> [Int] {
    let needed = writes.filter { program.maps[$0].isNeeded }
    return needed.filter { !program.maps[$0].isMeans } + needed.filter { program.maps[$0].isMeans }
  }

  mutating func keep(_ map: Int, _ bytes: ByteMap) {
    memory[map] = bytes
    if let place = places[map] { run.kept.insert(place) }
  }

  mutating func count(_ counter: WritableKeyPath<Run, [Int]>, _ map: Int, _ bytes: Int) {
    if let place = places[map] { run[keyPath: counter][place] += bytes }
  }

  /// Frees what nobody reads behind a stage.
  mutating func free(after stage: Int) {
    memory = memory.filter { (program.maps[$0.key].readers.max() ?? stage) > stage }
  }

  private func output(_ tensor: Tensor.ID) throws(ReferenceFailure) -> [Int8] {
    var bytes: [Int8] = []
    for part in program.values[tensor] {
      guard case .stored(let map) = part, let own = dram[map] else {
        throw fail("`\(graph.tensors[tensor].name)` is not in DRAM in the end")
      }
      bytes += own.bytes
    }
    return bytes
  }
}
