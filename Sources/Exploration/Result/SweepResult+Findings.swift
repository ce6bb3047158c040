internal import Foundation
internal import Reports

extension SweepResult {
  /// The share of points without a result from which a report says so at its top (assumed).
  private static let manyFailures = 0.1
  /// Reasons and values that a sentence lists.
  private static let listed = 3

  /// What a reader should know before anything else: axes without effect, and points that fail.
  var findings: [(String, String)] { idleAxes + failureText }

  private var idleAxes: [(String, String)] {
    effects.idle.map { idle in
      let axis = store.manifest.axes[idle.axis]
      return (
        "no effect",
        "\(axis.name) changes no figure: \(NumberText.count(idle.compared)) designs that differ in "
          + "nothing else are equal; \(Self.reason(axis.paths, target: store.manifest.target))"
      )
    }
  }

  /// Why a value may not matter, as far as its path says.
  private static func reason(_ paths: [String], target: String) -> String {
    if paths.isEmpty { return "no value of the files is set by it" }
    let text = paths.joined(separator: ", ")
    if paths.allSatisfy({ $0.hasSuffix("memory.dram.bandwidth") }) {
      return "\(text) is an upper limit, and `memory.transfers` has bandwidths of its own: set "
        + "them together with `paths`"
    }
    if paths.allSatisfy({ $0.contains("persistent_buffer") }), !target.hasPrefix("scenario") {
      return "\(text) holds nothing at the start of an inference: set `inference.cached`"
    }
    return "nothing that is counted here depends on \(text), or another limit holds for every value"
  }

  private var failureText: [(String, String)] {
    let errors = counts[.error] ?? 0
    guard failures.count > 0,
      errors > 0 || Double(failures.count) >= Self.manyFailures * Double(count)
    else { return [] }
    let ranked = failures.ranked
    let reasons = ranked.prefix(Self.listed).map { reason in
      "\(NumberText.count(reason.count)) \(reason.status.word)"
        + (reason.message.isEmpty ? "" : ": \(reason.message)") + " (point \(reason.point))"
    }
    let more =
      failures.others + ranked.dropFirst(Self.listed).reduce(0) { $0 + $1.count }
    var parts = reasons + (more > 0 ? ["\(NumberText.count(more)) for other reasons"] : [])
    let values = failures.values.prefix(Self.listed).map { value in
      "\(store.manifest.axes[value.axis].name) \(Self.short(value.text))"
    }
    if !values.isEmpty {
      parts.append("none succeeds with \(values.joined(separator: ", or with "))")
    }
    return [
      (
        "failed",
        "\(NumberText.count(failures.count)) of \(NumberText.count(count)) points: "
          + parts.joined(separator: "; ")
      )
    ]
  }

  /// What each axis explains of each objective, in sentences.
  var varianceText: [(String, String)] {
    zip(objectives, sensitivities).compactMap { objective, shares in
      let known = zip(store.manifest.axes, shares).compactMap { axis, share in
        share.map { (name: axis.name, share: $0) }
      }.sorted { $0.share > $1.share }
      guard !known.isEmpty else { return nil }
      let sum = known.reduce(0) { $0 + $1.share }
      var parts = known.map { "\($0.name) \(NumberText.share($0.share))" }
      if sum < 0.995 {
        parts.append("together or unexplained \(NumberText.share(1 - sum))")
      } else if sum > 1.005 {
        parts.append(
          "\(NumberText.share(sum)) in all, since the axes do not vary independently in these points: "
            + "what two of them share counts for both")
      }
      return ("variance of \(objective.word)", parts.joined(separator: ", "))
    }
  }
}
