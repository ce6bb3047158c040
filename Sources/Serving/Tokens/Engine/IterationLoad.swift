/// What an iteration brings to a device, in the order in which it was decided.
///
/// Linear parts see the tokens of all requests together; attention sees each request alone.
public struct IterationLoad: Sendable {
  /// New tokens of all requests.
  public private(set) var tokens = 0
  /// Requests of which a token comes.
  public private(set) var logits = 0
  /// Cached tokens of each request that decodes.
  public private(set) var decodes: [Int] = []
  /// Tokens that each of them works on.
  public let decodeTokens: Int
  /// Parts of prompts: new tokens, and cached ones before them.
  public private(set) var chunks: [Chunk] = []

  /// A part of a prompt.
  public struct Chunk: Hashable, Sendable {
    /// New tokens.
    public let tokens: Int
    /// Cached tokens before them.
    public let context: Int
  }

  /// Nothing.
  public init(decodeTokens: Int = 1) { self.decodeTokens = decodeTokens }

  /// Leaves nothing of it.
  public mutating func removeAll() {
    (tokens, logits) = (0, 0)
    decodes.removeAll(keepingCapacity: true)
    chunks.removeAll(keepingCapacity: true)
  }

  /// Adds what a request does.
  @inline(__always)
  public mutating func add(_ piece: IterationPiece) {
    tokens += piece.tokens
    // A speculative decode checks every position.
    logits += piece.isPrompt ? (piece.makesToken ? 1 : 0) : piece.tokens
    if piece.isPrompt {
      chunks.append(Chunk(tokens: piece.tokens, context: piece.context))
    } else {
      decodes.append(piece.context)
    }
  }
}
