internal import Architectures
internal import Units

/// The messages to a process, each one line of JSON, written by hand because there are many.
///
/// Times are whole picoseconds, so that a policy compares what the simulation compares.
enum PolicyText {
  /// The version of the messages.
  static let version = "umemaki.policy/1"

  /// A text as JSON.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  static func hello(
    role: String, spec: ProcessSpec, table: ProfileTable, seed: Int, devices: Int,
    kinds: [String] = [], models: [ServedModel] = []
  ) -> String {
    let models =
      models.isEmpty
      ? ""
      : "\"models\":"
        + list(
          models.map { model in
            let names = list(model.rows.map { quoted(table.subnets[$0].name) })
            return "{\"name\":\(quoted(model.name)),\"subnets\":\(names),\"bytes\":"
              + "\(model.bytes.count),\"pinned\":\(model.isPinned)}"
          }) + ","
    let kinds = kinds.isEmpty ? "" : "\"device_kinds\":\(list(kinds.map(quoted))),"
    return
      "{\"message\":\"hello\",\"protocol\":\"\(version)\",\"role\":\"\(role)\",\"seed\":\(seed),"
      + "\"devices\":\(devices),\(kinds)\(models)\"options\":\(spec.options.json),\"profile\":\(profile(table))}"
  }

  /// The table; latencies, energies and bytes as lists of lists of lists.
  private static func profile(_ table: ProfileTable) -> String {
    let subnets = table.subnets.map { subnet in
      "{\"name\":\(quoted(subnet.name)),\"accuracy\":\(subnet.accuracy),\"weight_bytes\":"
        + "\(subnet.weightBytes.map { "\($0.count)" } ?? "null")}"
    }
    let subgraphs = table.subgraphs.map { subgraph in
      "{\"name\":\(quoted(subgraph.name)),\"load_bytes\":\(subgraph.load.bytes.count),\"load_ps\":"
        + "\(subgraph.load.time.count)}"
    }
    func cells(_ value: (ProfileTable.Cell) -> String) -> String {
      list(
        table.subnets.indices.map { row in
          list(
            table.subgraphs.indices.map { column in
              list(table.batches.indices.map { value(table.cell(row, column, batch: $0)) })
            })
        })
    }
    let energy = table.hasEnergy ? cells { "\($0.energy.value)" } : "null"
    let bytes = table.hasTraffic ? cells { "\($0.dramBytes.count)" } : "null"
    return "{\"subnets\":\(list(subnets)),\"subgraphs\":\(list(subgraphs)),"
      + "\"batches\":\(list(table.batches.map { "\($0)" })),"
      + "\"latency_ps\":\(cells { "\($0.latency.count)" }),"
      + "\"energy_unit\":\(quoted(table.energyUnit.rawValue)),\"energy\":\(energy),"
      + "\"dram_bytes\":\(bytes)}"
  }

  private static func list(_ items: [String]) -> String {
    "[" + items.joined(separator: ",") + "]"
  }

  /// `taken` are idle devices for which a choice is being thought about.
  static func decide(
    _ snapshot: Snapshot, taken: Set<Int>, queue: [Query], waiting: Int, _ table: ProfileTable,
    _ models: [ServedModel] = []
  ) -> String {
    var text = "{\"message\":\"decide\",\"now_ps\":\(snapshot.now.count),\"device\":"
    text += "\(snapshot.asking),\"devices\":["
    for (index, device) in snapshot.devices.enumerated() {
      if index > 0 { text += "," }
      let activity = taken.contains(index) ? "taken" : "\(device.activity)"
      let isBusy = device.activity == .serving || device.activity == .loading
      text += "{\"device\":\(index),\"activity\":\"\(activity)\",\"subgraph\":"
      text += quoted(table.subgraphs[device.subgraph].name)
      text += ",\"subnet\":\(name(device.subnet, table)),\"until_ps\":"
      text += isBusy ? "\(device.until.count)" : "null"
      if let account = snapshot.memories.isEmpty ? nil : snapshot.memories[index] {
        text += ",\"memory_bytes\":\(account.capacity.count),\"models\":"
        text += list(account.models.map { quoted(models[$0].name) })
      }
      text += "}"
    }
    text += "],\"waiting\":\(waiting),\"queue\":["
    for (index, query) in queue.enumerated() {
      if index > 0 { text += "," }
      text += "{\"query\":\(query.id),\"arrival_ps\":\(query.arrival.count),\"deadline_ps\":"
      text += "\(query.deadline.count),\"accuracy\":\(query.demand.accuracy),\"subnet\":"
      text += name(query.demand.subnet, table)
      if query.demand.chain != nil { text += ",\"piece\":\(query.completedPieces)" }
      text += "}"
    }
    return text + "]}"
  }

  static func done(_ batch: [Query], _ service: Service, _ table: ProfileTable) -> String {
    let queries = batch.map { "\($0.id)" }
    return "{\"message\":\"done\",\"now_ps\":\(service.end.count),\"device\":"
      + "\(service.device.index),\"subnet\":\(name(service.subnet, table)),\"queries\":"
      + "\(list(queries))}"
  }

  static func served(
    _ subnet: Int, holding subgraph: Int, at now: SimulationTime, _ table: ProfileTable
  ) -> String {
    "{\"message\":\"served\",\"now_ps\":\(now.count),\"subnet\":\(name(subnet, table)),\"subgraph\":"
      + "\(quoted(table.subgraphs[subgraph].name))}"
  }

  static let bye = "{\"message\":\"bye\"}"

  private static func name(_ subnet: Int?, _ table: ProfileTable) -> String {
    subnet.map { quoted(table.subnets[$0].name) } ?? "null"
  }
}
