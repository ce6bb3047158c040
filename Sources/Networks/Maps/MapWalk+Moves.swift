/// What is stored in the end, and what each stage moves of it.
extension MapWalk {
  /// Everything that is stored; maps that nobody reads are left out.
  mutating func finished() -> StoredMaps {
    for tensor in graph.outputs {
      for part in values[tensor] { for map in part.maps { result.maps[map].isWanted = true } }
    }
    dropUnread()
    for place in result.stages.indices { setMoves(place) }
    if graph.tensors.contains(where: { $0.zeros != nil }) {
      for place in result.stages.indices { setZeros(place) }
    }
    return result
  }

  /// Leaves out maps in whose place another one is stored.
  private mutating func dropUnread() {
    var places = Array(repeating: -1, count: result.maps.count)
    var kept: [StoredMaps.Map] = []
    for (index, map) in result.maps.enumerated() where !map.readers.isEmpty || map.isWanted {
      places[index] = kept.count
      kept.append(map)
      // A fused operation may read for a stage that stands before others that have read already.
      kept[kept.count - 1].readers.sort()
    }
    result.maps = kept
    for stage in result.stages.indices {
      result.stages[stage].reads = result.stages[stage].reads.map {
        StoredMaps.Read(
          map: places[$0.map], use: $0.use, reach: $0.reach, level: $0.level,
          isLocal: $0.isLocal)
      }
      result.stages[stage].writes = result.stages[stage].writes.compactMap {
        places[$0] < 0 ? nil : places[$0]
      }
      let maps = result.maps
      result.stages[stage].writes.sort { !maps[$0].isMeans && maps[$1].isMeans }
    }
  }

  /// What a stage moves with every map in DRAM, unless it is just its input and output.
  private mutating func setMoves(_ place: Int) {
    let stage = result.stages[place]
    func sum(_ use: StoredMaps.Use) -> MapMoves.Amount {
      stage.reads.reduce(into: MapMoves.Amount()) { amount, read in
        guard read.use == use else { return }
        amount.add(result.maps[read.map].elements, inside: read.isLocal)
      }
    }
    let written = stage.writes.map { result.maps[$0] }
    func sum(means: Bool) -> MapMoves.Amount {
      written.reduce(into: MapMoves.Amount()) { amount, map in
        if map.isMeans == means { amount.add(map.elements, inside: map.isLocal) }
      }
    }
    let parts = (inputs[place] ?? []).filter { $0.use == .input }.map(\.part)
    let isPlain = parts.allSatisfy(\.isPlain) && sum(.term).all == 0
    let isLocal = stage.reads.contains(where: \.isLocal) || written.contains(where: \.isLocal)
    if isPlain, !isLocal, written.count == 1, !written[0].isMeans,
      written[0].elements == stage.work.results ?? written[0].elements
    {
      return
    }
    result.stages[place].moves = MapMoves(
      input: sum(.input), taken: taken(by: stage, parts), windows: windows(of: stage, parts),
      factors: sum(.factor), terms: sum(.term), result: sum(means: false),
      vectors: sum(means: true), kernels: sum(.kernels))
  }

  /// Elements that a stage takes of its input: a product of two activations what its rows are, for
  /// rows may be folded together; everything else its parts.
  private func taken(by stage: StoredMaps.Stage, _ parts: [Part]) -> Int {
    if let layer = stage.work.layer, layer.kernelRole == .activation {
      return layer.channels * layer.inputRows * layer.inputColumns * layer.maps
    }
    return parts.reduce(0) { $0 + $1.elements }
  }

  /// Says of a stage how many zeros the maps have that it moves: what is stored, which need not be what
  /// its own operation reads and writes.
  private mutating func setZeros(_ place: Int) {
    let stage = result.stages[place]
    guard var zeros = stage.work.zeros else { return }
    func moved(_ map: Int) -> ZeroShares.Moved {
      let map = result.maps[map]
      return .init(elements: map.elements, zeros: map.zeros, isInput: map.isInput)
    }
    zeros.inputs = stage.reads.filter { $0.use == .input }.map { moved($0.map) }
    zeros.beside = stage.reads.filter { [.term, .factor].contains($0.use) }.map { moved($0.map) }
    zeros.results = stage.writes.map(moved)
    result.stages[place].work = stage.work.stating(zeros)
  }

  /// The windows on the one map that is pooled for a stage on the way in.
  private func windows(of stage: StoredMaps.Stage, _ parts: [Part]) -> MapMoves.Windows? {
    guard let layer = stage.work.layer, parts.count == 1, parts[0].windows.count == 2,
      parts[0].sums.isEmpty, layer.maps == 1, layer.rows.spread == 1, layer.columns.spread == 1
    else { return nil }
    return MapMoves.Windows(
      rows: Self.composed(layer.rows, behind: parts[0].windows[0]),
      columns: Self.composed(layer.columns, behind: parts[0].windows[1]))
  }
}

extension OperationWork {
  /// Elements that an operation writes for one image; nil where it does nothing.
  fileprivate var results: Int? {
    switch self {
    case .array(let layer): layer.kernels * layer.outputPixels * layer.maps
    case .vector(let work): work.pieces * work.writes
    case .none: nil
    }
  }
}

extension VectorWork {
  /// Whether each piece makes one number of a whole channel.
  var isMeanOfChannels: Bool { reads.count == 1 && writes == 1 && reads[0] > 1 }
}
