/// A request to a language model: a prompt, and how many tokens its answer has.
public struct TokenRequest: Hashable, Sendable {
  /// Tokens of the prompt, at least 1.
  public let prompt: Int
  /// Tokens of the answer, at least 1.
  public let output: Int
  /// The group of requests whose prompts begin with the same tokens; nil where nothing is shared.
  public let group: Int?
  /// Tokens at the beginning of the prompt that all of the group share.
  public let shared: Int

  /// Makes a request.
  public init(prompt: Int, output: Int, group: Int? = nil, shared: Int = 0) {
    self.prompt = prompt
    self.output = output
    self.group = group
    self.shared = shared
  }

  /// Tokens that the cache holds when the last token of the answer is made: that one is never cached.
  public var mostCached: Int { prompt + output - 1 }
}
