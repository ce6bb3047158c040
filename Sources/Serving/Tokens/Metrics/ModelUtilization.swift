public import Networks
internal import Units

/// What share of a device's arithmetic and of its memory's bandwidth goes into what the model needs.
///
/// - Of arithmetic (*model FLOPs utilization*, Chowdhery et al., PaLM, arXiv 2204.02311, appendix B): two operations for
///   every multiply-accumulate that the requests need once, over what the arrays could have done while iterations ran.
///   Tokens that are worked on again after a preemption, proposals that are not taken, and draft models count nothing.
/// - Of bandwidth (*model bandwidth utilization*, Databricks, "LLM Inference Performance Engineering", 2023): the weights
///   of every iteration once and the cached keys and values that its requests read, over what the memory could have moved
///   while iterations ran. Weights that stay on the chip count as if they were read.
public struct ModelUtilization: Hashable, Sendable {
  private let work: ServedWork
  private let macsPerSecond: Double
  private let bytesPerSecond: Double?
  /// Multiply-accumulates that requests need.
  public private(set) var macs = 0.0
  /// Bytes that iterations have to read.
  public private(set) var bytes = 0.0

  /// Makes the count of nothing.
  ///
  /// - Parameters:
  ///   - work: What requests need.
  ///   - macsPerSecond: The most multiply-accumulates a second of devices that work at once on a layer.
  ///   - bytesPerSecond: The most bytes a second of their memory; nil where that is not limited.
  public init(_ work: ServedWork, macsPerSecond: Double, bytesPerSecond: Double?) {
    self.work = work
    self.macsPerSecond = macsPerSecond
    self.bytesPerSecond = bytesPerSecond
  }

  /// A request is worked on for the first time, `shared` tokens of which the cache holds.
  mutating func began(_ request: TokenRequest, shared: Int) {
    macs += work.macs(prompt: request.prompt, cached: shared, output: request.output)
  }

  /// An iteration reads weights and caches.
  mutating func started(_ pieces: [IterationPiece]) {
    var (tokens, logits) = (0, 0)
    for piece in pieces {
      tokens += piece.tokens
      logits += piece.isPrompt ? (piece.makesToken ? 1 : 0) : piece.tokens
      bytes += work.cacheBytes(new: piece.tokens, cached: piece.context)
    }
    bytes += work.weightBytes(tokens: tokens, logits: logits)
  }

  /// The share of the arithmetic of so many seconds in which iterations ran.
  public func ofArithmetic(seconds: Double) -> Double { macs / (macsPerSecond * seconds) }

  /// The share of the bandwidth of so many seconds in which iterations ran; nil where that is not limited.
  public func ofBandwidth(seconds: Double) -> Double? {
    bytesPerSecond.map { bytes / ($0 * seconds) }
  }
}
