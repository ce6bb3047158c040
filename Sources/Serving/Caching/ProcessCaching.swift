public import Components
public import Inputs

/// A caching policy of the user's own: a process that speaks lines of JSON, one for every device.
public struct ProcessCaching: CachingPolicy {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The program, a name in `PATH` or a path from the scenario's folder, and its arguments.
    public let command: [String]
    /// Handed to the process as they are; none unless given.
    public let options: PolicyOptions
    /// The sub-graph held before the first query; the first of the table unless given.
    public let initial: String?
    /// The longest an answer may take, and the longest the end may take; 10 s unless given.
    public let limit: SimulationTime
    /// Where standard error of the process goes, `show` unless given.
    public let standardError: ProcessSpec.Errors

    /// Makes the parameters.
    public init(
      command: [String], options: PolicyOptions = PolicyOptions(), initial: String? = nil,
      limit: SimulationTime = SimulationTime(10_000_000_000_000),
      standardError: ProcessSpec.Errors = .show
    ) {
      self.command = command
      self.options = options
      self.initial = initial
      self.limit = limit
      self.standardError = standardError
    }

    /// Reads the parameters.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        command: try values.decode([String].self, forKey: .command),
        options: try values.decodeIfPresent(PolicyOptions.self, forKey: .options)
          ?? PolicyOptions(),
        initial: try values.decodeIfPresent(String.self, forKey: .initial),
        limit: try values.decodeIfPresent(SimulationTime.self, forKey: .limit)
          ?? SimulationTime(10_000_000_000_000),
        standardError: try values.decodeIfPresent(
          ProcessSpec.Errors.self, forKey: .standardError) ?? .show)
    }

    fileprivate var process: ProcessSpec {
      ProcessSpec(command: command, options: options, limit: limit, standardError: standardError)
    }
  }

  /// `process`.
  public static let kind = "process"
  /// One sentence.
  public static let summary =
    "A caching policy of your own, in any language: a process that speaks JSON lines."
  private let spec: Spec
  private var folder = ""
  private var table: ProfileTable?
  private var session: PolicySession?

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try spec.process.check()
    self.spec = spec
  }

  /// Takes the folder that relative paths start from.
  public mutating func load(
    folder: String, _ read: (String) throws(InputError) -> String
  ) throws(InputError) { self.folder = folder }

  /// Files that the command names.
  public func files(in folder: String) -> [String] { ProcessFiles.named(spec.command, in: folder) }

  /// Finds the first sub-graph.
  public mutating func prepare(for table: ProfileTable) throws(SpecError) -> Int {
    self.table = table
    return try spec.initial.map { name throws(SpecError) in
      try table.subgraph(named: name, key: "initial")
    } ?? 0
  }

  /// Starts the process of a device.
  public mutating func begin(seed: Int, device: Int) throws(PolicyError) {
    guard let table else { return }
    session = try PolicySession(
      spec.process, folder: folder, role: "caching", table: table, seed: seed, devices: 1)
  }

  /// Says `bye`.
  public mutating func finish() throws(PolicyError) { try session?.finish() }

  /// From each question to its answer.
  public var thinking: ThinkingTime? { session?.thinking }

  /// Asks the process.
  public mutating func served(
    _ subnet: Int, holding subgraph: Int, on device: Int, at now: SimulationTime
  ) throws(PolicyError) -> Int {
    guard let session, let table else { return subgraph }
    let question = PolicyText.served(subnet, holding: subgraph, at: now, table)
    return try session.ask(question, at: nil) { (node) throws(InputError) in
      let hold = try PolicyAnswer.decode(PolicyAnswer.Hold.self, from: node)
      let names = table.subgraphs.map(\.name)
      guard let index = names.firstIndex(of: hold.subgraph) else {
        let near = nearestName(to: hold.subgraph, among: names)
        throw SpecFile.located(
          SpecError(
            "subgraph",
            "the table has no sub-graph `\(hold.subgraph)`"
              + (near.map { ", did you mean `\($0)`?" } ?? "")), in: node, under: "")
      }
      return index
    }.answer
  }
}

extension ProcessCaching.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    .command,
    .processOptions,
    KeyNote(
      "initial",
      "Name of the sub-graph that is held before the first query",
      default: "the table's first"),
    .answerLimit,
    .standardError,
  ]
}
