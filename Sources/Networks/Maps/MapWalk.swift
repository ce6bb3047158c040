/// Walks a graph and finds what of its tensors is stored.
///
/// Work that is fused goes with the stage that makes its last operand, where that can do it on the way
/// out, else with the stage that reads its result, on the way in:
///
/// - what works element by element, and sums and products with maps that were there before, with the
///   stage that makes the last operand;
/// - the mean of every channel with the stage that makes the channels, for a reader would have to wait
///   for the whole map;
/// - windows with the stage that makes the map if nothing else reads it, else with the reader, which
///   then reads the map before its pooling;
/// - a product that is larger than its last operand, such as that of a map and of one number per
///   channel that is known only later, with the reader.
///
/// What a stage makes on the way in is written back by the first reader where others read it too
/// and it takes more than pooling one map (assumed: nobody makes it twice).
struct MapWalk {
  /// A part of what an operation writes: a stored map and what is done to it on the way in.
  struct Part {
    var map: Int
    /// Elements of the part.
    var elements: Int
    /// Windows on the stored map; empty where there are none.
    var windows: [WindowAxis] = []
    /// Whether elements are left out or added on the way.
    var isPooled = false
    var factors: [Int] = []
    var sums: [Int] = []

    /// Whether the part is a stored map as it is.
    var isPlain: Bool { !isPooled && !isMade }
    /// Whether other maps are needed for it.
    var isMade: Bool { !factors.isEmpty || !sums.isEmpty }
    /// All maps that have to be read for it.
    var maps: [Int] { [map] + factors + sums }
  }

  let graph: NetworkGraph
  /// The maps that are there from the beginning.
  private let given: Set<Tensor.ID>
  /// How many operations read each tensor; what is wanted outside is read once more.
  var uses: [Int]
  /// How many of them are still to come.
  var left: [Int]
  var result = StoredMaps()
  /// What each tensor is made of.
  var values: [[Part]]

  init(_ graph: NetworkGraph) {
    self.graph = graph
    given = Set(graph.inputs)
    uses = Array(repeating: 0, count: graph.tensors.count)
    left = uses
    values = Array(repeating: [], count: graph.tensors.count)
    for operation in graph.operations { for tensor in operation.reads { uses[tensor] += 1 } }
    for tensor in graph.outputs { uses[tensor] += 1 }
    left = uses
    for tensor in graph.inputs { values[tensor] = [store(tensor, producer: nil)] }
  }

  /// A map for a tensor.
  mutating func store(_ tensor: Tensor.ID, producer: Int?, isMeans: Bool = false) -> Part {
    let own = graph.tensors[tensor]
    return store(
      own.name, own.elements, rows: own.extents.count == 3 ? own.extents[1] : 1,
      producer: producer, isMeans: isMeans, zeros: own.zeros,
      isInput: given.contains(tensor), isLocal: own.isLocal)
  }

  mutating func store(
    _ name: String, _ elements: Int, rows: Int, producer: Int?, isMeans: Bool = false,
    zeros: Double?, isInput: Bool = false, made: RowReach = .same, isLocal: Bool = false
  ) -> Part {
    result.maps.append(
      StoredMaps.Map(
        name: name, elements: elements, rows: rows, producer: producer, isWanted: false,
        isMeans: isMeans, zeros: zeros, isInput: isInput, made: made, isLocal: isLocal))
    if let producer { result.stages[producer].writes.append(result.maps.count - 1) }
    return Part(map: result.maps.count - 1, elements: elements)
  }

  /// Takes the next operation.
  mutating func add(
    _ operation: Operation, fuses: (VectorWork) -> Bool, outside: (Operation) -> Bool
  ) {
    let operands = operation.reads.map { values[$0] }
    let written: [Part]
    switch operation.work {
    case .none: written = renamed(operation, operands)
    case .vector where outside(operation), .array where outside(operation):
      for part in operands.joined() { for map in part.maps { result.maps[map].isWanted = true } }
      written = [store(operation.writes, producer: nil)]
    case .vector(let work) where fuses(work): written = fused(operation, work, operands)
    case .vector, .array: written = [stage(operation)]
    }
    values[operation.writes] = written
  }

  /// What only names elements anew: parts behind one another, with zeros in between; a part of what a
  /// stage makes is a map of its own.
  private mutating func renamed(_ operation: Operation, _ operands: [[Part]]) -> [Part] {
    var parts = operands.flatMap { $0 }
    let elements = graph.tensors[operation.writes].elements
    if parts.count == 1, elements < parts[0].elements {
      guard parts[0].isPlain, let producer = result.maps[parts[0].map].producer else {
        parts[0].elements = elements
        return parts
      }
      return [store(operation.writes, producer: producer)]
    }
    // Zeros of a padding are part of what the first part becomes on the way in.
    let padding = elements - parts.reduce(0) { $0 + $1.elements }
    if padding > 0, !parts.isEmpty {
      parts[0].elements += padding
      parts[0].isPooled = true
      parts[0].windows = []
    }
    return parts
  }

  /// What runs on the array or on a unit of its own.
  private mutating func stage(_ operation: Operation) -> Part {
    let place = result.stages.count
    result.stages.append(StoredMaps.Stage(work: operation.work, block: operation.block))
    for (index, tensor) in operation.reads.enumerated() {
      let isKernels =
        index == 1 && operation.layer.map { $0.kernelRole == .activation } ?? false
      values[tensor] = read(
        values[tensor], of: tensor, by: place, as: isKernels ? .kernels : .input,
        through: isKernels ? nil : rows(of: operation, on: tensor))
    }
    setWindow(operation, place)
    return store(operation.writes, producer: place)
  }

  /// The windows of an operation over the rows of what it reads; nil where it needs all of them, or
  /// lays positions out as rows of its own.
  private func rows(of operation: Operation, on tensor: Tensor.ID) -> WindowAxis? {
    let extents = graph.tensors[tensor].extents
    let rows = extents.count == 3 ? extents[1] : 1
    if let layer = operation.layer {
      // A node may gather from any other.
      guard layer.gathered == nil else { return nil }
      return layer.operation != .fullyConnected && layer.rows.extent == rows ? layer.rows : nil
    }
    if let windows = operation.windows { return windows.count == 2 ? windows[0] : nil }
    let written = graph.tensors[operation.writes].extents
    return written.count == 3 && written[1] == rows ? WindowAxis(extent: rows) : nil
  }

  /// The rows of a part's map that one row of the part is made of.
  private func reach(_ part: Part, of tensor: Tensor.ID) -> RowReach {
    guard part.windows.isEmpty else {
      return part.windows.count == 2 ? RowReach.same.behind(part.windows[0]) : .whole
    }
    let extents = graph.tensors[tensor].extents
    let rows = extents.count == 3 ? extents[1] : 1
    return rows == result.maps[part.map].rows ? .same : .whole
  }

  /// Notes that a stage reads parts, through `axis` or with all rows as part of its input; gives them as they
  /// are for readers behind it.
  mutating func read(
    _ parts: [Part], of tensor: Tensor.ID, by stage: Int, as use: StoredMaps.Use,
    through axis: WindowAxis? = nil, level: Int = 0
  ) -> [Part] {
    left[tensor] -= 1
    return parts.map { part in
      let own = reach(part, of: tensor)
      let reach = use == .term ? own : own.behind(axis)
      let isLocal = graph.tensors[tensor].isLocal || result.maps[part.map].isLocal
      note(part.map, by: stage, as: use, reach, level, isLocal: isLocal)
      for factor in part.factors {
        note(factor, by: stage, as: use == .term ? .term : .factor, .whole, level)
      }
      for sum in part.sums { note(sum, by: stage, as: use, reach, level) }
      inputs[stage, default: []].append((part, use))
      guard part.isMade, left[tensor] > 0 else { return part }
      return store(
        graph.tensors[tensor].name, part.elements, rows: result.maps[part.map].rows,
        producer: stage, zeros: graph.tensors[tensor].zeros)
    }
  }

  /// What each stage reads, part by part.
  var inputs: [Int: [(part: Part, use: StoredMaps.Use)]] = [:]

  private mutating func note(
    _ map: Int, by stage: Int, as use: StoredMaps.Use, _ reach: RowReach, _ level: Int,
    isLocal: Bool = false
  ) {
    result.maps[map].readers.append(stage)
    result.stages[stage].reads.append(
      StoredMaps.Read(map: map, use: use, reach: reach, level: level, isLocal: isLocal))
  }

  /// Rows that the windows of a stage cover on the map that it reads, and move by.
  private mutating func setWindow(_ operation: Operation, _ place: Int) {
    guard let layer = operation.layer, let part = inputs[place]?.first?.part else { return }
    let own = layer.rows
    guard part.windows.count == 2 else {
      result.stages[place].window = (own.span, max(1, own.stride / own.spread))
      return
    }
    let composed = Self.composed(own, behind: part.windows[0])
    result.stages[place].window = (composed.span, composed.stride)
  }

  /// The windows on a map that windows on what `inner` makes of it read, taken as one.
  static func composed(_ outer: WindowAxis, behind inner: WindowAxis) -> WindowAxis {
    WindowAxis(
      extent: inner.extent, kernel: (outer.span - 1) * inner.stride + inner.span,
      stride: outer.stride * inner.stride, before: outer.before * inner.stride + inner.before,
      after: outer.after * inner.stride + inner.after)
  }
}
