internal import Components
internal import Inputs

/// Checks the answer to `decide` against what there is.
struct DecisionReader {
  /// A batch that can be run.
  struct Choice {
    let subnet: Int
    let queries: [Int]
    let device: Int
    /// The sub-graph to put on chip first.
    let load: Int?
  }

  /// An answer that can be carried out.
  enum Answer {
    case choose(Choice)
    case drop([Int])
    case wait(until: SimulationTime?)
  }

  let table: ProfileTable
  let now: SimulationTime
  /// The device that is asked for.
  let asking: Int
  /// Whether each device can start a batch.
  let devices: [Bool]
  /// Numbers of the queries that the question showed.
  let offered: [Int]
  private var mostQueries: Int { table.largestBatch }

  func read(_ node: YAMLNode) throws(InputError) -> Answer {
    switch PolicyAnswer.word(of: node) {
    case "drop":
      let drop = try PolicyAnswer.decode(PolicyAnswer.Drop.self, from: node)
      try check(drop.queries, node)
      return .drop(drop.queries)
    case "wait":
      let wait = try PolicyAnswer.decode(PolicyAnswer.Wait.self, from: node)
      if let until = wait.untilPs, until <= now.count {
        throw fault(
          node, "until_ps", "expected more than \(now.count), which is now, found \(until)")
      }
      return .wait(until: wait.untilPs.map { SimulationTime($0) })
    case let word?:
      guard word == "choose" else {
        let near = nearestName(to: word, among: ["choose", "drop", "wait", "error"])
        throw fault(
          node, "message",
          "expected choose, drop, wait or error, found `\(word)`"
            + (near.map { ", did you mean `\($0)`?" } ?? ""))
      }
      return try choice(PolicyAnswer.decode(PolicyAnswer.Choose.self, from: node), node)
    case nil:
      throw fault(node, "message", "expected choose, drop, wait or error, found none")
    }
  }

  private func choice(
    _ choose: PolicyAnswer.Choose, _ node: YAMLNode
  ) throws(InputError) -> Answer {
    let names = table.subnets.map(\.name)
    guard let subnet = names.firstIndex(of: choose.subnet) else {
      throw fault(
        node, "subnet",
        "the table has no sub-network `\(choose.subnet)`"
          + (nearestName(to: choose.subnet, among: names).map { ", did you mean `\($0)`?" } ?? ""))
    }
    let device = choose.device ?? asking
    guard devices.indices.contains(device), devices[device] else {
      let idle = devices.indices.filter { devices[$0] }.map { "\($0)" }.joined(separator: ", ")
      throw fault(node, "device", "expected an idle device, \(idle), found \(device)")
    }
    var load: Int?
    if let name = choose.load {
      let names = table.subgraphs.map(\.name)
      load = names.firstIndex(of: name)
      guard load != nil else {
        throw fault(
          node, "load",
          "the table has no sub-graph `\(name)`"
            + (nearestName(to: name, among: names).map { ", did you mean `\($0)`?" } ?? ""))
      }
    }
    return .choose(
      Choice(subnet: subnet, queries: try queries(choose, node), device: device, load: load))
  }

  private func queries(
    _ choose: PolicyAnswer.Choose, _ node: YAMLNode
  ) throws(InputError) -> [Int] {
    if let batch = choose.batch, !(1...mostQueries).contains(batch) {
      throw fault(node, "batch", "expected 1 to \(mostQueries), found \(batch)")
    }
    switch (choose.queries, choose.batch) {
    case (let queries?, let batch):
      try check(queries, node)
      guard queries.count <= mostQueries else {
        throw fault(
          node, "queries", "expected at most \(mostQueries) queries, found \(queries.count)")
      }
      if let batch, batch != queries.count {
        throw fault(
          node, "batch", "expected \(queries.count), the number of queries, found \(batch)")
      }
      return queries
    case (nil, let batch?): return Array(offered.prefix(batch))
    case (nil, nil): throw fault(node, "queries", "expected `queries` or `batch`")
    }
  }

  private func check(_ queries: [Int], _ node: YAMLNode) throws(InputError) {
    guard !queries.isEmpty else { throw fault(node, "queries", "expected at least one query") }
    let waiting = Set(offered)
    var seen: Set<Int> = []
    for (index, query) in queries.enumerated() {
      guard waiting.contains(query) else {
        throw fault(node, "queries[\(index)]", "no query \(query) is in the queue that was shown")
      }
      guard seen.insert(query).inserted else {
        throw fault(node, "queries[\(index)]", "query \(query) is there twice")
      }
    }
  }

  /// An error at the value of a key, or where the answer begins.
  private func fault(_ node: YAMLNode, _ path: String, _ message: String) -> InputError {
    SpecFile.located(SpecError(path, message), in: node, under: "")
  }
}
