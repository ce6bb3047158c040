internal import Architectures
internal import Units

/// Maps of one layer on a link that codes runs of zeros, each element zero with the same chance.
///
/// Pairs are counted from the format: a pair takes zeros in until one element is none or its run is as
/// long as it can be.
struct CodedLink {
  /// Coded bits of 2^32 raw bits.
  private let ratio: Int
  private let coder: BytesPerCycle

  /// The code of maps on a link, each with a weight and its zeros; nil where it has none, or nobody
  /// knows the zeros of any map.
  init?(
    _ link: TransferSpec, _ maps: [(weight: Int, zeros: Double?)], element: Bits, clock: Frequency
  ) {
    guard let code = link.compression, maps.contains(where: { $0.zeros != nil }) else { return nil }
    var pairs = 0
    while (pairs + 1) * (code.run.count + code.value.count) + 1 <= code.word.count { pairs += 1 }
    var (coded, whole) = (0.0, 0.0)
    for (weight, zeros) in maps {
      whole += Double(weight) * Double(element.count)
      guard let zeros else {
        coded += Double(weight) * Double(element.count)
        continue
      }
      // The chance that a pair goes on is that of a zero, and there are 2^run elements that it can
      // take.
      var (elements, chance) = (0.0, 1.0)
      for _ in 0..<(1 << code.run.count) {
        elements += chance
        chance *= zeros
      }
      coded += Double(weight) * Double(code.word.count) / Double(pairs) / elements
    }
    ratio = Int((coded / whole * 4_294_967_296).rounded())
    coder = code.rate?.perCycle(at: clock) ?? .unlimited
  }

  /// Bits that `raw` bits take on the link.
  func coded(_ raw: Int) -> Int {
    let (high, low) = raw.multipliedFullWidth(by: ratio)
    let (whole, rest) = (1 << 32).dividingFullWidth((high, low))
    return rest == 0 ? whole : whole + 1
  }

  /// What has to pass where a transfer of `raw` bits is slowest: coded bits on the link of `rate`, or
  /// raw bits in the coder.
  func pace(_ raw: Int, _ rate: BytesPerCycle) -> (bits: Int, rate: BytesPerCycle) {
    let coded = coded(raw)
    return coder.cycles(for: Bits(raw)) > rate.cycles(for: Bits(coded))
      ? (raw, coder) : (coded, rate)
  }
}

extension Optional<CodedLink> {
  /// Bits on the link, coded or not.
  func bits(_ raw: Int) -> Int { map { $0.coded(raw) } ?? raw }

  /// What passes, and at which rate.
  func pace(_ raw: Int, _ rate: BytesPerCycle) -> (bits: Int, rate: BytesPerCycle) {
    map { $0.pace(raw, rate) } ?? (raw, rate)
  }
}
