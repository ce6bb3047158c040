/// What one layer of a service does, for a trace.
struct TracedLayer {
  let name: String
  let cycles: Int
  /// The cause with the most cycles.
  let bound: String
  /// Bytes read from DRAM.
  let inputBytes: Int
  let weightBytes: Int
  /// Bytes written to DRAM.
  let outputBytes: Int
  /// Weight bytes taken from the persistent buffer.
  let cachedBytes: Int
}
