internal import Components
public import Units

/// Consecutive layers on different cores at the same time: rows of maps flow from core to core.
public struct CorePipelineSpec: Codable, Hashable, Sendable {
  /// What decides which layers run so.
  public enum Objective: String, Codable, CaseIterable, Sendable {
    /// Fewest cycles.
    case latency
    /// Least energy.
    case energy
  }

  /// Room of each core for rows that another core sends it.
  public let maps: Bytes
  /// What decides which layers run so, beside layers that are divided; `latency` when left out.
  public let objective: Objective?
}

extension Architecture {
  /// Checks what cores need whose layers hand rows to one another.
  static func checkPipeline(
    _ pipeline: CorePipelineSpec, _ cores: CoresSpec, _ spec: ArchitectureSpec,
    _ reading: SpecReading
  ) {
    let path = "cores.pipeline"
    reading.expect(
      cores.total > 1, path, "one core runs one layer after the other, leave out",
      restsOn: ["cores.count", "cores.others"])
    reading.expect(
      cores.others == nil, path, "only cores that are alike hand rows to one another, leave out",
      restsOn: ["cores.others"])
    reading.expect(
      pipeline.maps > .zero && pipeline.maps <= largestMapBuffer, "\(path).maps",
      "expected 1 B to \(largestMapBuffer), found \(pipeline.maps)")
    let transfers = spec.memory.transfers
    for (key, transfer) in [("input", transfers.input), ("output", transfers.output)] {
      reading.expect(
        transfer.compression == nil, path,
        "maps between cores are not coded, leave out, or memory.transfers.\(key).compression",
        restsOn: ["memory.transfers"])
    }
    for (index, buffer) in spec.memory.buffers.enumerated() {
      reading.expect(
        buffer.name != ComponentID.mapBuffer.name, "memory.buffers[\(index)].name",
        "`\(buffer.name)` is a reserved name, that of the memory for maps in reports")
    }
  }
}
