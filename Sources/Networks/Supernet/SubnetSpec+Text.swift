extension SubnetSpec {
  /// The configuration in braces, as `--subnet` takes it; no name and no accuracies.
  public var flowText: String {
    func list<Value>(_ values: [Value]) -> String {
      "[" + values.map { "\($0)" }.joined(separator: ", ") + "]"
    }
    func rows<Value>(_ key: String, _ values: [[Value]]?) -> [String] {
      values.map { ["\(key): " + "[" + $0.map(list).joined(separator: ", ") + "]"] } ?? []
    }
    let parts =
      ["resolution: \(resolution)", "depths: \(list(depths))"] + rows("kernels", kernels)
      + rows("expands", expands) + (widths.map { ["widths: \(list($0))"] } ?? [])
    return "{" + parts.joined(separator: ", ") + "}"
  }
}
