internal import Architectures
internal import Networks
internal import Units

/// A map of a layer in the code of a link to DRAM: how many bits it takes there, and how fast the coder is.
public struct LinkCode: Hashable, Sendable {
  /// Coded bits over raw bits, in 2^-32: a whole number, so that transfers are counted exactly.
  let ratio: Int
  /// Raw data that the coder takes or gives.
  let coder: BytesPerCycle

  /// The code of maps that cross one after the other, or in parts beside one another.
  ///
  /// Nil where nobody knows of any of them how many zeros it has; one of which nobody knows crosses as
  /// it is.
  init?(_ link: Links.Link, _ maps: [ZeroShares.Moved], element: Bits) {
    guard let code = link.code else { return nil }
    let shares = maps.map { map in
      map.isInput && code.firstInput == .raw ? nil : map.zeros
    }
    let all = maps.reduce(0.0) { $0 + Double($1.elements) }
    guard all > 0, shares.contains(where: { $0 != nil }) else { return nil }
    var coded = 0.0
    for (map, share) in zip(maps, shares) {
      let ratio = share.map { code.ratio(zeros: $0, element: element) } ?? 1
      coded += Double(map.elements) * ratio
    }
    ratio = Int((coded / all * Self.one).rounded())
    coder = link.coder
  }

  /// The code of weights that a codec stores in so many bits, `plain` bits each when decoded.
  init(_ storage: KernelStorage.Coded, plain: Bits, coder: BytesPerCycle) {
    let raw = Double(storage.elements) * Double(plain.count)
    ratio = max(1, Int((Double(storage.bits) / raw * Self.one).rounded(.up)))
    self.coder = coder
  }

  private static let one = 0x1p32

  /// The ratio as a number.
  var share: Double { Double(ratio) / Self.one }

  /// What `raw` bits become: whole bits, rounded up.
  func coded(_ raw: Bits) -> Bits {
    let (quotient, rest) = raw.count.scaled(by: ratio, over: 1 << 32)
    return Bits(quotient + (rest == 0 ? 0 : 1))
  }

  /// Cycles that `raw` bits take on a link of `rate` when `arrived` of them have room before.
  ///
  /// The slower one of link and coder sets the pace of all of them.
  func cycles(for raw: Bits, arrived: Bits = .zero, on rate: BytesPerCycle) -> Int {
    let coded = coded(raw)
    let (onLink, inCoder) = (rate.cycles(for: coded).count, coder.cycles(for: raw).count)
    guard arrived > .zero, raw > .zero else { return max(onLink, inCoder) }
    guard onLink >= inCoder else { return coder.cycles(for: raw - arrived).count }
    let share = coded.count.scaled(by: arrived.count, over: raw.count)
    return rate.cycles(for: coded - Bits(share.quotient)).count
  }
}

extension Links {
  /// Whether a link has a code at all.
  var codesMaps: Bool { input.code != nil || output.code != nil }

  /// `nest` with the codes in which the maps of its operation cross the links.
  func coding(_ nest: LoopNest, _ zeros: ZeroShares?) -> LoopNest {
    guard codesMaps, let zeros else { return nest }
    return nest.coded(
      input: inputCode(of: zeros),
      beside: LinkCode(input, zeros.beside, element: precision.input),
      output: outputCode(of: zeros))
  }

  /// The code of what an operation works on; nil where it crosses as it is.
  func inputCode(of zeros: ZeroShares?) -> LinkCode? {
    zeros.flatMap { LinkCode(input, $0.inputs, element: precision.input) }
  }

  /// The code of what an operation writes; nil where it crosses as it is.
  func outputCode(of zeros: ZeroShares?) -> LinkCode? {
    zeros.flatMap { LinkCode(output, $0.results, element: precision.output) }
  }

  // MARK: Transfers

  /// Bits that weights of `raw` bits on chip take on the link.
  func linkBits(weight raw: Bits, of nest: LoopNest) -> Bits { nest.weightCode?.coded(raw) ?? raw }

  /// Cycles in which weights of `raw` bits on chip arrive.
  func weightCycles(_ raw: Bits, of nest: LoopNest) -> Int {
    nest.weightCode?.cycles(for: raw, on: weight.rate) ?? weight.rate.cycles(for: raw).count
  }

  /// Bits that an input of `raw` bits takes on the link.
  func linkBits(input raw: Bits, of nest: LoopNest) -> Bits { nest.inputCode?.coded(raw) ?? raw }

  /// Bits that results of `raw` bits take on the link.
  func linkBits(output raw: Bits, of nest: LoopNest) -> Bits { nest.outputCode?.coded(raw) ?? raw }

  /// Cycles in which an input of `raw` bits arrives, or what is left when `arrived` of it are there.
  func loadCycles(_ raw: Bits, arrived: Bits = .zero, of nest: LoopNest) -> Int {
    nest.inputCode?.cycles(for: raw, arrived: arrived, on: input.rate)
      ?? input.rate.cycles(for: raw - arrived).count
  }

  /// Cycles in which results of `raw` bits leave.
  func storeCycles(_ raw: Bits, of nest: LoopNest) -> Int {
    nest.outputCode?.cycles(for: raw, on: output.rate) ?? output.rate.cycles(for: raw).count
  }
}
