public import Components
internal import Foundation

/// Which prompts begin with the same tokens.
public struct SharedBeginnings: Codable, Hashable, Sendable {
  /// Different beginnings, such as the instructions of as many applications.
  public let count: Int
  /// Tokens of each, in front of what the lengths say.
  public let tokens: Int
  /// How much likelier the first ones are: the exponent of Zipf's law, 0 where all are alike.
  public let skew: Double?

  /// Makes them.
  public init(count: Int, tokens: Int, skew: Double? = nil) {
    self.count = count
    self.tokens = tokens
    self.skew = skew
  }
}

/// What requests ask for, one after the other.
struct TokenDemands: Sendable {
  let lengths: any RequestLengths
  let trace: [TokenLengths]
  private var stream: RandomStream
  private var groups: RandomStream
  private let shared: SharedBeginnings?
  /// The chance of a group or one before it.
  private let chances: [Double]

  init(
    _ lengths: any RequestLengths, trace: [TokenLengths], shared: SharedBeginnings?, seed: UInt64
  ) {
    self.lengths = lengths
    self.trace = trace
    self.shared = shared
    stream = RandomStream(seed: seed, name: "lengths")
    groups = RandomStream(seed: seed, name: "beginnings")
    var sum = 0.0
    chances = (0..<(shared?.count ?? 0)).map {
      sum += Self.weight($0, shared?.skew ?? 0)
      return sum
    }
  }

  private static func weight(_ rank: Int, _ skew: Double) -> Double {
    Foundation.pow(Double(rank + 1), -skew)
  }

  /// The request of a number.
  mutating func next(_ id: Int) -> TokenRequest {
    let (prompt, output) = lengths.lengths(
      of: id, row: id < trace.count ? trace[id] : nil, &stream)
    guard let shared, let last = chances.last else {
      return TokenRequest(prompt: prompt, output: output)
    }
    let drawn = groups.uniform() * last
    let group = chances.firstIndex { drawn < $0 } ?? chances.count - 1
    return TokenRequest(
      prompt: prompt + shared.tokens, output: output, group: group, shared: shared.tokens)
  }
}

/// Tokens of a row of a trace.
public struct TokenLengths: Hashable, Sendable {
  /// Of the prompt.
  public let prompt: Int32
  /// Of the answer.
  public let output: Int32

  /// Makes the lengths.
  public init(prompt: Int32, output: Int32) {
    self.prompt = prompt
    self.output = output
  }
}

extension SharedBeginnings: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("count", "Different beginnings, such as the instructions of as many applications"),
    KeyNote("tokens", "Tokens of each, in front of what `lengths` say"),
    KeyNote(
      "skew", "Exponent of Zipf's law by which the first ones are likelier", default: "0: all alike"
    ),
  ]
}
