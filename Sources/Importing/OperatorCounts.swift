internal import Networks
internal import Reports

/// What became of the operators of a file.
struct OperatorCounts {
  /// What became of those of one kind.
  struct Count {
    /// The operator.
    let name: String
    /// Those that became operations of the workload.
    var kept = 0
    /// Those that are assumed fused or free.
    var fused = 0
    /// Those that no layer can express.
    var leftOut = 0
    /// Those whose graph or function was read in their place.
    var called = 0
    /// Operations that they became, by their words, in the order of their first occurrence.
    var kinds: [(word: String, count: Int)] = []
    /// Multiply-accumulates of those that became layers.
    var macs = 0
    /// Weights of those that became layers.
    var weights = 0
    /// Multiply-accumulates of what is left out, as far as they are known.
    var macsLeftOut = 0
    /// Whether those of all that is left out are known.
    var isKnown = true
    /// Elements of the constants that those read that are left out.
    var weightsLeftOut = 0

    /// Adds an operation that a node became.
    mutating func add(_ entry: GraphDraft.Entry) {
      macs = macs.addingReportingOverflow(entry.layer?.macs ?? 0).partialValue
      weights = weights.addingReportingOverflow(entry.layer?.storedWeights ?? 0).partialValue
      if let index = kinds.firstIndex(where: { $0.word == entry.kind }) {
        kinds[index].count += 1
      } else {
        kinds.append((entry.kind, 1))
      }
    }

    /// Adds a node that is left out.
    mutating func leaveOut(macs: Int?, weights: Int) {
      leftOut += 1
      weightsLeftOut = weightsLeftOut.addingReportingOverflow(weights).partialValue
      guard let macs else {
        isKnown = false
        return
      }
      let sum = macsLeftOut.addingReportingOverflow(macs)
      if sum.overflow { isKnown = false } else { macsLeftOut = sum.partialValue }
    }
  }

  /// The operators in the order of their first occurrence.
  private(set) var counts: [Count] = []
  private var places: [String: Int] = [:]

  /// Changes what became of the operators called `name`.
  mutating func change(_ name: String, _ body: (inout Count) -> Void) {
    let place = places[name, default: counts.count]
    if place == counts.count {
      places[name] = place
      counts.append(Count(name: name))
    }
    body(&counts[place])
  }

  /// The table: what there is, most multiply-accumulates first; nothing for a format without operators.
  var table: [[String]] {
    guard !counts.isEmpty else { return [] }
    let sorted = counts.enumerated().sorted { one, other in
      let (a, b) = (one.element, other.element)
      return (b.macs + b.macsLeftOut / 2, one.offset) < (a.macs + a.macsLeftOut / 2, other.offset)
    }
    return [["operator", "nodes", "MACs", "weights", "became"]]
      + sorted.map { $0.element.row }
  }
}

extension OperatorCounts.Count {
  fileprivate var row: [String] {
    var parts = kinds.map { "\($0.word) \($0.count)" }
    if fused > 0 { parts.append(kinds.isEmpty && leftOut == 0 ? "fused" : "fused \(fused)") }
    if called > 0 { parts.append("read in its place") }
    if leftOut > 0 {
      let known = NumberText.quantity(Double(macsLeftOut), unit: "MAC")
      let macs = isKnown ? known : macsLeftOut > 0 ? "\(known) and more" : "MACs unknown"
      parts.append(
        "left out \(leftOut) (\(macs)"
          + (weightsLeftOut > 0 ? ", \(NumberText.count(weightsLeftOut)) weights)" : ")"))
    }
    return [
      name, "\(kept + fused + leftOut + called)",
      macs > 0 ? NumberText.quantity(Double(macs), unit: "MAC") : "",
      weights > 0 ? NumberText.count(weights) : "", parts.joined(separator: ", "),
    ]
  }
}

extension ImportedNetwork {
  /// Changes what became of the operators called `name`.
  mutating func count(_ name: String, _ body: (inout OperatorCounts.Count) -> Void) {
    operators.change(name, body)
  }

  /// Counts an operator that is assumed fused or free.
  mutating func fuse(_ name: String) {
    if let index = notModelled.firstIndex(where: { $0.operation == name }) {
      notModelled[index].count += 1
    } else {
      notModelled.append((name, 1))
    }
  }

  /// Notes something once.
  mutating func note(_ text: String) {
    if notes.count < 1000, notes.last != text { notes.append(text) }
  }

  /// Notes what was taken to be.
  mutating func infer(_ text: String) { if inferred.count < 1000 { inferred.append(text) } }

  /// Ends an import with the graph that came of it.
  mutating func finish(_ draft: GraphDraft) {
    self.draft = draft
    notModelled.sort { ($1.count, $0.operation) < ($0.count, $1.operation) }
    if sharedLayers > 0 {
      notes.append(
        "\(sharedLayers) \(sharedLayers == 1 ? "layer reads" : "layers read") weights that layers "
          + "before read too; \(NumberText.count(sharedWeights)) weights are counted again")
    }
  }
}
