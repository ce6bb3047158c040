internal import Components
internal import Inputs
internal import Serving
internal import Units

/// Recorded samples of gates: files are opened once, datasets checked where a scenario names them.
struct GateTensors {
  private let folder: String
  private let file: SpecFile
  private var open: [String: ArrayFile] = [:]
  /// The files that were read, each once.
  private(set) var paths: [String] = []

  init(folder: String, file: SpecFile) {
    self.folder = folder
    self.file = file
  }

  /// One dataset of numbers; `place` is the key that names it.
  mutating func values(
    _ dataset: String, in name: String, _ place: String, fileKey: String
  ) throws(InputError) -> [Double] {
    let path = ServingExperiment.path(name, in: folder)
    let source: ArrayFile
    if let known = open[path] {
      source = known
    } else {
      do throws(InputError) {
        source = try ArrayFile(path: path)
      } catch {
        throw file.error(SpecError(fileKey, "\(path): \(error.message)"))
      }
      open[path] = source
      paths.append(path)
    }
    let found: StoredArray?
    do throws(InputError) {
      found = try source.array(dataset)
    } catch {
      throw file.error(SpecError(place, "\(path): \(error.message)"))
    }
    guard let array = found else {
      throw file.error(
        SpecError(
          place,
          "\(path) has no dataset `\(dataset)`, expected one of "
            + source.names.joined(separator: ", ")))
    }
    guard array.dimensions.count == 1, array.values.count > 0 else {
      throw file.error(
        SpecError(
          place, "`\(dataset)` has the extents \(array.dimensions), expected one value per sample"))
    }
    let values: [Double]
    switch array.values {
    case .float64(let numbers): values = numbers
    case .int64(let numbers): values = numbers.map(Double.init)
    case .text:
      throw file.error(SpecError(place, "`\(dataset)` holds texts, expected numbers"))
    }
    if let sample = values.firstIndex(where: { !$0.isFinite }) {
      throw file.error(
        SpecError(place, "sample \(sample) of `\(dataset)` is \(values[sample]), expected a number")
      )
    }
    return values
  }

  /// A dataset of 0 and 1.
  mutating func flags(
    _ dataset: String, in name: String, _ place: String, fileKey: String
  ) throws(InputError) -> [Bool] {
    let values = try values(dataset, in: name, place, fileKey: fileKey)
    if let sample = values.firstIndex(where: { $0 != 0 && $0 != 1 }) {
      throw file.error(
        SpecError(place, "sample \(sample) of `\(dataset)` is \(values[sample]), expected 0 or 1"))
    }
    return values.map { $0 == 1 }
  }

  /// The gate that a file describes, and which answers of the node are right.
  mutating func gate(
    _ spec: GateSpec, _ place: String
  ) throws(InputError) -> (gate: Gate, correct: [Bool]) {
    switch (spec.rate, spec.rates, spec.tensor) {
    case (let rate?, nil, nil): return (.rate(rate.value), [])
    case (nil, let rates?, nil):
      return (.rates(ick0: rates.ick0.value, idk: rates.idk.value, ick1: rates.ick1.value), [])
    case (nil, nil, let tensor?): return try gate(tensor, "\(place).tensor")
    default:
      throw file.error(
        SpecError(place, "expected one of `rate`, `rates` and `tensor`"))
    }
  }

  private mutating func gate(
    _ tensor: GateSpec.Tensor, _ place: String
  ) throws(InputError) -> (gate: Gate, correct: [Bool]) {
    let key = "\(place).file"
    let correct = try tensor.correct.map { name throws(InputError) in
      try flags(name, in: tensor.file, "\(place).correct", fileKey: key)
    }
    try check(tensor, place)
    if let name = tensor.confidence, let threshold = tensor.threshold {
      let values = try values(name, in: tensor.file, "\(place).confidence", fileKey: key)
      return (.samples(values.map { $0 < threshold ? .unknown : .answered }), correct ?? [])
    }
    if let name = tensor.risk, let low = tensor.low, let high = tensor.high {
      let values = try values(name, in: tensor.file, "\(place).risk", fileKey: key)
      return (
        .samples(values.map { $0 < low ? .ick0 : $0 > high ? .ick1 : .idk }), correct ?? []
      )
    }
    return (.open, correct ?? [])
  }

  private func check(_ tensor: GateSpec.Tensor, _ place: String) throws(InputError) {
    func expect(_ isRight: Bool, _ key: String, _ message: String) throws(InputError) {
      guard !isRight else { return }
      throw file.error(SpecError(key.isEmpty ? place : "\(place).\(key)", message))
    }
    try expect(
      tensor.confidence != nil || tensor.risk != nil || tensor.correct != nil, "",
      "expected `confidence` and `threshold`, or `risk`, `low` and `high`, or `correct`")
    try expect(
      (tensor.confidence == nil) == (tensor.threshold == nil),
      tensor.confidence == nil ? "threshold" : "confidence",
      "expected both `confidence` and `threshold`, or neither")
    let risks = [tensor.risk != nil, tensor.low != nil, tensor.high != nil]
    try expect(
      Set(risks).count == 1, "", "expected `risk`, `low` and `high` together, or none of them")
    try expect(
      tensor.confidence == nil || tensor.risk == nil, "risk",
      "expected `confidence` or `risk`, found both")
    if let low = tensor.low, let high = tensor.high {
      try expect(low <= high, "low", "expected at most `high`, \(high), found \(low)")
    }
  }
}
