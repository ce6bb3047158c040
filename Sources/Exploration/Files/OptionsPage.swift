internal import Components
internal import CostModel
internal import Networks
internal import Serving
internal import Studies
internal import WeightAnalysis

/// The page of what files can choose by `kind` and say beside it, made from what the specifications say of
/// their own keys.
public enum OptionsPage {
  /// The page, in Markdown.
  public static var text: String {
    ([head] + families.map(section) + files.map(section)).joined(separator: "\n")
  }

  /// Keys that nothing is said of, by their places; empty where all are described.
  public static var undescribed: [String] {
    families.flatMap { family in
      family.members.flatMap { missing(in: $0.schema, at: "\(family.title) \($0.kind)") }
    }
      + files.flatMap { missing(in: $0.node, at: $0.title) }
  }

  private struct Family {
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
  }

  private static var families: [Family] {
    [
      Family("Scheduler policies", in: "runs[].policy", SchedulerPolicies.registry),
      Family("Caching policies", in: "runs[].caching", CachingPolicies.registry),
      Family(
        "Iteration policies, of language models", in: "runs[].policy", IterationPolicies.registry),
      Family("Iteration costs", in: "costs", IterationCostings.registry),
      Family("Lengths of requests", in: "requests.lengths", LengthDistributions.registry),
      Family("Arrival processes", in: "arrivals", ArrivalProcesses.registry),
      Family("Searches of sweeps", in: "search", SearchMethods.registry),
      Family("Data paths", in: "datapath", Datapaths.registry),
      Family("Supernets", in: "supernet", Supernets.registry),
      Family(
        "Quantizers",
        "Chosen by `umemaki quantize --scheme`, which sets an option by the flag of its name.",
        Quantizers.registry),
    ]
  }

  private static let head = """
    # Options

    Every option of every policy, caching policy, arrival process, search, data path, supernet and quantizer, and of \
    scenarios, sweeps and transformers themselves: what it does, what is taken where it is left out, and where it comes from.

    This page is what `umemaki schema options` prints, made from the notes beside the keys in the code; \
    `sh scripts/schemas.sh` writes it again. The same notes are in the JSON Schemas, where editors show them. \
    What the policies do with their queues is in <doc:ServingRules>.

    """

  private static func section(_ family: Family) -> String {
    "### \(family.title)\n\n\(family.choice)\n\n"
      + family.members.map { member in
        "#### \(member.kind)\n\n\(member.summary)\n\n" + table(of: member.schema)
      }.joined(separator: "\n")
  }

  private static var files: [(title: String, node: SchemaNode)] {
    [
      ("scenario", SchemaNode(of: ServingSpec.self)),
      ("scenario of graphs", SchemaNode(of: GraphScenarioSpec.self)),
      ("scenario of a language model", SchemaNode(of: TokenScenarioSpec.self)),
      ("scenario of a shared array", SchemaNode(of: SharedArraySpec.self)),
      ("scenario of a virtual device", SchemaNode(of: VirtualDeviceSpec.self)),
      ("sweep", SchemaNode(of: SweepSpec.self)),
      ("transformer", SchemaNode(of: TransformerSpec.self)),
      ("graph network", SchemaNode(of: GraphNetworkSpec.self)),
      ("transformer's iteration", SchemaNode(of: IterationSpec.self)),
    ]
  }

  /// The keys of a file, and those below them that are no choices.
  private static func section(_ file: (title: String, node: SchemaNode)) -> String {
    "### A \(file.title)\n\n" + table(of: file.node)
      + nested(in: file.node, under: "").map { "\n#### \($0.path)\n\n" + table(of: $0.node) }
      .joined()
  }

  /// Mappings below a mapping with their paths.
  private static func nested(
    in node: SchemaNode, under path: String
  ) -> [(path: String, node: SchemaNode)] {
    properties(of: node).flatMap { property -> [(path: String, node: SchemaNode)] in
      let place = path.isEmpty ? property.name : "\(path).\(property.name)"
      let inner: (path: String, node: SchemaNode) =
        if case .array(let element) = property.node {
          (place + "[]", element)
        } else {
          (place, property.node)
        }
      guard !properties(of: inner.node).isEmpty else { return [] }
      return [inner] + nested(in: inner.node, under: inner.path)
    }
  }

  private static func table(of node: SchemaNode) -> String {
    let rows = properties(of: node).map { property in
      let note = property.note
      let standard = property.isRequired ? "must be given" : note?.defaultValue ?? ""
      let cells = ["`\(property.name)`", note?.text ?? "", standard, note?.source ?? ""]
      return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
    guard !rows.isEmpty else { return "No options.\n" }
    return "| Option | What it does | Where left out | Source |\n|---|---|---|---|\n"
      + rows.joined()
  }

  /// The keys of a mapping beside its `kind` word.
  private static func properties(of node: SchemaNode) -> [SchemaProperty] {
    guard case .object(let properties) = node else { return [] }
    return properties.filter { property in
      if property.name == "kind", case .words(let words) = property.node { return words.count > 1 }
      return true
    }
  }

  private static func missing(in node: SchemaNode, at place: String) -> [String] {
    switch node {
    case .object:
      properties(of: node).flatMap { property in
        let path = "\(place).\(property.name)"
        return (property.note == nil ? [path] : []) + missing(in: property.node, at: path)
      }
    case .array(let element): missing(in: element, at: "\(place)[]")
    default: []
    }
  }
}
