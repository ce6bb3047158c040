internal import Components
internal import CostModel
internal import Networks
internal import Serving
internal import WeightAnalysis

/// The page of what files can say and choose, made from what the specifications say of their own keys.
public enum OptionsPage {
  /// The page, in Markdown.
  public static var text: String {
    ([head] + files.map(section) + families.map(section)).joined(separator: "\n")
  }

  /// Keys that nothing is said of, by their places; empty where all are described.
  public static var undescribed: [String] {
    SchemaDocument.kinds.flatMap { missing(in: SchemaDocument.node(of: $0), at: $0) }
      + families.flatMap { family in
        family.members.flatMap { missing(in: $0.schema, at: "\(family.title) \($0.kind)") }
      }
  }

  /// Members that a key chooses one of.
  struct Family {
    let title: String
    /// How people choose one of them.
    let choice: String
    let members: [(kind: String, summary: String, schema: SchemaNode)]

    init<Member>(_ title: String, in key: String, _ registry: Registry<Member>) {
      self.init(title, "Chosen by `kind` in `\(key)`.", registry)
    }

    init<Member>(_ title: String, _ choice: String, _ registry: Registry<Member>) {
      self.title = title
      self.choice = choice
      members = registry.entries.map { ($0.kind, $0.summary, $0.schema) }
    }

    /// Operators, whose common keys stand before them.
    init(_ title: String, _ choice: String, _ registry: OperationRegistry) {
      self.title = title
      self.choice = choice
      members = registry.entries.map { ($0.kind, $0.summary, $0.schema) }
    }
  }

  private static var families: [Family] {
    [
      Family("Data paths", in: "datapath", Datapaths.registry),
      Family("Mapping rules", "Chosen by `rule` in `mapping`.", LayerMappers.registry),
      Family(
        "Operators",
        "Chosen by `operator` in a list of layers, of which every entry may have:\n\n"
          + commonOfOperators, OperationKinds.registry),
      Family("Supernets", in: "supernet", Supernets.registry),
      Family(
        "Quantizers",
        "Chosen by `umemaki quantize --scheme`, which sets an option by the flag of its name.",
        Quantizers.registry),
      Family("Scheduler policies", in: "runs[].policy", SchedulerPolicies.registry),
      Family("Caching policies", in: "runs[].caching", CachingPolicies.registry),
      Family(
        "Iteration policies, of language models", in: "runs[].policy", IterationPolicies.registry),
      Family("Iteration costs", in: "costs", IterationCostings.registry),
      Family("Lengths of requests", in: "requests.lengths", LengthDistributions.registry),
      Family("Arrival processes", in: "arrivals", ArrivalProcesses.registry),
      Family("Searches of sweeps", in: "search", SearchMethods.registry),
    ]
  }

  private static let head = """
    # Options

    Every key of every file, and every option of what files choose by `kind`, `rule` or `operator`: what it does, \
    what is taken where it is left out, and where it comes from.

    This page is what `umemaki schema options` prints, made from the notes beside the keys in the code; \
    `sh scripts/schemas.sh` writes it again. The same notes are in the JSON Schemas, where editors show them. \
    What the policies do with their queues is in <doc:ServingRules>.

    """

  private static func section(_ family: Family) -> String {
    "### \(family.title)\n\n\(family.choice)\n\n"
      + family.members.map { member in
        "#### \(member.kind)\n\n\(member.summary)\n\n" + table(options(of: member.schema))
      }.joined(separator: "\n")
  }

  /// Rows of the keys of a mapping.
  static func table(of node: SchemaNode) -> String { table(properties(of: node)) }

  static func table(_ properties: [SchemaProperty]) -> String {
    let rows = properties.map { property in
      let note = property.note
      let standard = property.isRequired ? "must be given" : note?.defaultValue ?? ""
      let cells = ["`\(property.name)`", note?.text ?? "", standard, note?.source ?? ""]
      return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
    guard !rows.isEmpty else { return "No options.\n" }
    return "| Option | What it does | Where left out | Source |\n|---|---|---|---|\n"
      + rows.joined()
  }

  /// The keys of a mapping.
  static func properties(of node: SchemaNode) -> [SchemaProperty] {
    guard case .object(let properties) = node else { return [] }
    return properties
  }

  /// The keys of a member of a family beside the word that chose it and, of an operator, those of all of them.
  private static func options(of node: SchemaNode) -> [SchemaProperty] {
    let properties = properties(of: node)
    let isOperator = properties.contains { property in
      if property.name == "operator", case .words = property.node { true } else { false }
    }
    return properties.filter { property in
      if isOperator, ["operator", "name", "from", "input", "zeros"].contains(property.name) {
        return false
      }
      if property.name == "kind", case .words(let words) = property.node { return words.count > 1 }
      return true
    }
  }

  /// The keys of every operator, and those of its `zeros`.
  private static var commonOfOperators: String {
    let schemas = OperationKinds.registry.entries.filter { !$0.needsName }.map(\.schema)
    guard case .object(let all)? = schemas.first else { return "" }
    let common = all.filter { ["name", "from", "input", "zeros"].contains($0.name) }
    let zeros = common.first { $0.name == "zeros" }.map { table(of: $0.node) } ?? ""
    return table(common) + "\n`zeros` has:\n\n" + zeros
  }

  private static func missing(in node: SchemaNode, at place: String) -> [String] {
    switch node {
    case .object(let properties):
      properties.flatMap { property in
        let path = "\(place).\(property.name)"
        return (property.note == nil ? [path] : []) + missing(in: property.node, at: path)
      }
    case .array(let element): missing(in: element, at: "\(place)[]")
    case .map(let element): missing(in: element, at: "\(place){}")
    case .anyOf(let nodes): nodes.flatMap { missing(in: $0, at: place) }
    default: []
    }
  }
}
