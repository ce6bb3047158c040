public import Units

/// Where a price comes from: the values that it is made of, how, and what their files say of them.
public struct PriceOrigin: Hashable, Sendable {
  /// The file that holds the values.
  public enum File: String, Hashable, Sendable {
    /// The energy table.
    case table = "energy-table"
    /// The DRAM preset.
    case preset = "dram-preset"
    /// The architecture.
    case architecture
  }

  /// The file.
  public let file: File
  /// Dotted paths of the values in the file.
  public let paths: [String]
  /// How the price is made of them.
  public let rule: String
  /// What the file names as their source, each once.
  public let sources: [String]

  /// Makes an origin.
  public init(_ file: File, _ paths: [String], rule: String, sources: [String]) {
    self.file = file
    self.paths = paths
    self.rule = rule
    var known: [String] = []
    for source in sources where !known.contains(source) { known.append(source) }
    self.sources = known
  }
}

extension EnergyTable {
  /// Where `multiply(bits:)` comes from.
  public func multiplyOrigin(bits: Int) -> PriceOrigin {
    operation(bits, spec.multiply, "multiply") { "times (\(bits) / \($0))^2" }
  }

  /// Where `add(bits:)` comes from.
  public func addOrigin(bits: Int) -> PriceOrigin {
    operation(bits, spec.add, "add") { "times \(bits) / \($0)" }
  }

  /// Where `register(bits:)` comes from.
  public func registerOrigin(bits: Int) -> PriceOrigin {
    operation(bits, spec.register, "register") { "times \(bits) / \($0)" }
  }

  private func operation(
    _ bits: Int, _ entries: [OperationEnergySpec], _ key: String, scaled: (Int) -> String
  ) -> PriceOrigin {
    let place = Self.place(of: bits, in: entries)
    let entry = entries[place]
    let rule = "\(entry.bits) bit" + (entry.bits == bits ? "" : " \(scaled(entry.bits))")
    return PriceOrigin(
      .table, ["\(key)[\(place)].energy"], rule: rule, sources: [entry.source])
  }

  /// Where one of the prices of a buffer of `size` comes from; `key` is `read`, `write` or `leakage`.
  public func bufferOrigin(size: Bytes, _ key: String) -> PriceOrigin {
    let points = spec.sram
    func origin(_ places: [Int], _ rule: String, _ more: [String] = []) -> PriceOrigin {
      PriceOrigin(
        .table, places.map { "sram[\($0)].\(key)" }, rule: rule,
        sources: places.map { points[$0].source } + more)
    }
    let each = key == "leakage" ? "" : " over its width"
    if let small = spec.sramSmall, size < points[0].size {
      let power = key == "leakage" ? "" : "^\(small.exponent.plain)"
      return origin(
        [0], "\(points[0].size)\(each), times (\(size) / \(points[0].size))\(power)", [small.source]
      )
    }
    let (lower, upper) = neighbours(of: size)
    guard lower != upper else {
      let isOutside = points[lower].size != size
      return origin(
        [lower], "\(points[lower].size)\(each)" + (isOutside ? ", the nearest size" : ""))
    }
    let isInside = points[lower].size < size && size < points[upper].size
    return origin(
      [lower, upper],
      "\(isInside ? "between" : "on the line through") \(points[lower].size) and "
        + "\(points[upper].size)\(each), log-log", isInside ? [] : [spec.sramOutside?.source ?? ""])
  }

  /// Where the price of a bit read from DRAM or written to it comes from; `key` is `read` or `write`.
  public func dramOrigin(_ key: String) -> PriceOrigin {
    PriceOrigin(
      .preset, [key], rule: "\(dram.width) at once", sources: [dram.source])
  }
}
