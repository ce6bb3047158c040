internal import Architectures
internal import Components
internal import CostModel
internal import Networks
internal import Reports
internal import Serving
internal import Studies

/// JSON Schemas of the files that a user writes.
public enum SchemaDocument {
  /// The kinds of file, and the messages of a policy's process, that have a schema.
  public static let kinds = [
    "architecture", "workload", "energy-table", "dram-preset", "subnet", "subgraph",
    "scenario", "graph-scenario", "token-scenario", "sharing-scenario", "device-scenario",
    "area-table", "sweep", "policy-message",
  ]

  /// The schema of `kind`, one of `kinds`.
  public static func text(of kind: String) -> String {
    guard case .object(var members) = document(node(of: kind)) else { return "{}\n" }
    members["$schema"] = .string("https://json-schema.org/draft/2020-12/schema")
    members["title"] = .string("Umemaki \(kind)")
    if kind == "policy-message" { members["$id"] = .string(PolicyMessages.version) }
    return JSONValue.object(members).text + "\n"
  }

  /// The shape of `kind` with the members of every family in their places.
  static func node(of kind: String) -> SchemaNode {
    switch kind {
    case "architecture":
      architecture
    case "workload":
      SchemaNode(of: WorkloadSpec.self).filling(
        choices: Supernets.registry.entries.map(\.schema))
    case "energy-table": SchemaNode(of: EnergyTableSpec.self)
    case "dram-preset": SchemaNode(of: DRAMEnergySpec.self)
    case "scenario": scenario
    case "graph-scenario": graphScenario
    case "token-scenario": tokenScenario
    case "sharing-scenario": sharingScenario
    case "device-scenario": SchemaNode(of: VirtualDeviceSpec.self)
    case "area-table": SchemaNode(of: AreaTableSpec.self)
    case "sweep":
      SchemaNode(of: SweepSpec.self).filling(
        choices: SearchMethods.registry.entries.map(\.schema))
    case "policy-message": PolicyMessages.schema
    case "subnet": SchemaNode(of: SubnetSpec.self)
    default: SchemaNode(of: SubgraphSpec.self)
    }
  }

  /// An architecture has a datapath and a mapping rule.
  private static var architecture: SchemaNode {
    guard case .object(let properties) = SchemaNode(of: ArchitectureSpec.self) else {
      return .object([])
    }
    return .object(
      properties.map { property in
        SchemaProperty(
          name: property.name,
          node: property.name == "mapping"
            ? LayerMappers.schema
            : property.node.filling(choices: Datapaths.registry.entries.map(\.schema)),
          isRequired: property.isRequired, note: property.note)
      })
  }

  /// A scenario has choices of three families.
  private static var scenario: SchemaNode {
    guard case .object(let properties) = SchemaNode(of: ServingSpec.self) else {
      return .object([])
    }
    return .object(
      properties.map { property in
        let node =
          switch property.name {
          case "arrivals":
            property.node.filling(choices: ArrivalProcesses.registry.entries.map(\.schema))
          case "runs": runs(property.node)
          default: property.node
          }
        return SchemaProperty(
          name: property.name, node: node, isRequired: property.isRequired, note: property.note)
      })
  }

  /// A scenario of a language model has choices of four families, by their keys.
  private static var tokenScenario: SchemaNode {
    filled(SchemaNode(of: TokenScenarioSpec.self)) { name in
      switch name {
      case "arrivals": ArrivalProcesses.registry.entries.map(\.schema)
      case "lengths": LengthDistributions.registry.entries.map(\.schema)
      case "policy", "prompt_policy": IterationPolicies.registry.entries.map(\.schema)
      case "costs": IterationCostings.registry.entries.map(\.schema)
      default: nil
      }
    }
  }

  /// A scenario of graphs has choices of three families, by their keys.
  private static var graphScenario: SchemaNode {
    filled(SchemaNode(of: GraphScenarioSpec.self)) { name in
      switch name {
      case "arrivals": ArrivalProcesses.registry.entries.map(\.schema)
      case "policy": SchedulerPolicies.registry.entries.map(\.schema)
      case "caching": CachingPolicies.registry.entries.map(\.schema)
      default: nil
      }
    }
  }

  /// A scenario of a shared array has choices of arrivals.
  private static var sharingScenario: SchemaNode {
    filled(SchemaNode(of: SharedArraySpec.self)) { name in
      name == "arrivals" ? ArrivalProcesses.registry.entries.map(\.schema) : nil
    }
  }

  /// The shape with the members of each choice, by the name of its key.
  private static func filled(
    _ node: SchemaNode, _ name: String = "", _ members: (String) -> [SchemaNode]?
  ) -> SchemaNode {
    if let members = members(name) { return node.filling(choices: members) }
    switch node {
    case .array(let element): return .array(filled(element, name, members))
    case .object(let properties):
      return .object(
        properties.map {
          SchemaProperty(
            name: $0.name, node: filled($0.node, $0.name, members), isRequired: $0.isRequired,
            note: $0.note)
        })
    default: return node
    }
  }

  private static func runs(_ node: SchemaNode) -> SchemaNode {
    guard case .array(.object(let properties)) = node else { return node }
    return .array(
      .object(
        properties.map { property in
          let members =
            property.name == "policy"
            ? SchedulerPolicies.registry.entries.map(\.schema)
            : CachingPolicies.registry.entries.map { mayLackWindow($0.schema) }
          return SchemaProperty(
            name: property.name, node: property.node.filling(choices: members),
            isRequired: property.isRequired, note: property.note)
        }))
  }

  /// The shape of a caching policy in a run, whose `tune` may choose the window.
  private static func mayLackWindow(_ node: SchemaNode) -> SchemaNode {
    guard case .object(let properties) = node else { return node }
    return .object(
      properties.map { property in
        guard property.name == "window", property.isRequired else { return property }
        return SchemaProperty(
          name: property.name, node: property.node, isRequired: false,
          note: property.note.map {
            KeyNote($0.key, $0.text, default: "what the run's `tune` finds", source: $0.source)
          })
      })
  }

  /// The shape of a key's value with what the key does.
  private static func document(_ property: SchemaProperty) -> JSONValue {
    guard let note = property.note, case .object(var members) = document(property.node) else {
      return document(property.node)
    }
    members["description"] = .string(note.description)
    return .object(members)
  }

  private static func document(_ node: SchemaNode) -> JSONValue {
    switch node {
    case .object(let properties):
      let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
      let members = properties.map { ($0.name, document($0)) }
      return .object([
        "type": .string("object"), "additionalProperties": .bool(false),
        "properties": .object(Dictionary(members) { first, _ in first }),
        "required": .array(required),
      ])
    case .array(let element):
      return .object(["type": .string("array"), "items": document(element)])
    case .string: return .object(["type": .string("string")])
    case .integer: return .object(["type": .string("integer")])
    case .number: return .object(["type": .string("number")])
    case .boolean: return .object(["type": .string("boolean")])
    case .words(let words):
      return .object(["enum": .array(words.map { .string($0) })])
    case .quantity(let units, let words, let example):
      let escaped = units.map { $0.replacing("/", with: "\\/") }.joined(separator: "|")
      let value = "[0-9.]+([eE][-+]?[0-9]+)? +(\(escaped))"
      let pattern = ([value] + words).joined(separator: "|")
      return .object([
        "type": .string("string"), "pattern": .string("^(\(pattern))$"),
        "examples": .array([.string(example)]),
      ])
    case .anyOf(let nodes): return .object(["anyOf": .array(nodes.map(document))])
    case .map(let element):
      return .object(["type": .string("object"), "additionalProperties": document(element)])
    case .pattern(let pattern):
      return .object(["type": .string("string"), "pattern": .string(pattern)])
    case .any: return .object([:])
    case .null: return .object(["type": .string("null")])
    case .choice: return .object(["type": .string("object")])
    }
  }
}
