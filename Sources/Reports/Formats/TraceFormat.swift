/// Events over time: of a run or a scenario, not of its report.
public enum TraceFormat: OutputFormat {
  /// `trace`.
  public static let kind = "trace"
  /// One sentence.
  public static let summary = "What happens when, as Chrome JSON for Perfetto, of `run`, `serve`."
  /// None: a trace is JSON, too.
  public static let endings: [String] = []
}
