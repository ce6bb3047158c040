public import Components
public import Inputs
internal import Units

/// Iterations as the cost model prices them on an architecture.
public struct DesignCosts: IterationCosting {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The architecture.
    public let architecture: String
    /// Time of every iteration that the design does not account for.
    public let host: SimulationTime?

    /// Makes the parameters.
    public init(architecture: String, host: SimulationTime? = nil) {
      self.architecture = architecture
      self.host = host
    }
  }

  /// `design`.
  public static let kind = "design"
  /// One sentence.
  public static let summary = "The cost model on an architecture, part by part of the network."
  private let spec: Spec

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try Self.check(spec.host, "host")
    self.spec = spec
  }

  static func check(_ host: SimulationTime?, _ key: String) throws(SpecError) {
    guard (0...86_400_000_000_000_000).contains(host?.count ?? 0) else {
      throw SpecError(key, "expected 0 s to a day, found \(host ?? SimulationTime(0))")
    }
  }

  /// Costs that are worked out when they are first asked for.
  public func costs(
    from source: any IterationSource, decodeTokens: Int
  ) throws(InputError) -> any IterationCosts {
    TabulatedCosts(
      try source.design(spec.architecture, key: "architecture"),
      host: spec.host ?? SimulationTime(0),
      decodeTokens: decodeTokens)
  }
}

extension DesignCosts.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("architecture", "The architecture, a name or a path"),
    KeyNote(
      "host", "Time of every iteration that the design does not account for: scheduling, sampling",
      default: "0 s"),
  ]
}

/// Costs of iterations put together from those of requests that are alike.
///
/// Linear parts and the head are exact for every number of tokens and logits. Attention of a chunk, and of
/// `n` decodes of equal context, is exact at the lengths of `LengthGrid` and at powers of two of `n`, and
/// interpolated between them; decodes of several contexts take the mean of what they would take alike. Parts
/// run one after the other, so that their times add up.
struct TabulatedCosts: IterationCosts {
  let evaluator: any IterationEvaluator
  let host: SimulationTime
  let decodeTokens: Int
  private var linear = PartMemo { $0.linear }
  private var heads = PartMemo { $0.head }
  /// By level, then by place of the context.
  private var decodes: [[CostSum?]] = []
  /// By place of the tokens, then by that of the context.
  private var chunks: [[CostSum?]] = []

  init(_ evaluator: any IterationEvaluator, host: SimulationTime, decodeTokens: Int) {
    self.evaluator = evaluator
    self.host = host
    self.decodeTokens = decodeTokens
  }

  mutating func cost(of load: IterationLoad) throws(ServiceModelError) -> ServiceCost {
    var sum = CostSum()
    sum.picoseconds = host.count
    if load.tokens > 0 { sum += try linear.cost(load.tokens, evaluator) }
    if load.logits > 0 { sum += try heads.cost(load.logits, evaluator) }
    if !load.decodes.isEmpty { sum += try attention(of: load.decodes) }
    for chunk in load.chunks { sum += try attention(of: chunk) }
    return ServiceCost(
      latency: SimulationTime(sum.picoseconds), energy: Picojoules(sum.picojoules),
      dramBytes: Bytes(sum.bytes))
  }

  /// A part that a number of tokens decides, exact for every number that was asked for.
  private struct PartMemo {
    private let part: @Sendable (IterationParts) -> ServiceCost
    private var known: [CostSum?] = []

    init(_ part: @escaping @Sendable (IterationParts) -> ServiceCost) { self.part = part }

    @inline(__always)
    mutating func cost(
      _ count: Int, _ evaluator: any IterationEvaluator
    ) throws(ServiceModelError) -> CostSum {
      if count < known.count, let cost = known[count] { return cost }
      while known.count <= count { known.append(nil) }
      let cost = CostSum(part(try evaluator.parts(new: 1, cached: 0, count: count)))
      known[count] = cost
      return cost
    }
  }

  // MARK: Decodes

  private mutating func attention(of contexts: [Int]) throws(ServiceModelError) -> CostSum {
    let count = contexts.count
    let level = Int.bitWidth - 1 - count.leadingZeroBitCount
    let low = try mean(of: contexts, level: level)
    guard count > 1 << level else { return low }
    let high = try mean(of: contexts, level: level + 1)
    return .between(low, high, count - 1 << level, of: 1 << level)
  }

  /// What `2^level` decodes take in the mean over the contexts.
  private mutating func mean(
    of contexts: [Int], level: Int
  ) throws(ServiceModelError) -> CostSum {
    var sum = CostSum()
    for context in contexts {
      let index = LengthGrid.index(context)
      let start = LengthGrid.length(index)
      let low = try decode(level, index)
      guard context > start else {
        sum += low
        continue
      }
      let end = LengthGrid.length(index + 1)
      sum += .between(low, try decode(level, index + 1), context - start, of: end - start)
    }
    let count = contexts.count
    sum.picoseconds /= count
    sum.bytes /= count
    sum.picojoules /= Double(count)
    return sum
  }

  @inline(__always)
  private mutating func decode(_ level: Int, _ index: Int) throws(ServiceModelError) -> CostSum {
    if level < decodes.count, index < decodes[level].count, let known = decodes[level][index] {
      return known
    }
    return try makeDecode(level, index)
  }

  @inline(never)
  private mutating func makeDecode(_ level: Int, _ index: Int) throws(ServiceModelError) -> CostSum
  {
    while decodes.count <= level { decodes.append([]) }
    while decodes[level].count <= index { decodes[level].append(nil) }
    let context = LengthGrid.length(index)
    let cost = CostSum(
      try evaluator.parts(new: decodeTokens, cached: context, count: 1 << level).attention)
    decodes[level][index] = cost
    return cost
  }

  // MARK: Prompts

  private mutating func attention(
    of chunk: IterationLoad.Chunk
  ) throws(ServiceModelError) -> CostSum {
    let (row, column) = (LengthGrid.index(chunk.tokens), LengthGrid.index(chunk.context))
    let tokens = (LengthGrid.length(row), LengthGrid.length(row + 1))
    let context = (LengthGrid.length(column), LengthGrid.length(column + 1))
    func across(_ tokens: Int, _ row: Int) throws(ServiceModelError) -> CostSum {
      let low = try part(tokens, row, context.0, column)
      guard chunk.context > context.0 else { return low }
      return .between(
        low, try part(tokens, row, context.1, column + 1), chunk.context - context.0,
        of: context.1 - context.0)
    }
    let low = try across(tokens.0, row)
    guard chunk.tokens > tokens.0 else { return low }
    return .between(
      low, try across(tokens.1, row + 1), chunk.tokens - tokens.0, of: tokens.1 - tokens.0)
  }

  /// The cost at two lengths of the grid.
  private mutating func part(
    _ tokens: Int, _ row: Int, _ context: Int, _ column: Int
  ) throws(ServiceModelError) -> CostSum {
    while chunks.count <= row { chunks.append([]) }
    while chunks[row].count <= column { chunks[row].append(nil) }
    if let known = chunks[row][column] { return known }
    let cost = CostSum(
      try evaluator.parts(new: tokens, cached: context, count: 1).attention)
    chunks[row][column] = cost
    return cost
  }
}
