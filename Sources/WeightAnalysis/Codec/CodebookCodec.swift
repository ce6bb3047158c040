/// A codec of weights with a codebook: the smallest ones are pruned, the largest ones escape, all others
/// become the nearest of a few entries that lie where the weights do.
///
/// Source of the parts: Inshrinkerator (Agrawal et al., SoCC 2024), which codes checkpoints of training so.
/// What is pruned and what escapes goes by magnitude here, for a file of weights has nothing else to go by
/// (assumed; the paper also asks for gradients). Entries come from Lloyd's rule (IEEE Trans. Information
/// Theory 28(2), 1982), begun where the cube root of the weights' density puts them (Panter and Dite, Proc.
/// IRE 39(1), 1951), and have 16 bits, a half-precision number.
public struct CodebookCodec: Hashable, Sendable {
  /// The weights that share a codebook.
  public enum Scope: String, Codable, CaseIterable, Sendable {
    /// A whole tensor.
    case layer
    /// Each filter by itself.
    case filter
  }

  /// The name in files and on the command line.
  public static let name = "codebook"
  /// One sentence.
  public static let summary =
    "A few values wherever the weights lie, with pruned weights and escapes (Inshrinkerator)."
  /// The most symbols: entries and the one of pruned weights.
  public static let mostSymbols = 256
  /// The largest half-precision number (IEEE 754 binary16).
  public static let largest: Float = 65504

  /// Entries of a codebook at most.
  public let entries: Int
  /// Share of weights that are pruned at most, 0...1.
  public let prune: Double
  /// Share of weights that are kept as they are at most, 0...1.
  public let escapes: Double
  /// The weights that share a codebook.
  public let scope: Scope

  /// Makes a codec.
  ///
  /// Throws `WeightError.setting` for fewer than one entry, more symbols than a byte has values, or shares
  /// outside 0 to 1 or of more than all weights together.
  public init(
    entries: Int, prune: Double = 0, escapes: Double = 0, scope: Scope = .layer
  ) throws(WeightError) {
    let most = Self.mostSymbols - (prune > 0 ? 1 : 0)
    guard (1...most).contains(entries) else {
      throw .setting(
        name: "entries",
        message:
          "expected 1 to \(most)\(prune > 0 ? ", for pruned weights are a symbol, too" : ""), "
          + "found \(entries)")
    }
    for (name, share) in [("prune", prune), ("escapes", escapes)] where !(0...1).contains(share) {
      throw .setting(name: name, message: "expected a share from 0 to 1, found \(share)")
    }
    guard prune + escapes <= 1 else {
      throw .setting(
        name: "escapes",
        message: "\(escapes) of all weights beside \(prune) that are pruned are more "
          + "than there are")
    }
    self.entries = entries
    self.prune = prune
    self.escapes = escapes
    self.scope = scope
  }

  /// Codes weights in the order filter, channel, row, column.
  ///
  /// Weights of one magnitude are pruned, or escape, together or not at all, so that shares are met from
  /// below. Throws `WeightError` when the count is wrong or a weight is no finite half-precision number.
  public func encode(_ values: [Float], shape: FilterShape) throws(WeightError) -> CodedTensor {
    guard values.count == shape.count else {
      throw .wrongCount(expected: shape.count, actual: values.count)
    }
    let largest = values.withUnsafeBufferPointer { MaskPacking.maximum($0) }
    guard let largest else {
      let element = values.firstIndex { !$0.isFinite } ?? 0
      throw .notFinite(element: element, filter: element / shape.filterSize)
    }
    guard largest <= Self.largest else {
      let element = values.firstIndex { $0.magnitude > Self.largest } ?? 0
      throw .setting(
        name: "element \(element) (filter \(element / shape.filterSize))",
        message: "\(values[element]) is more than the 65504 of a half-precision number")
    }
    let limits = limits(values)
    var symbols = [UInt8](repeating: 0, count: values.count)
    var escaped: [CodedTensor.Escape] = []
    var codebooks: [[Float]] = []
    let size = scope == .layer ? values.count : shape.filterSize
    let hasPruned = prune > 0
    values.withUnsafeBufferPointer { values in
      symbols.withUnsafeMutableBufferPointer { symbols in
        for first in stride(from: 0, to: values.count, by: size) {
          let range = first..<first + size
          let histogram = WeightHistogram(values, in: range, limits)
          let book = histogram.codebook(entries, below: limits.smallestEscape)
          codebooks.append(book)
          histogram.assign(
            values, in: range, limits, book, offset: hasPruned ? 1 : 0, to: symbols, &escaped)
        }
      }
    }
    return CodedTensor(
      shape: shape, scope: scope, hasPruned: hasPruned, codebooks: codebooks, symbols: symbols,
      escapes: escaped)
  }

  /// Magnitudes below which weights are pruned and above which they escape.
  private func limits(_ values: [Float]) -> CodeLimits {
    let pruned = Int((prune * Double(values.count)).rounded())
    let escaping = Int((escapes * Double(values.count)).rounded())
    guard pruned > 0 || escaping > 0 else { return CodeLimits() }
    let kept = values.count - escaping
    return values.withUnsafeBufferPointer { values in
      let ranks = [pruned, kept - 1].map { min(max($0, 0), values.count - 1) }
      let found = MagnitudeOrder.magnitudes(at: ranks, of: values)
      var limits = CodeLimits()
      if pruned > 0 { limits.lowest = pruned == values.count ? .max : found[0] }
      if escaping > 0 {
        limits.highest = kept == 0 ? 0 : found[1]
        if kept == 0 { limits.escapesAll = true }
        let smallest = values.reduce(UInt32.max) { least, value in
          let bits = value.magnitude.bitPattern
          return min(least, limits.escapes(bits) ? bits : .max)
        }
        limits.smallestEscape = smallest == .max ? .infinity : Float(bitPattern: smallest)
        // What half precision takes for 0 is not told from what is pruned.
        if Float16(limits.smallestEscape) == 0 {
          (limits.highest, limits.escapesAll, limits.smallestEscape) = (.max, false, .infinity)
        }
      }
      return limits
    }
  }
}

/// Which weights are pruned and which escape, by the bits of their magnitudes.
struct CodeLimits {
  /// Smaller ones are pruned.
  var lowest: UInt32 = 0
  /// Larger ones escape.
  var highest: UInt32 = .max
  /// Whether every weight that is not pruned escapes.
  var escapesAll = false
  /// The smallest magnitude of an escape.
  var smallestEscape = Float.infinity

  @inline(__always)
  func escapes(_ bits: UInt32) -> Bool { bits > highest || escapesAll && bits >= lowest }
}

/// Magnitudes in order, found by counting their bits in two passes.
enum MagnitudeOrder {
  /// The bits of the magnitudes at ranks of at least 0 and below their number, from the smallest on.
  static func magnitudes(at ranks: [Int], of values: UnsafeBufferPointer<Float>) -> [UInt32] {
    var counts = [UInt32](repeating: 0, count: 1 << 15)
    counts.withUnsafeMutableBufferPointer { counts in
      for value in values { counts[Int(value.bitPattern & 0x7fff_ffff) >> 16] += 1 }
    }
    return ranks.map { rank in
      let (high, rest) = place(of: rank, in: counts)
      var low = [UInt32](repeating: 0, count: 1 << 16)
      low.withUnsafeMutableBufferPointer { low in
        for value in values {
          let bits = Int(value.bitPattern & 0x7fff_ffff)
          if bits >> 16 == high { low[bits & 0xffff] += 1 }
        }
      }
      return UInt32(high << 16 | place(of: rest, in: low).place)
    }
  }

  /// The place among counts in which a rank lies, and its rank there.
  private static func place(of rank: Int, in counts: [UInt32]) -> (place: Int, rest: Int) {
    var (place, rest) = (0, rank)
    while place < counts.count - 1, rest >= Int(counts[place]) {
      rest -= Int(counts[place])
      place += 1
    }
    return (place, rest)
  }
}
