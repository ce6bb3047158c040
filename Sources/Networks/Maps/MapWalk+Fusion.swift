/// What is done on the way between two stages.
extension MapWalk {
  /// Work that is done on the way.
  mutating func fused(
    _ operation: Operation, _ work: VectorWork, _ operands: [[Part]]
  ) -> [Part] {
    if operands.count > 1 { return combined(operation, operands) }
    let parts = operands[0]
    if work.isMeanOfChannels { return means(operation, parts) }
    if let windows = operation.windows { return pooled(operation, windows, parts) }
    // On the way in nothing changes; on the way out the result takes the operand's place.
    return parts.map { part in
      guard part.isPlain, let producer = result.maps[part.map].producer else { return part }
      let map = result.maps[part.map]
      return store(
        parts.count == 1 ? operation.name : map.name, part.elements, rows: map.rows,
        producer: producer, isMeans: map.isMeans, zeros: graph.tensors[operation.writes].zeros,
        made: map.made, isLocal: graph.tensors[operation.writes].isLocal)
    }
  }

  /// The mean of every channel.
  private mutating func means(_ operation: Operation, _ parts: [Part]) -> [Part] {
    let channels = graph.tensors[operation.writes].elements
    let all = parts.reduce(0) { $0 + $1.elements }
    return parts.map { part in
      let own = scaled(channels, part.elements, all)
      guard part.isPlain, let producer = result.maps[part.map].producer else {
        return Part(
          map: part.map, elements: own, isPooled: true, factors: part.factors, sums: part.sums)
      }
      return store(
        operation.name, own, rows: 1, producer: producer, isMeans: true,
        zeros: graph.tensors[operation.writes].zeros, made: .whole)
    }
  }

  /// The largest or the mean element of every window.
  private mutating func pooled(
    _ operation: Operation, _ windows: [WindowAxis], _ parts: [Part]
  ) -> [Part] {
    let written = graph.tensors[operation.writes]
    let all = parts.reduce(0) { $0 + $1.elements }
    let isOnlyReader = readsAlone(operation.reads[0], parts: parts.count)
    return parts.map { part in
      let own = scaled(written.elements, part.elements, all)
      if isOnlyReader, part.isPlain, let producer = result.maps[part.map].producer {
        return store(
          parts.count == 1 ? operation.name : result.maps[part.map].name, own,
          rows: windows.count == 2 ? windows[0].outputs : 1, producer: producer,
          zeros: written.zeros,
          made: result.maps[part.map].made.behind(windows.count == 2 ? windows[0] : nil))
      }
      var made = part
      made.elements = own
      made.windows =
        part.isPooled
        ? zip(windows, part.windows).map { Self.composed($0, behind: $1) }
        : windows.count == 2 ? windows : []
      made.isPooled = true
      return made
    }
  }

  /// Whether one operation is all that reads a tensor and the tensors that it is joined of.
  private func readsAlone(_ tensor: Tensor.ID, parts: Int) -> Bool {
    guard uses[tensor] == 1 else { return false }
    guard parts > 1, let join = graph.operations.first(where: { $0.writes == tensor }) else {
      return true
    }
    return join.reads.allSatisfy { uses[$0] == 1 }
  }

  /// A sum or product of several operands.
  private mutating func combined(_ operation: Operation, _ operands: [[Part]]) -> [Part] {
    let elements = graph.tensors[operation.writes].elements
    let last = operands.joined().flatMap(\.maps).compactMap { result.maps[$0].producer }.max()
    let base = operands.firstIndex { parts in
      parts.count == 1 && parts[0].isPlain && parts[0].elements == elements
        && result.maps[parts[0].map].producer == last
    }
    guard let last, let base else { return made(operation, operands, elements) }
    for (index, parts) in operands.enumerated() where index != base {
      let before = parts.filter { $0.maps.contains { result.maps[$0].producer != last } }
      let rest = read(
        before, of: operation.reads[index], by: last, as: .term,
        level: result.maps[operands[base][0].map].made.axes.count)
      if rest.count == parts.count { values[operation.reads[index]] = rest }
    }
    return [
      store(
        operation.name, elements, rows: result.maps[operands[base][0].map].rows, producer: last,
        zeros: graph.tensors[operation.writes].zeros,
        made: result.maps[operands[base][0].map].made)
    ]
  }

  /// The same where no stage makes it on the way out.
  ///
  /// A map that several operands are made of is read once: lists would double with every sum of two that
  /// share what they are made of.
  private func made(_ operation: Operation, _ operands: [[Part]], _ elements: Int) -> [Part] {
    func size(_ parts: [Part]) -> Int { parts.reduce(0) { $0 + $1.elements } }
    let base = operands.firstIndex { size($0) == elements } ?? 0
    var parts = operands[base]
    guard !parts.isEmpty else { return parts }
    var (factors, sums) = (Set(parts[0].factors), Set(parts[0].sums))
    for (index, others) in operands.enumerated() where index != base {
      let isFactor = size(others) < elements
      for map in others.lazy.flatMap(\.maps) {
        if isFactor {
          if factors.insert(map).inserted { parts[0].factors.append(map) }
        } else if sums.insert(map).inserted {
          parts[0].sums.append(map)
        }
      }
    }
    return parts
  }

  private func scaled(_ whole: Int, _ part: Int, _ all: Int) -> Int {
    all == part ? whole : Int((Double(whole) * Double(part) / Double(all)).rounded())
  }
}
