public import Components
public import Units

/// What a device sustains of its data sheet, fitted on measurements: shares of its peak and of its
/// bandwidth, and times that it takes beside them.
///
/// Every data path honours it; what is left out is as the data sheet says.
public struct CalibrationSpec: Codable, Hashable, Sendable {
  /// Share of the peak that products on the array sustain.
  public let compute: Percentage?
  /// Share of the bandwidth of the links to DRAM that transfers sustain.
  public let bandwidth: Percentage?
  /// Time that every product takes to start.
  public let start: Microseconds?
  /// The same of attention that is computed tile by tile; as of other products when left out.
  public let attention: AttentionCalibrationSpec?
  /// The same of work on the vector unit, operator by operator.
  public let vector: [VectorCalibrationSpec]?
}

/// What attention sustains, for chunks of several tokens and for one token at a time.
public struct AttentionCalibrationSpec: Codable, Hashable, Sendable {
  /// Sequences that bring several tokens.
  public let prefill: AttentionKernelSpec?
  /// Sequences that bring one token.
  public let decode: AttentionKernelSpec?
}

/// What the two products of attention sustain together.
public struct AttentionKernelSpec: Codable, Hashable, Sendable {
  /// Share of the peak; as of other products when left out.
  public let compute: Percentage?
  /// Share of the bandwidth; as of other products when left out.
  public let bandwidth: Percentage?
  /// Time to start both; that of one product when left out.
  public let start: Microseconds?
  /// Time for each sequence more; none when left out.
  public let sequence: Microseconds?
  /// Time for each 128 new tokens of a sequence, or part of them, more; none when left out.
  public let rowBlock: Microseconds?
}

/// What operators of the vector unit sustain.
public struct VectorCalibrationSpec: Codable, Hashable, Sendable {
  /// The operators.
  public let operators: [OperatorName]
  /// Share of the bandwidth; as of products when left out.
  public let bandwidth: Percentage?
  /// Time to start, beside the unit's `overhead`; none when left out.
  public let start: Microseconds?
}

extension CalibrationSpec {
  /// What products of one kind sustain: shares of peak and bandwidth.
  public struct Shares: Hashable, Sendable {
    /// Of the peak, above 0 and up to 1.
    public let compute: Double
    /// Of the bandwidth, above 0 and up to 1.
    public let bandwidth: Double

    /// All of both.
    public static let all = Shares(compute: 1, bandwidth: 1)
  }

  /// What products sustain that are no attention.
  public var products: Shares {
    Shares(compute: compute?.value ?? 1, bandwidth: bandwidth?.value ?? 1)
  }

  /// What attention sustains that `kernel` speaks of.
  public func shares(of kernel: AttentionKernelSpec?) -> Shares {
    Shares(
      compute: kernel?.compute?.value ?? products.compute,
      bandwidth: kernel?.bandwidth?.value ?? products.bandwidth)
  }

  /// What of `vector` speaks of an operator.
  public func vector(_ name: String) -> VectorCalibrationSpec? {
    vector?.first { $0.operators.contains { $0.word == name } }
  }
}

extension Architecture {
  /// Checks shares and times.
  static func checkCalibration(_ spec: ArchitectureSpec, _ reading: SpecReading) {
    guard let calibration = spec.calibration else { return }
    check(calibration.compute, "calibration.compute", reading)
    check(calibration.bandwidth, "calibration.bandwidth", reading)
    check(calibration.start, "calibration.start", reading)
    for (key, kernel) in [
      ("prefill", calibration.attention?.prefill), ("decode", calibration.attention?.decode),
    ] {
      let path = "calibration.attention.\(key)"
      check(kernel?.compute, "\(path).compute", reading)
      check(kernel?.bandwidth, "\(path).bandwidth", reading)
      check(kernel?.start, "\(path).start", reading)
      check(kernel?.sequence, "\(path).sequence", reading)
      check(kernel?.rowBlock, "\(path).row_block", reading)
    }
    let vector = calibration.vector ?? []
    reading.expect(
      vector.isEmpty || spec.vectorUnit != nil, "calibration.vector",
      "there is no `vector_unit` whose operators these are, leave it out")
    var names = Set<String>()
    for (index, entry) in vector.enumerated() {
      let path = "calibration.vector[\(index)]"
      reading.expect(!entry.operators.isEmpty, "\(path).operators", "expected at least one")
      for (place, name) in entry.operators.enumerated() {
        reading.expect(
          names.insert(name.word).inserted, "\(path).operators[\(place)]",
          "`\(name.word)` a second time")
        reading.expect(
          !(spec.vectorUnit?.fused ?? []).contains { $0.word == name.word },
          "\(path).operators[\(place)]",
          "`\(name.word)` is in vector_unit.fused and takes no time, leave it out")
      }
      check(entry.bandwidth, "\(path).bandwidth", reading)
      check(entry.start, "\(path).start", reading)
    }
  }

  private static func check(_ share: Percentage?, _ path: String, _ reading: SpecReading) {
    guard let share else { return }
    reading.expect(
      (0.0001...1).contains(share.value), path, "expected 0.01 % to 100 %, found \(share)")
  }

  private static func check(_ time: Microseconds?, _ path: String, _ reading: SpecReading) {
    guard let time else { return }
    reading.expect(
      (0...1_000_000).contains(time.value), path, "expected 0 us to 1000 ms, found \(time)")
  }
}

extension CalibrationSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("compute", "Share of the peak that products on the array sustain", default: "100 %"),
    KeyNote(
      "bandwidth", "Share of the bandwidth of links to DRAM that transfers sustain",
      default: "100 %"),
    KeyNote(
      "start", "Time that every product takes to start, beside `layer_overhead`", default: "0 us"),
    KeyNote(
      "attention", "The same of attention that is computed tile by tile",
      default: "as of other products"),
    KeyNote(
      "vector", "The same of operators of the vector unit",
      default: "their bandwidth that of products"),
  ]
}

extension AttentionCalibrationSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "prefill", "Sequences that bring several tokens", default: "as other products"),
    KeyNote("decode", "Sequences that bring one token", default: "as other products"),
  ]
}

extension AttentionKernelSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("compute", "Share of the peak", default: "that of other products"),
    KeyNote("bandwidth", "Share of the bandwidth", default: "that of other products"),
    KeyNote(
      "start", "Time to start both products, half of it before each",
      default: "that of other products, before each"),
    KeyNote("sequence", "Time for each sequence more", default: "0 us"),
    KeyNote(
      "row_block", "Time for each 128 new tokens of a sequence, or part of them, more",
      default: "0 us"),
  ]
}

extension VectorCalibrationSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("operators", "The operators that this is said of"),
    KeyNote("bandwidth", "Share of the bandwidth", default: "that of products"),
    KeyNote("start", "Time to start, beside the unit's `overhead`", default: "0 us"),
  ]
}
