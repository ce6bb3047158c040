internal import Networks

/// Rows of values, made of the rows that are there.
extension MapMachine {
  /// How a map is made; one that comes from outside is only read.
  func content(_ map: Int) -> MapForm { program.maps[map].content ?? .stored(map) }

  /// One row of a value, all channels.
  mutating func value(_ form: MapForm, _ row: Int) throws(ReferenceFailure) -> [[Int8]] {
    switch form {
    case .stored(let map):
      try ensure(map, row)
      return try stored(map, row)
    case .product(let stage): return try product(stage, row)
    case .joined(let forms):
      var channels: [[Int8]] = []
      for form in forms { channels += try value(form, row) }
      return channels
    case .padded(let form, let zeros):
      let inner = try value(form, row)
      let none = Array(repeating: Array(repeating: Int8(0), count: inner[0].count), count: zeros)
      return none + inner + none
    case .apply(let place, let forms): return try applied(graph.operations[place], forms, row)
    }
  }

  private mutating func applied(
    _ operation: Operation, _ forms: [MapForm], _ row: Int
  ) throws(ReferenceFailure) -> [[Int8]] {
    if let windows = operation.windows { return try pooled(operation, windows, forms[0], row) }
    if operation.kind == "global-average-pool" {
      var all: [[Int8]] = []
      for row in 0..<rows(forms[0]) {
        let next = try value(forms[0], row)
        all = all.isEmpty ? next : zip(all, next).map { $0 + $1 }
      }
      return all.map { [ByteDefinitions.mean($0)] }
    }
    var result = try value(forms[0], row)
    guard forms.count > 1 else {
      return result.map { $0.map { ByteDefinitions.element(operation.kind, $0) } }
    }
    for form in forms.dropFirst() {
      let isFactor = rows(form) < rows(forms[0]) || extents(form) != extents(forms[0])
      let other = try value(form, isFactor ? 0 : row)
      result = zip(result, other).map { one, other in
        one.indices.map {
          ByteDefinitions.combined(operation.kind, one[$0], other[isFactor ? 0 : $0])
        }
      }
    }
    return result
  }

  private mutating func pooled(
    _ operation: Operation, _ windows: [WindowAxis], _ form: MapForm, _ row: Int
  ) throws(ReferenceFailure) -> [[Int8]] {
    var lines: [[[Int8]]?] = []
    for tap in 0..<windows[0].kernel {
      if let line = windows[0].element(window: row, tap: tap) {
        lines.append(try value(form, line))
      } else {
        lines.append(nil)
      }
    }
    return (0..<extents(form)[0]).map { channel in
      (0..<windows[1].outputs).map { column in
        ByteDefinitions.pooled(
          operation.kind,
          lines.flatMap { line in
            (0..<windows[1].kernel).map { tap in
              windows[1].element(window: column, tap: tap).flatMap { line?[channel][$0] }
            }
          })
      }
    }
  }

  private func extents(_ form: MapForm) -> [Int] { program.extents(form) }

  private func rows(_ form: MapForm) -> Int {
    let extents = extents(form)
    return extents.count > 1 ? extents[1] : 1
  }

  /// One row of what a stage computes; each is computed once, in order.
  mutating func product(_ stage: Int, _ row: Int) throws(ReferenceFailure) -> [[Int8]] {
    if let known = products[stage]?[row] { return known }
    guard row >= computed[stage, default: 0], group.contains(stage) else {
      throw fail("row \(row) of stage \(stage) would have to be computed a second time")
    }
    let input = program.stages[stage].input
    guard let layer = graph.operations[program.stages[stage].operation].layer else { return [] }
    let isVector = layer.operation == .fullyConnected
    let taps =
      isVector
      ? Array(0..<rows(input))
      : (0..<layer.rows.kernel).compactMap { layer.rows.element(window: row, tap: $0) }
    // All rows of the window are there at once, whatever had to be done for the last of them.
    if let first = taps.min(), let last = taps.max() {
      for (map, rows) in spans(input, first...last) { try ensure(map, rows.upperBound) }
    }
    if let known = products[stage]?[row] { return known }
    var lines: [Int: [[Int8]]] = [:]
    for line in taps { lines[line] = try value(input, line) }
    let values =
      isVector ? vector(layer, lines, stage) : convolved(layer, lines, stage: stage, row: row)
    products[stage, default: [:]][row] = values
    computed[stage] = row + 1
    return values
  }

  private func convolved(
    _ layer: Layer, _ lines: [Int: [[Int8]]], stage: Int, row: Int
  ) -> [[Int8]] {
    let (depth, width) = (layer.channelsPerGroup, layer.kernels / layer.groups)
    return (0..<layer.kernels).map { kernel in
      (0..<layer.outputColumns).map { column in
        var sum = 0
        for y in 0..<layer.kernelRows {
          guard let line = layer.rows.element(window: row, tap: y).flatMap({ lines[$0] }) else {
            continue
          }
          for x in 0..<layer.kernelColumns {
            guard let place = layer.columns.element(window: column, tap: x) else { continue }
            for channel in 0..<depth {
              let weight = weights[stage][
                ((kernel * depth + channel) * layer.kernelRows + y) * layer.kernelColumns + x]
              sum += Int(weight) * Int(line[kernel / width * depth + channel][place])
            }
          }
        }
        return Int8(truncatingIfNeeded: sum)
      }
    }
  }

  /// Weights times all elements, channel by channel.
  private func vector(_ layer: Layer, _ lines: [Int: [[Int8]]], _ stage: Int) -> [[Int8]] {
    let ordered = lines.sorted { $0.key < $1.key }.map(\.value)
    let elements = (ordered.first ?? []).indices.flatMap { channel in
      ordered.flatMap { $0[channel] }
    }
    return (0..<layer.kernels).map { kernel in
      let sum = elements.indices.reduce(0) {
        $0 + Int(weights[stage][kernel * elements.count + $1]) * Int(elements[$1])
      }
      return [Int8(truncatingIfNeeded: sum)]
    }
  }

  /// The rows of each map that rows of a value are made of.
  func spans(_ form: MapForm, _ lines: ClosedRange<Int>) -> [(map: Int, rows: ClosedRange<Int>)] {
    switch form {
    case .stored(let map):
      let last = program.maps[map].rows - 1
      return [(map, min(lines.lowerBound, last)...min(lines.upperBound, last))]
    case .product: return []
    case .joined(let forms): return forms.flatMap { spans($0, lines) }
    case .padded(let form, _): return spans(form, lines)
    case .apply(let place, let forms):
      let operation = graph.operations[place]
      if let windows = operation.windows {
        let taps = lines.flatMap { line in
          (0..<windows[0].kernel).compactMap { windows[0].element(window: line, tap: $0) }
        }
        guard let first = taps.min(), let last = taps.max() else { return [] }
        return spans(forms[0], first...last)
      }
      if operation.kind == "global-average-pool" { return spans(forms[0], 0...rows(forms[0]) - 1) }
      return forms.flatMap { spans($0, lines) }
    }
  }

  /// The rows of each map that the next row of a stage's sums is made of; nil behind the last one.
  func next(of stage: Int) -> [(map: Int, rows: ClosedRange<Int>)]? {
    guard let layer = graph.operations[program.stages[stage].operation].layer else { return nil }
    let (input, row) = (program.stages[stage].input, computed[stage, default: 0])
    guard row < layer.outputRows else { return nil }
    if layer.operation == .fullyConnected { return spans(input, 0...rows(input) - 1) }
    let taps = (0..<layer.rows.kernel).compactMap { layer.rows.element(window: row, tap: $0) }
    guard let first = taps.min(), let last = taps.max() else { return [] }
    return spans(input, first...last)
  }

  /// A row of a map that has been made.
  private func stored(_ map: Int, _ row: Int) throws(ReferenceFailure) -> [[Int8]] {
    if let whole = memory[map] ?? fetched[map] { return whole[row: row] }
    guard let line = windows[map]?.rows[row] else {
      throw fail(
        "row \(row) of \(name(map)) is needed and was dropped: \(windows[map]?.made ?? 0) rows are "
          + "made, \(windows[map]?.room ?? 0) have room")
    }
    return line
  }
}
