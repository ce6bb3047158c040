internal import Serving
internal import Units

/// Searches cut-offs of some gates of a graph while all others stay as they are.
struct CutoffSearch {
  private var graph: TaskGraph
  private let prices: [NodePrice]
  private let choices: [GateChoices]
  private let time: Double
  private let bytes: Double
  private let stageBytes: Double
  /// What was chosen for each gate; nil where it is as the scenario says.
  private var picks: [Int?]
  /// What the chosen setting comes to; nil before anything was searched.
  private(set) var outlook: GraphOutlook?
  /// The least work of all settings that were tried last.
  private(set) var least = Double.infinity

  init(
    _ graph: TaskGraph, _ prices: [NodePrice], _ choices: [GateChoices], _ budget: TuneSpec.Budget?
  ) {
    self.graph = graph
    self.prices = prices
    self.choices = choices
    time = budget?.latency?.seconds ?? .infinity
    bytes = budget?.byteSeconds ?? .infinity
    stageBytes = budget?.stageByteSeconds ?? .infinity
    picks = Array(repeating: nil, count: choices.count)
  }

  /// The chosen cut-offs of some gates, for people.
  func words(_ part: [Int]) -> String {
    part.compactMap { index in picks[index].map { choices[index].words[$0] } }
      .joined(separator: ", ")
  }

  /// Tries every combination of the cut-offs of some gates and keeps the one with the best accuracy of those
  /// that keep the budget, the one of least work of equal ones; nil where there is none.
  mutating func search(_ part: [Int], _ tried: TriedSettings) -> GraphOutlook? {
    let count = part.reduce(1) { $0 * choices[$1].gates.count }
    let own = stage(part)
    var best: (picks: [Int], outlook: GraphOutlook)?
    least = .infinity
    for number in 0..<count {
      var rest = number
      let tries = part.map { index in
        defer { rest /= choices[index].gates.count }
        return rest % choices[index].gates.count
      }
      guard let outlook = GraphOutlook(replaced(part, tries), prices: prices) else { continue }
      tried.note(outlook.workSeconds, worst: outlook.worstWorkSeconds, score: outlook.accuracy) {
        zip(part, tries).map { choices[$0].words[$1] }.joined(separator: ", ")
      }
      least = min(least, outlook.workSeconds)
      let inStage = own.reduce(0) { $0 + outlook.reach[$1] * (prices[$1].byteSeconds ?? 0) }
      guard Rounding.isWithin(outlook.workSeconds, time),
        Rounding.isWithin(outlook.byteSeconds ?? 0, bytes), Rounding.isWithin(inStage, stageBytes),
        let accuracy = outlook.accuracy
      else { continue }
      let known = best?.outlook
      let (score, cost) = (known?.accuracy ?? -1, known?.workSeconds ?? .infinity)
      let isEqual = Rounding.isEqual(accuracy, score)
      if isEqual ? outlook.workSeconds < cost : accuracy > score {
        best = (tries, outlook)
      }
    }
    guard let best else { return nil }
    graph = replaced(part, best.picks)
    for (index, pick) in zip(part, best.picks) { picks[index] = pick }
    outlook = best.outlook
    return best.outlook
  }

  /// The nodes of the stage of some gates: those that pass on to one another where they do not know.
  private func stage(_ part: [Int]) -> [Int] {
    var nodes = Set(part.map { choices[$0].node })
    while true {
      let more = graph.edges.filter { edge in
        [.idk, .unknown].contains(edge.condition)
          && nodes.contains(edge.from) != nodes.contains(edge.to)
      }.flatMap { [$0.from, $0.to] }
      guard !more.isEmpty else { return nodes.sorted() }
      nodes.formUnion(more)
    }
  }

  /// The graph with cut-offs for some gates.
  private func replaced(_ part: [Int], _ tries: [Int]) -> TaskGraph {
    var nodes = graph.nodes
    for (index, pick) in zip(part, tries) {
      let old = nodes[choices[index].node]
      nodes[choices[index].node] = TaskGraph.Node(
        old.name, row: old.row, kind: old.kind, gate: choices[index].gates[pick],
        accuracy: old.accuracy, correct: old.correct)
    }
    return graph.replacing(nodes: nodes)
  }
}
