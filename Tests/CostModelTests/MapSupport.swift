import Components
import CostModel
import Inputs
import Networks
import TestSupport
import Testing

/// What the tests of maps have in common.
enum MapSupport {
  /// The network that these lines of a workload file describe.
  static func network(_ lines: String) throws -> Network {
    let text = "name: w\nsummary: s\nsource: t\n\(lines)\n"
    let file = SpecFile(path: "w.yaml", node: try YAMLParser.parse(text, file: "w.yaml"))
    return try Workload(file).network(subnet: nil)
  }

  /// A network of a shipped workload.
  static func network(_ workload: String, _ subnet: String?) throws -> Network {
    try Workload(Repository.file("workloads/\(workload).yaml")).network(subnet: subnet)
  }

  /// Where maps are on a design of 8 bits that keeps them as `policy` says.
  ///
  /// Its buffer of weights holds as much as any group of these tests may need.
  static func plan(
    _ network: Network, _ policy: String, capacity: Int = 0, weights: Int? = nil
  ) throws -> MapPlan {
    var text = ArchitectureText()
    text.sizes.weight = 1 << 26
    let keys =
      policy == "none"
      ? "" : ", capacity: \(capacity) B" + (weights.map { ", weights: \($0) B" } ?? "")
    let file = text.text + "activations: {policy: \(policy)\(keys)}\n"
    return Evaluator(try design(file)).plan(of: network)
  }
}

/// Whole maps on chip by trying every choice of them: an oracle of the one-pass rule.
struct WholeMapOracle {
  let maps: StoredMaps

  init(_ network: Network) { maps = network.maps }

  /// Bytes, one per element, that a map costs in DRAM: one write and one read for each reader.
  private func cost(_ map: Int) -> Int {
    let own = maps.maps[map]
    return own.elements * ((own.producer == nil ? 0 : 1) + own.readers.count)
  }

  private func mayStay(_ map: Int) -> Bool {
    let own = maps.maps[map]
    return own.producer != nil && !own.readers.isEmpty && !own.isWanted
  }

  /// With everything in DRAM.
  var none: Int { maps.maps.indices.reduce(0) { $0 + cost($1) } }

  /// With everything on chip that may be there.
  var floor: Int { maps.maps.indices.reduce(0) { mayStay($1) ? $0 : $0 + cost($1) } }

  /// The most that lives at once: from producer to last reader, both included.
  var mostThatLives: Int {
    maps.stages.indices.map { stage in
      maps.maps.indices.filter(mayStay).reduce(0) { sum, map in
        let own = maps.maps[map]
        guard let first = own.producer, let last = own.readers.max() else { return sum }
        return (first...last).contains(stage) ? sum + own.elements : sum
      }
    }.max() ?? 0
  }

  /// The least of every choice in which, at every stage, what lives of the chosen ones fits.
  ///
  /// Stage by stage; all that matters of the past is which chosen maps still live.
  func least(capacity: Int) -> Int {
    let given = maps.maps.indices.filter { maps.maps[$0].producer == nil }
    var states: [Set<Int>: Int] = [[]: given.reduce(0) { $0 + cost($1) }]
    func offer(_ live: Set<Int>, _ moved: Int, _ states: inout [Set<Int>: Int]) {
      states[live] = min(states[live] ?? Int.max, moved)
    }
    for (stage, own) in maps.stages.enumerated() {
      for map in own.writes {
        var next: [Set<Int>: Int] = [:]
        for (live, moved) in states {
          offer(live, moved + cost(map), &next)
          let room = live.reduce(0) { $0 + maps.maps[$1].elements }
          if mayStay(map), room + maps.maps[map].elements <= capacity {
            offer(live.union([map]), moved, &next)
          }
        }
        states = next
      }
      var next: [Set<Int>: Int] = [:]
      for (live, moved) in states {
        offer(live.filter { (maps.maps[$0].readers.max() ?? 0) > stage }, moved, &next)
      }
      states = next
    }
    return states.values.min() ?? 0
  }
}
