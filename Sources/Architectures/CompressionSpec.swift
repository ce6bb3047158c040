internal import Components
public import Units

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Foundation
#endif

/// A run-length code of maps on a link to the off-chip memory.
///
/// A word holds as many pairs as fit beside one bit that marks the last word: a run of zeros and the
/// value behind it. Each element that is not zero takes a pair; a run too long for its field takes a
/// pair more, whose value is the zero behind the longest run. Source of the format and its widths: the
/// Eyeriss chip, Chen et al., JSSC 52(1), 2017.
public struct CompressionSpec: Codable, Hashable, Sendable {
  /// How maps are coded.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Runs of zeros and the values behind them.
    case runLength = "run-length"
  }

  /// How a map crosses the link that could be coded.
  public enum Form: String, Codable, CaseIterable, Sendable {
    /// As it is.
    case raw
    /// In the code.
    case coded
  }

  /// What is done with networks of which nobody stated any zeros.
  public enum Unstated: String, Codable, CaseIterable, Sendable {
    /// Their maps cross as they are.
    case raw
    /// They are refused.
    case refused
  }

  /// How maps are coded.
  public let kind: Kind
  /// Width of the count of zeros before a value.
  public let run: Bits
  /// Width of a value.
  public let value: Bits
  /// Width of a word of pairs.
  public let word: Bits
  /// How what the network reads first crosses the link; coded when left out.
  public let firstInput: Form?
  /// What is done with networks of which nobody stated any zeros; refused when left out.
  public let unstated: Unstated?
  /// Elements, as they are before they are coded, that the coder takes or gives; as fast as the link
  /// can carry what they become when left out.
  public let rate: Bandwidth?

  /// The widest count of zeros, so that the longest run is a small whole number.
  static let widestRun = 16
  /// The widest word.
  static let widestWord = 4096

  /// Pairs of a word: as many as fit beside the bit that marks the last one.
  public var pairs: Int { (word.count - 1) / (run.count + value.count) }

  /// Coded bits of an element of a map with a share `zeros`, 0...1, of zeros that are spread evenly.
  ///
  /// A pair covers the zeros of its run and its value: `1 + z + ... + z^(N - 1)` elements on average,
  /// `N = 2^run` the most that it can, since each further one is there when all before it are zero. So
  /// an element takes `(1 - z) / (1 - z^N)` pairs, and `1 / N` where all are zero.
  public func bitsPerElement(zeros: Double) -> Double {
    let most = Double(1 << run.count)
    let taken: Double
    if zeros <= 0 {
      taken = 1
    } else if zeros >= 1 {
      taken = 1 / most
    } else {
      // Near 1 both differences are small; these forms keep their digits.
      taken = (1 - zeros) / -expm1(most * log1p(zeros - 1))
    }
    return taken * Double(word.count) / Double(pairs)
  }

  /// Coded bits over raw bits, rho; above 1 where there are few zeros.
  public func ratio(zeros: Double, element: Bits) -> Double {
    bitsPerElement(zeros: zeros) / Double(element.count)
  }
}

extension Architecture {
  /// Checks the codes of the links.
  static func checkCompression(_ spec: ArchitectureSpec, _ reading: SpecReading) {
    let transfers = spec.memory.transfers
    let weights = "memory.transfers.weight.compression"
    reading.expect(
      transfers.weight.compression == nil, weights,
      "weights are no maps, expected it below `input` or `output`")
    for (key, code, element) in [
      ("input", transfers.input.compression, spec.precision.input),
      ("output", transfers.output.compression, spec.precision.output),
    ] {
      guard let code else { continue }
      check(code, of: element, key, reading)
    }
    guard let input = transfers.input.compression, let output = transfers.output.compression else {
      return
    }
    for (key, first, second) in [
      ("run", input.run, output.run), ("value", input.value, output.value),
      ("word", input.word, output.word),
    ] {
      reading.expect(
        first == second, "memory.transfers.output.compression.\(key)",
        "\(second), but maps are read in a code of \(first)",
        restsOn: ["memory.transfers.input.compression"])
    }
  }

  private static func check(
    _ code: CompressionSpec, of element: Bits, _ key: String, _ reading: SpecReading
  ) {
    let path = "memory.transfers.\(key).compression"
    reading.expect(
      (1...CompressionSpec.widestRun).contains(code.run.count), "\(path).run",
      "expected 1 bit to \(CompressionSpec.widestRun) bit, found \(code.run)")
    reading.expect(
      (1...64).contains(code.value.count), "\(path).value",
      "expected 1 bit to 64 bit, found \(code.value)")
    let isWide = code.value >= element || !(1...64).contains(code.value.count)
    reading.expect(
      isWide, "\(path).value", "\(code.value) cannot hold an element of \(element)",
      restsOn: ["precision.\(key)"])
    let least = code.run.count + code.value.count + 1
    let areFields = (1...16).contains(code.run.count) && (1...64).contains(code.value.count)
    reading.expect(
      (1...CompressionSpec.widestWord).contains(code.word.count)
        && (code.word.count >= least || !areFields), "\(path).word",
      "expected \(least) bit, a pair and the bit of the last word, to "
        + "\(CompressionSpec.widestWord) bit, found \(code.word)",
      restsOn: ["\(path).run", "\(path).value"])
    reading.expect(
      key == "input" || code.firstInput == nil, "\(path).first_input",
      "only inputs have a first one, leave it out")
  }
}
