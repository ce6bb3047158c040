extension ArrivalTrace {
  /// What a trace file looks like.
  public enum Format: String, Codable, CaseIterable, Sendable {
    /// One time per line, in seconds or as a date.
    case timestamps
    /// This project's own columns, or others that the scenario names.
    case queries
    /// The Azure LLM inference traces of 2023 and 2024: `TIMESTAMP,ContextTokens,GeneratedTokens`.
    case azureLLM = "azure-llm"
    /// The Azure Functions invocations of 2021: `app,func,end_timestamp,duration`.
    case azureFunctions2021 = "azure-functions-2021"
    /// BurstGPT: `Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type`.
    case burstGPT = "burstgpt"
    /// The traces that Vidur ships: `arrived_at,num_prefill_tokens,num_decode_tokens`.
    case vidur
  }
}

extension ArrivalTrace.Format {
  /// Columns of a published format that say something about a query.
  ///
  /// Sources: the descriptions of the data sets, Azure/AzurePublicDataset and HPMLL/BurstGPT, and
  /// the processed traces of microsoft/vidur.
  var columns: [TraceColumn: String] {
    switch self {
    case .timestamps, .queries: [:]
    case .azureLLM:
      [
        .arrival: "TIMESTAMP", .promptTokens: "ContextTokens", .outputTokens: "GeneratedTokens",
      ]
    case .azureFunctions2021:
      [.endSeconds: "end_timestamp", .durationSeconds: "duration", .class: "app"]
    case .burstGPT:
      [
        .arrivalSeconds: "Timestamp", .model: "Model", .class: "Log Type",
        .promptTokens: "Request tokens", .outputTokens: "Response tokens",
      ]
    case .vidur:
      [
        .arrivalSeconds: "arrived_at", .promptTokens: "num_prefill_tokens",
        .outputTokens: "num_decode_tokens",
      ]
    }
  }

  /// Columns that must be there and hold whole numbers, of which nothing is read.
  var counts: [String] { self == .burstGPT ? ["Total tokens"] : [] }

  /// Columns of some releases that say nothing about when a query comes or what it asks for.
  var further: [String] {
    switch self {
    case .azureFunctions2021: ["func"]
    case .burstGPT: ["Session ID", "Elapsed time"]
    case .vidur: ["num_total_tokens", "pd_ratio"]
    case .timestamps, .queries, .azureLLM: []
    }
  }

  /// The header of the published format.
  var header: String {
    switch self {
    case .azureLLM: "TIMESTAMP,ContextTokens,GeneratedTokens"
    case .azureFunctions2021: "app,func,end_timestamp,duration"
    case .burstGPT: "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type"
    case .vidur: "arrived_at,num_prefill_tokens,num_decode_tokens"
    case .timestamps, .queries: TraceColumn.own.map(\.rawValue).joined(separator: ", ")
    }
  }

  /// Whether lines come in the order of the ends of services, so that arrivals must be sorted.
  var isSortedByEnd: Bool { self == .azureFunctions2021 }
}
