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
}
