package import Components
package import Inputs

/// What the queries of a trace ask for, one after another; what a row leaves out is drawn.
public struct TraceDemands: Hashable, Sendable {
  /// A name and where the trace has it first.
  struct Name: Hashable, Sendable {
    let text: String
    let place: SourceLocation
  }

  /// The demands of one row, each nil where the row says nothing.
  struct Row {
    var latency: SimulationTime?
    var accuracy: Double?
    var group: Int?
    var model: Int?
  }

  // Each list is empty, or has a value per row; below zero where the row says nothing.
  private var latencies: [SimulationTime] = []
  private var accuracies: [Double] = []
  private var groups: [Int32] = []
  private var models: [Int32] = []
  /// The classes in the order in which they come first.
  public internal(set) var classes: [String] = []
  var names: [Name] = []
  /// The sub-network that a model's name stands for; itself where the scenario names none.
  var subnets: [String: String] = [:]

  init() {}

  /// Whether every row says how long its query waits.
  public var sayEveryLatency: Bool {
    !latencies.isEmpty && latencies.allSatisfy { $0.count >= 0 }
  }

  /// Whether no row asks for anything.
  var isEmpty: Bool {
    latencies.isEmpty && accuracies.isEmpty && groups.isEmpty && models.isEmpty
  }

  /// Adds a row's demands to those of `count` rows before.
  mutating func append(_ row: Row, after count: Int) {
    Self.append(row.latency, none: SimulationTime(-1), to: &latencies, after: count)
    Self.append(row.accuracy, none: -1, to: &accuracies, after: count)
    Self.append(row.group.map(Int32.init), none: -1, to: &groups, after: count)
    Self.append(row.model.map(Int32.init), none: -1, to: &models, after: count)
  }

  private static func append<Value>(
    _ value: Value?, none: Value, to list: inout [Value], after count: Int
  ) {
    if list.isEmpty {
      guard value != nil else { return }
      list = Array(repeating: none, count: count)
    }
    list.append(value ?? none)
  }

  /// The rows in another order: the row at `order[i]` comes to `i`.
  mutating func reorder(_ order: [Int]) {
    if !latencies.isEmpty { latencies = order.map { latencies[$0] } }
    if !accuracies.isEmpty { accuracies = order.map { accuracies[$0] } }
    if !groups.isEmpty { groups = order.map { groups[$0] } }
    if !models.isEmpty { models = order.map { models[$0] } }
  }

  /// The demands of a query: those of its row, and of `drawn` where the row says nothing.
  func demand(of query: Int, drawn: QueryDemand, rows: [Int]) -> QueryDemand {
    var (accuracy, latency, subnet) = (drawn.accuracy, drawn.latency, drawn.subnet)
    if query < latencies.count, latencies[query].count >= 0 { latency = latencies[query] }
    if query < accuracies.count, accuracies[query] >= 0 { accuracy = accuracies[query] }
    if query < models.count, models[query] >= 0 { subnet = rows[Int(models[query])] }
    // A row that names a sub-network is of that piece alone.
    let isNamed = query < models.count && models[query] >= 0
    return QueryDemand(
      accuracy: accuracy, latency: latency, subnet: subnet, group: drawn.group,
      chain: isNamed ? nil : drawn.chain)
  }

  /// The class of a query's row, by its place in `classes`; nil where the row says none.
  func group(of query: Int) -> Int? {
    query < groups.count && groups[query] >= 0 ? Int(groups[query]) : nil
  }

  /// The rows of a table that the models stand for, in the order of `names`.
  ///
  /// - Throws: `InputError` at the first row that names a model of which the table has no sub-network.
  package func rows(of table: ProfileTable) throws(InputError) -> [Int] {
    var found: [Int] = []
    for name in names {
      let subnet = subnets[name.text] ?? name.text
      let meant = subnets[name.text].map { ", for which `models` says `\($0)`," } ?? ""
      guard let row = table.subnets.firstIndex(where: { $0.name == subnet }) else {
        let all = table.subnets.map(\.name)
        let near = nearestName(to: subnet, among: all).map { ", did you mean `\($0)`?" }
        throw InputError(
          "the model `\(name.text)`\(meant) is no sub-network of the table"
            + (near ?? ", expected one of \(all.joined(separator: ", ")), or `models` in the "
              + "scenario"),
          at: name.place)
      }
      found.append(row)
    }
    return found
  }
}

/// The sub-network that each model's name in a trace stands for.
public struct TraceModels: Codable, Hashable, Sendable {
  /// Sub-networks by the names of the trace.
  public let subnets: [String: String]

  /// Makes a list of models.
  public init(_ subnets: [String: String]) { self.subnets = subnets }

  /// Reads a mapping.
  public init(from decoder: any Decoder) throws {
    subnets = try decoder.singleValueContainer().decode([String: String].self)
  }

  /// Writes the mapping.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(subnets)
  }
}

extension TraceModels: SchemaDescribed {
  package static var schemaNode: SchemaNode { .map(.string) }
  package static var schemaExample: TraceModels { TraceModels([:]) }
}
