public import Components
internal import Foundation
public import Inputs

/// How long prompts and answers are.
public protocol RequestLengths: Configurable {
  /// Reads the files that the specification names.
  mutating func load(_ read: (String) throws(InputError) -> String) throws(InputError)
  /// The tokens of request `id`, drawn from `stream`.
  ///
  /// - Parameters:
  ///   - id: The request's number.
  ///   - row: What the trace of the arrivals says of it, nil where it says nothing.
  ///   - stream: Where draws come from.
  /// - Returns: Tokens of its prompt and of its answer.
  func lengths(
    of id: Int, row: TokenLengths?, _ stream: inout RandomStream
  ) -> (prompt: Int, output: Int)
  /// Whether the trace of the arrivals must say them.
  var needsRows: Bool { get }
  /// The longest prompt that is taken; nil where that is not limited.
  var longestPrompt: Int? { get }
  /// The most tokens that a request may have in the cache; nil where a draw has no bound.
  var mostCached: Int? { get }
}

extension RequestLengths {
  /// Reads nothing.
  public mutating func load(_ read: (String) throws(InputError) -> String) throws(InputError) {}
  /// They need not.
  public var needsRows: Bool { false }
  /// It is not.
  public var longestPrompt: Int? { nil }
}

/// The lengths that a scenario can name.
public enum LengthDistributions {
  /// The list; a new distribution is one line here.
  public static let registry = Registry<any RequestLengths>(
    "lengths of requests",
    [
      .init(FixedLengths.self) { $0 },
      .init(UniformLengths.self) { $0 },
      .init(LogNormalLengths.self) { $0 },
      .init(TraceLengths.self) { $0 },
    ])
}

/// Every request is as long as the others.
public struct FixedLengths: RequestLengths {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Tokens of the prompt.
    public let prompt: Int
    /// Tokens of the answer.
    public let output: Int
  }

  /// `fixed`.
  public static let kind = "fixed"
  /// One sentence.
  public static let summary = "Every request has the same lengths."
  private let spec: Spec

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    try IterationRules.check(tokens: spec.prompt, "prompt")
    try IterationRules.check(tokens: spec.output, "output")
    self.spec = spec
  }

  /// The sum of both, but for the last token.
  public var mostCached: Int? { spec.prompt + spec.output - 1 }
  /// The lengths.
  public func lengths(
    of id: Int, row: TokenLengths?, _ stream: inout RandomStream
  ) -> (prompt: Int, output: Int) {
    (spec.prompt, spec.output)
  }
}

/// Lengths between two bounds, all equally likely.
public struct UniformLengths: RequestLengths {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// The shortest and the longest prompt.
    public let prompt: [Int]
    /// The shortest and the longest answer.
    public let output: [Int]
  }

  /// `uniform`.
  public static let kind = "uniform"
  /// One sentence.
  public static let summary = "Lengths between two bounds, all equally likely."
  private let spec: Spec

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    for (key, range) in [("prompt", spec.prompt), ("output", spec.output)] {
      guard range.count == 2 else {
        throw SpecError(key, "expected the shortest and the longest, found \(range.count) numbers")
      }
      for (index, tokens) in range.enumerated() {
        try IterationRules.check(tokens: tokens, "\(key)[\(index)]")
      }
      guard range[0] <= range[1] else {
        throw SpecError(key, "expected the shortest first, found \(range[0]) and \(range[1])")
      }
    }
    self.spec = spec
  }

  /// Of the longest of both.
  public var mostCached: Int? { spec.prompt[1] + spec.output[1] - 1 }
  /// Two draws.
  public func lengths(
    of id: Int, row: TokenLengths?, _ stream: inout RandomStream
  ) -> (prompt: Int, output: Int) {
    let prompt = spec.prompt[0] + stream.index(below: spec.prompt[1] - spec.prompt[0] + 1)
    return (prompt, spec.output[0] + stream.index(below: spec.output[1] - spec.output[0] + 1))
  }
}

/// Lengths whose logarithms are normal, as those of conversations nearly are, cut at the longest.
public struct LogNormalLengths: RequestLengths {
  /// Of a prompt or an answer.
  public struct Side: Codable, Hashable, Sendable {
    /// Half of them have at most so many tokens.
    public let median: Double
    /// Nine of ten have at most so many.
    public let p90: Double
    /// A draw beyond it is drawn again.
    public let longest: Int
  }

  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// Of prompts.
    public let prompt: Side
    /// Of answers.
    public let output: Side
  }

  /// `log-normal`.
  public static let kind = "log-normal"
  /// One sentence.
  public static let summary = "Lengths with normal logarithms, by median and 90th percentile."
  private let spec: Spec

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    for (key, side) in [("prompt", spec.prompt), ("output", spec.output)] {
      try IterationRules.check(tokens: side.longest, "\(key).longest")
      guard side.median >= 1, side.median <= Double(side.longest) else {
        throw SpecError("\(key).median", "expected 1 to `longest`, found \(side.median)")
      }
      guard side.p90 >= side.median, side.p90 <= 1e9 else {
        throw SpecError("\(key).p90", "expected `median` or more, at most 1e9, found \(side.p90)")
      }
    }
    self.spec = spec
  }

  /// Of the longest of both.
  public var mostCached: Int? { spec.prompt.longest + spec.output.longest - 1 }
  /// Two draws.
  public func lengths(
    of id: Int, row: TokenLengths?, _ stream: inout RandomStream
  ) -> (prompt: Int, output: Int) {
    (Self.draw(spec.prompt, &stream), Self.draw(spec.output, &stream))
  }

  private static func draw(_ side: Side, _ stream: inout RandomStream) -> Int {
    // 1.2815515655446004 is the 90th percentile of the standard normal distribution.
    let sigma = (Foundation.log(side.p90) - Foundation.log(side.median)) / 1.2815515655446004
    // At least half of the draws are below the median, and so below `longest`.
    while true {
      let length = (side.median * Foundation.exp(sigma * stream.normal())).rounded()
      if length <= Double(side.longest) { return max(1, Int(length)) }
    }
  }
}

/// Lengths that the rows of a trace say.
public struct TraceLengths: RequestLengths {
  /// The parameters.
  public struct Spec: Codable, Hashable, Sendable {
    /// A trace, whose rows are taken in turn and again from the first; that of the arrivals unless given.
    public let file: String?
    /// What the file looks like.
    public let format: ArrivalTrace.Format?
    /// What the file calls its columns.
    public let columns: TraceColumns?
    /// The longest prompt: longer ones are refused, or cut to it where `cut` says so.
    public let longest: Int?
    /// Whether a longer prompt is cut.
    public let cut: Bool?
  }

  /// `trace`.
  public static let kind = "trace"
  /// One sentence.
  public static let summary =
    "The tokens that rows of a trace say: of the arrivals' own, or of another file, in turn."
  private let spec: Spec
  private var rows: [TokenLengths] = []

  /// Checks the parameters.
  public init(_ spec: Spec) throws(SpecError) {
    if let longest = spec.longest { try IterationRules.check(tokens: longest, "longest") }
    guard spec.cut != true || spec.longest != nil else {
      throw SpecError("cut", "needs `longest`, to which prompts are cut")
    }
    guard (spec.file == nil) == (spec.format == nil) else {
      throw SpecError(
        spec.file == nil ? "format" : "file", "expected `file` and `format`, or neither")
    }
    guard spec.columns == nil || spec.format == .queries else {
      throw SpecError("columns", "expected format: queries, or no columns")
    }
    self.spec = spec
  }

  /// Reads the trace.
  public mutating func load(_ read: (String) throws(InputError) -> String) throws(InputError) {
    guard let file = spec.file, let format = spec.format else { return }
    rows = try ArrivalTrace(
      parsing: try read(file), format: format, columns: spec.columns, file: file
    ).lengths
    guard !rows.isEmpty else {
      throw InputError("no column says how many tokens a prompt and an answer have", file: file)
    }
  }

  /// Known from the file alone.
  public var mostCached: Int? { nil }
  /// Where no other file is named.
  public var needsRows: Bool { spec.file == nil }
  /// What the scenario says.
  public var longestPrompt: Int? { spec.longest }

  /// Those of the row.
  public func lengths(
    of id: Int, row: TokenLengths?, _ stream: inout RandomStream
  ) -> (prompt: Int, output: Int) {
    guard let row = rows.isEmpty ? row : rows[id % rows.count] else { return (0, 0) }
    let prompt = Int(row.prompt)
    return (spec.cut == true ? min(prompt, spec.longest ?? prompt) : prompt, Int(row.output))
  }
}

extension FixedLengths.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("prompt", "Tokens of the prompt"), KeyNote("output", "Tokens of the answer"),
  ]
}

extension UniformLengths.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("prompt", "The shortest and the longest prompt, in tokens"),
    KeyNote("output", "The shortest and the longest answer, in tokens"),
  ]
}

extension LogNormalLengths.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("prompt", "Of prompts"), KeyNote("output", "Of answers"),
  ]
}

extension LogNormalLengths.Side: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("median", "Half of them have at most so many tokens"),
    KeyNote("p90", "Nine of ten have at most so many tokens"),
    KeyNote("longest", "The longest; a draw beyond it is drawn again"),
  ]
}

extension TraceLengths.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "file", "A trace whose rows are taken in turn, from the scenario's folder",
      default: "the arrivals' own trace"),
    KeyNote("format", "What the file looks like, as for arrivals of kind `trace`", default: "none"),
    KeyNote("columns", "What the file calls its columns", default: "those of the format"),
    KeyNote(
      "longest", "The longest prompt, in tokens; a request with a longer one is refused",
      default: "as the model's positions and the cache allow"),
    KeyNote("cut", "Whether a longer prompt is cut to it instead", default: "false"),
  ]
}
