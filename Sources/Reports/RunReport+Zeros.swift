internal import Architectures
internal import CostModel
internal import Networks
internal import Units

extension RunReport {
  /// How maps are coded on the links, and what they would be as they are.
  var codeFact: [(String, String)] {
    guard let raw = run.uncodedMaps else { return [] }
    let coded = run.codedMaps
    let links = run.design.architecture.spec.memory.transfers
    let texts = [("input", links.input.compression), ("output", links.output.compression)]
      .compactMap { name, code in
        code.map {
          "\(name) \($0.kind.rawValue), \($0.pairs) pairs of \($0.run) and \($0.value) in \($0.word)"
        }
      }
    return [
      ("coded links", texts.joined(separator: "; ")),
      (
        "coded maps",
        "\(NumberText.bytes((coded.read + coded.written).count)) of "
          + "\(NumberText.bytes((raw.read + raw.written).count)) raw"
      ),
    ]
  }

  /// Bytes of maps as they would cross without a code; null where no link has one.
  func uncoded(_ maps: UncodedMaps?) -> JSONValue {
    maps.map {
      .object(["input": .integer($0.input.count), "output": .integer($0.output.count)])
    } ?? .null
  }

  /// Zeros of an operation's maps as the workload states them; null where it states none.
  func zeros(_ zeros: ZeroShares?) -> JSONValue {
    guard let zeros else { return .null }
    func share(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return .object([
      "input": .array(zeros.reads.map(share)), "output": share(zeros.written),
    ])
  }
}
