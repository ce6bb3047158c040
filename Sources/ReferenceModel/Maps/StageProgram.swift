internal import Networks

/// How to make a value out of stored maps.
indirect enum MapForm {
  /// A stored map, as it is.
  case stored(Int)
  /// What a stage's array computes, on its way out.
  case product(Int)
  /// An operation without weights on other values; by its place in the graph.
  case apply(Int, [MapForm])
  /// Channels behind channels.
  case joined([MapForm])
  /// Channels of zeros on both sides.
  case padded(MapForm, Int)

  /// The stored maps that are needed for it, as often as they occur.
  var leaves: [Int] {
    switch self {
    case .stored(let map): [map]
    case .product: []
    case .apply(_, let forms), .joined(let forms): forms.flatMap(\.leaves)
    case .padded(let form, _): form.leaves
    }
  }

  /// Whether several values are put together for it.
  var isMade: Bool {
    switch self {
    case .stored, .product: false
    case .apply(_, let forms): forms.count > 1 || forms.contains(where: \.isMade)
    case .joined(let forms): forms.contains(where: \.isMade)
    case .padded(let form, _): form.isMade
    }
  }
}

/// A network as stages of an array, with everything else done on the way between them, and the maps
/// that have to be stored for that.
///
/// - A layer stores what its array makes after all work that needs nothing else: functions of elements,
///   sums with maps that are there, pooling that all readers want, means of channels.
/// - What no layer can do on its way out, such as the product of a map with numbers that are known
///   later, every reader does on its way in; where several would have to do it, the first one does it
///   for all and stores it.
/// - Channels behind channels are not moved together; a reader of all of them reads each map.
struct StageProgram {
  /// A stored map.
  struct Map {
    let name: String
    let extents: [Int]
    /// The stage that writes it, nil for what comes from outside.
    let producer: Int?
    /// How that stage makes it.
    let content: MapForm?
    var isMeans = false
    var isWanted = false
    /// Stages that read it, one entry for each reading.
    var readers: [Int] = []

    var elements: Int { extents.reduce(1, *) }
    var rows: Int { extents.count == 3 ? extents[1] : 1 }
    /// Whether anyone has a use for it.
    var isNeeded: Bool { isWanted || !readers.isEmpty }
  }

  /// What runs on the array.
  struct Stage {
    /// The operation's place in the graph.
    let operation: Int
    /// What it works on.
    var input: MapForm
    /// Maps that it reads, as often as it does.
    var reads: [Int] = []
    var writes: [Int] = []
  }

  let graph: NetworkGraph
  private(set) var maps: [Map] = []
  private(set) var stages: [Stage] = []
  /// What each tensor is: parts of it, channels behind channels.
  private(set) var values: [[MapForm]]
  private var uses: [Int]
  private var left: [Int]

  init(_ graph: NetworkGraph) {
    self.graph = graph
    values = Array(repeating: [], count: graph.tensors.count)
    uses = Array(repeating: 0, count: graph.tensors.count)
    for tensor in graph.operations.flatMap(\.reads) + graph.outputs { uses[tensor] += 1 }
    left = uses
    for tensor in graph.inputs {
      let own = graph.tensors[tensor]
      maps.append(Map(name: own.name, extents: own.extents, producer: nil, content: nil))
      values[tensor] = [.stored(maps.count - 1)]
    }
    for place in graph.operations.indices { add(place) }
    for map in graph.outputs.flatMap({ values[$0] }).flatMap(\.leaves) {
      maps[map].isWanted = true
    }
  }

  /// Extents of a value.
  func extents(_ form: MapForm) -> [Int] {
    switch form {
    case .stored(let map): maps[map].extents
    case .product(let stage):
      graph.tensors[graph.operations[stages[stage].operation].writes].extents
    case .joined(let forms):
      [forms.reduce(0) { $0 + extents($1)[0] }] + extents(forms[0]).dropFirst()
    case .padded(let form, let zeros):
      [extents(form)[0] + 2 * zeros] + extents(form).dropFirst()
    case .apply(let place, let forms):
      [extents(forms[0])[0]] + extents(of: graph.operations[place], extents(forms[0]))
    }
  }

  /// Extents of rows and columns behind an operation.
  private func extents(of operation: Operation, _ operand: [Int]) -> ArraySlice<Int> {
    if let windows = operation.windows { return windows.map(\.outputs)[...] }
    if operation.kind == "global-average-pool" { return operand.dropFirst().map { _ in 1 }[...] }
    return operand.dropFirst()
  }

  /// How a map is made of what its stage computes; a map of another stage is only itself.
  private func content(_ map: Int) -> MapForm { maps[map].content ?? .stored(map) }

  private mutating func store(
    _ name: String, _ content: MapForm, by stage: Int, isMeans: Bool = false
  ) -> MapForm {
    maps.append(
      Map(
        name: name, extents: extents(content), producer: stage, content: content,
        isMeans: isMeans))
    stages[stage].writes.append(maps.count - 1)
    return .stored(maps.count - 1)
  }

  private mutating func read(_ form: MapForm, by stage: Int) {
    for map in form.leaves {
      maps[map].readers.append(stage)
      stages[stage].reads.append(map)
    }
  }

  /// Reads a tensor's parts; what was made of several maps is then stored for the readers behind.
  private mutating func use(_ tensor: Tensor.ID, by stage: Int) -> [MapForm] {
    left[tensor] -= 1
    let parts = values[tensor]
    for (index, part) in parts.enumerated() {
      read(part, by: stage)
      if part.isMade, left[tensor] > 0 {
        values[tensor][index] = store(graph.tensors[tensor].name, part, by: stage)
      }
    }
    return parts
  }

  private mutating func add(_ place: Int) {
    let operation = graph.operations[place]
    let operands = operation.reads.map { values[$0] }
    values[operation.writes] =
      switch operation.work {
      case .array: [layer(place)]
      case .none: renamed(operation, operands.flatMap { $0 })
      case .vector:
        operands.count == 1
          ? single(place, operands[0]) : [combined(place, operands)]
      }
  }

  private mutating func layer(_ place: Int) -> MapForm {
    let operation = graph.operations[place]
    let stage = stages.count
    stages.append(Stage(operation: place, input: .joined([])))
    let parts = use(operation.reads[0], by: stage)
    stages[stage].input = parts.count == 1 ? parts[0] : .joined(parts)
    return store(operation.name, .product(stage), by: stage)
  }

  private func renamed(_ operation: Operation, _ parts: [MapForm]) -> [MapForm] {
    let before = parts.reduce(0) { $0 + extents($1).reduce(1, *) }
    let written = graph.tensors[operation.writes].extents
    let zeros = written[0] - before / written.dropFirst().reduce(1, *)
    guard zeros > 0 else { return parts }
    return [.padded(parts.count == 1 ? parts[0] : .joined(parts), zeros / 2)]
  }

  /// Work on one operand, part by part.
  private mutating func single(_ place: Int, _ parts: [MapForm]) -> [MapForm] {
    let operation = graph.operations[place]
    // One number of a whole channel, be it by one window; that of one element is that element.
    let isMean =
      graph.tensors[operation.reads[0]].extents.dropFirst().contains { $0 > 1 }
      && graph.tensors[operation.writes].extents.dropFirst().allSatisfy { $0 == 1 }
    // Pooling leaves the others without what it drops.
    let mayGoOut = operation.windows == nil || isMean || isOnlyUse(operation.reads[0], parts.count)
    return parts.map { part in
      guard case .stored(let map) = part, let stage = maps[map].producer, mayGoOut else {
        return .apply(place, [part])
      }
      let isWhole = parts.count == 1 || isMean
      return store(
        isWhole ? operation.name : maps[map].name, .apply(place, [content(map)]), by: stage,
        isMeans: isMean || operation.windows == nil && maps[map].isMeans)
    }
  }

  private func isOnlyUse(_ tensor: Tensor.ID, _ parts: Int) -> Bool {
    let joins = parts > 1 ? graph.operations.filter { $0.writes == tensor } : []
    return ([tensor] + joins.flatMap(\.reads)).allSatisfy { uses[$0] == 1 }
  }

  /// A sum or a product: by the stage that makes the last operand, or by whoever reads it.
  private mutating func combined(_ place: Int, _ operands: [[MapForm]]) -> MapForm {
    let operation = graph.operations[place]
    let elements = graph.tensors[operation.writes].elements
    let last = operands.joined().flatMap(\.leaves).compactMap { maps[$0].producer }.max()
    let base = operands.firstIndex { parts in
      guard parts.count == 1, case .stored(let map) = parts[0] else { return false }
      return maps[map].elements == elements && maps[map].producer == last
    }
    guard let base, let last, case .stored(let map) = operands[base][0] else {
      return .apply(place, operands.map { $0.count == 1 ? $0[0] : .joined($0) })
    }
    var forms: [MapForm] = []
    for (index, parts) in operands.enumerated() {
      let isOwn = parts.allSatisfy { $0.leaves.allSatisfy { maps[$0].producer == last } }
      if index == base {
        forms.append(content(map))
      } else if isOwn, parts.count == 1, case .stored(let other) = parts[0] {
        forms.append(content(other))
      } else {
        let read = use(operation.reads[index], by: last)
        forms.append(read.count == 1 ? read[0] : .joined(read))
      }
    }
    return store(operation.name, .apply(place, forms), by: last)
  }
}
