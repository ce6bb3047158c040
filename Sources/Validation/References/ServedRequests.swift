internal import Serving
internal import Studies

/// 300 requests that were served on one device, request by request in the mean.
///
/// Source: casys-kaist/LLMServingSim, commit 5daddb2 (MIT): Llama 3.1 8B under vLLM on one RTX PRO 6000. The host
/// time of an iteration is calibrated on this run.
enum ServedRequests: ValidationReference {
  static let name = "served-requests"
  static let source = "300 requests to Llama 3.1 8B under vLLM on one RTX PRO 6000, LLMServingSim"

  /// Means that were measured, in seconds, and tokens of answers in a second.
  private static let measured = (
    firstToken: 7.097155, perToken: 0.032458, latency: 28.200748, tokensPerSecond: 2973.81
  )

  static func agreements(_ files: ReferenceFiles) throws -> [Agreement] {
    let metrics = try TokenExperiment("rtx-pro-6000-served", folders: files.folders)
      .metrics(0, seed: 1)
    let pairs: [(String, Double, Double?)] = [
      ("mean time to the first token", measured.firstToken, metrics.firstToken.meanSeconds),
      ("mean time per token", measured.perToken, metrics.perToken.meanSeconds),
      ("mean latency", measured.latency, metrics.latency.meanSeconds),
      (
        "tokens a second", measured.tokensPerSecond,
        Double(metrics.outputTokens) / metrics.end.seconds
      ),
    ]
    return pairs.map { name, expected, found in
      Agreement(name, .each(0.06), [Agreement.Pair(expected, found ?? .infinity)])
    }
  }
}
