internal import Foundation

/// Weights that are neither pruned nor escape, counted and added up in intervals of equal width.
struct WeightHistogram {
  private let least: Float
  /// Intervals per unit of weight.
  private let scale: Float
  /// How many weights lie before each interval and what they add up to, and those of all.
  private var sums: [SIMD2<Double>]
  /// Which weights lie in an interval.
  private let kept: KeptRange

  private static let mostIntervals = 1 << 16
  private static let mostRounds = 100
  /// Cube roots of small counts.
  private static let roots = (0..<1024).map { cbrt(Double($0)) }

  init(_ values: UnsafeBufferPointer<Float>, in range: Range<Int>, _ limits: CodeLimits) {
    let (low, high, kept) = Self.extent(UnsafeBufferPointer(rebasing: values[range]), limits)
    var intervals = 64
    while intervals < 2 * kept, intervals < Self.mostIntervals { intervals *= 2 }
    least = kept == 0 ? 0 : low
    let width = kept == 0 ? 0 : high - low
    // A range too narrow for a scale that is finite is one interval.
    let fitting = Float(intervals - 1) / width
    scale = width > 0 && fitting.isFinite ? fitting : 0
    let keeps = KeptRange(limits, isEmpty: kept == 0)
    self.kept = keeps
    // The last places are for weights that lie in no interval, in turn: a sum waits for the last one in its place.
    let more = 256
    var sums = [SIMD2<Double>](repeating: .zero, count: intervals + 1 + more)
    let (base, factor, nowhere) = (least, scale, intervals + 1)
    sums.withUnsafeMutableBufferPointer { sums in
      for index in range {
        let value = values[index]
        let mask = keeps.mask(value)
        let place = Int((KeptRange.select(value, base, mask) - base) * factor) + 1
        let other = nowhere + (index & (more - 1))
        sums[place & Int(mask) | other & ~Int(mask)] += SIMD2(1, Double(value))
      }
      for place in 1..<nowhere { sums[place] += sums[place - 1] }
    }
    sums.removeLast(more)
    self.sums = sums
  }

  /// The least and the largest weight that is neither pruned nor escapes, and how many there are.
  private static func extent(
    _ values: UnsafeBufferPointer<Float>, _ limits: CodeLimits
  ) -> (low: Float, high: Float, kept: Int) {
    var (low, high) = (Lanes(repeating: .infinity), Lanes(repeating: -.infinity))
    var kept = SIMD16<UInt32>.zero
    // As numbers, for those are compared sixteen at once. Where all is pruned the least is none.
    let least = Float(bitPattern: limits.lowest)
    let most = limits.highest == .max ? Float.infinity : Float(bitPattern: limits.highest)
    var index = 0
    if !limits.escapesAll, let base = UnsafeRawPointer(values.baseAddress) {
      while index + 16 <= values.count {
        let lanes = (base + index * 4).loadUnaligned(as: Lanes.self)
        let magnitudes = unsafeBitCast(
          unsafeBitCast(lanes, to: SIMD16<UInt32>.self) & 0x7fff_ffff, to: Lanes.self)
        let isKept = (magnitudes .>= least) .& (magnitudes .<= most)
        low.replace(with: lanes, where: (lanes .< low) .& isKept)
        high.replace(with: lanes, where: (lanes .> high) .& isKept)
        kept.replace(with: kept &+ 1, where: isKept)
        index += 16
      }
    }
    var extent = (low: low.min(), high: high.max())
    var count = (0..<16).reduce(0) { $0 + Int(kept[$1]) }
    while index < values.count {
      let value = values[index]
      let bits = value.bitPattern & 0x7fff_ffff
      if bits >= limits.lowest, !limits.escapes(bits) {
        extent = (min(extent.low, value), max(extent.high, value))
        count += 1
      }
      index += 1
    }
    return (extent.low, extent.high, count)
  }

  private var intervals: Int { sums.count - 1 }

  /// The interval of a weight, which may lie outside of all.
  @inline(__always)
  private func interval(_ value: Float) -> Int {
    Int(max(0, min(Float(intervals - 1), (value - least) * scale)))
  }

  /// Up to `entries` different half-precision numbers of rising value and of magnitudes below a limit.
  func codebook(_ entries: Int, below limit: Float) -> [Float] {
    guard sums[intervals].x > 0 else { return [] }
    var (centers, isFinal) = begin(entries)
    var bounds: [Int] = []
    for _ in 0..<Self.mostRounds where !isFinal {
      var next = [0]
      for pair in zip(centers, centers.dropFirst()) {
        let middle = Float((pair.0 + pair.1) / 2)
        next.append(max(next[next.count - 1], interval(middle) + 1))
      }
      next.append(intervals)
      isFinal = next == bounds
      bounds = next
      centers = zip(bounds, bounds.dropFirst()).compactMap(center)
    }
    var book: [Float] = []
    for center in centers {
      let entry = Self.half(center, below: limit)
      if book.last.map({ entry > $0 }) ?? true { book.append(entry) }
    }
    return book
  }

  /// A half-precision number near `value`, of a magnitude below that of every escape.
  private static func half(_ value: Double, below limit: Float) -> Float {
    var half = Float16(value)
    let most = Float16(limit)
    if limit.isFinite, half.magnitude >= most {
      half = value < 0 ? -most.nextDown : most.nextDown
    }
    // One zero, not two.
    return half == 0 ? 0 : Float(half)
  }

  private func center(_ from: Int, _ upTo: Int) -> Double? {
    let part = sums[upTo] - sums[from]
    return part.x == 0 ? nil : part.y / part.x
  }

  /// Where entries lie at first: shares of the cube root of the density; every interval with weights has its
  /// own, for good, where there are no more of these than entries.
  private func begin(_ entries: Int) -> (centers: [Double], isFinal: Bool) {
    var full: [Int] = []
    var roots: [Double] = []
    var mass = 0.0
    for place in 0..<intervals where sums[place + 1].x > sums[place].x {
      let count = sums[place + 1].x - sums[place].x
      let root = count < 1024 ? Self.roots[Int(count)] : cbrt(count)
      full.append(place)
      roots.append(root)
      mass += root
    }
    guard full.count > entries else {
      return (full.compactMap { center($0, $0 + 1) }, true)
    }
    var bounds = [0]
    var sum = 0.0
    for (place, root) in zip(full, roots) {
      sum += root
      if sum >= mass * Double(bounds.count) / Double(entries), bounds.count < entries {
        bounds.append(place + 1)
      }
    }
    bounds.append(intervals)
    return (zip(bounds, bounds.dropFirst()).compactMap(center), false)
  }

  /// Gives every weight of `range` the symbol of the nearest entry, 0 where it is pruned; what escapes is
  /// added to `escaped`.
  func assign(
    _ values: UnsafeBufferPointer<Float>, in range: Range<Int>, _ limits: CodeLimits,
    _ book: [Float], offset: Int, to symbols: UnsafeMutableBufferPointer<UInt8>,
    _ escaped: inout [CodedTensor.Escape]
  ) {
    // Weights from a middle on belong to the entry above it.
    let middles = zip(book, book.dropFirst()).map { ($0 + $1) / 2 } + [.infinity]
    // By interval an entry that none of its weights is below; the rounding of its place is left out.
    var first = [UInt8](repeating: 0, count: intervals)
    for (entry, middle) in middles.dropLast().enumerated() {
      for place in min(interval(middle) + 2, intervals)..<intervals {
        if entry + 1 < middles.count - 1, place >= interval(middles[entry + 1]) + 2 { break }
        first[place] = UInt8(entry + 1)
      }
    }
    let (base, factor, kept, shift) = (least, scale, kept, UInt8(offset))
    first.withUnsafeBufferPointer { first in
      middles.withUnsafeBufferPointer { middles in
        for index in range {
          let value = values[index]
          let mask = kept.mask(value)
          let own = KeptRange.select(value, base, mask)
          var symbol = first[Int((own - base) * factor)]
          while own >= middles[Int(symbol)] { symbol += 1 }
          symbols[index] = (symbol &+ shift) & UInt8(truncatingIfNeeded: mask)
        }
      }
    }
    guard limits.smallestEscape.isFinite else { return }
    for index in range {
      let value = values[index]
      let bits = value.bitPattern & 0x7fff_ffff
      guard limits.escapes(bits), bits >= limits.lowest else { continue }
      // Beyond the intervals on either side.
      let nearest = value < 0 || book.count < 2 ? 0 : book.count - 1
      symbols[index] = UInt8(book.isEmpty ? 0 : nearest + offset)
      escaped.append(.init(element: index, value: Float(Float16(value))))
    }
  }
}

/// The magnitudes of weights that neither are pruned nor escape, asked without a jump: half of all weights
/// may be pruned, and jumps that nobody can foresee take longer than what they leave out.
private struct KeptRange {
  private let lowest: UInt32
  private let extent: UInt32
  private let all: UInt32

  init(_ limits: CodeLimits, isEmpty: Bool) {
    lowest = limits.lowest
    extent = isEmpty ? 0 : limits.highest - limits.lowest
    all = isEmpty ? 0 : .max
  }

  /// All bits where a weight is kept, else none.
  @inline(__always)
  func mask(_ value: Float) -> UInt32 {
    (0 &- ((value.bitPattern & 0x7fff_ffff) &- lowest <= extent ? 1 : 0)) & all
  }

  /// `value` where a mask has all bits, else `other`.
  @inline(__always)
  static func select(_ value: Float, _ other: Float, _ mask: UInt32) -> Float {
    Float(bitPattern: value.bitPattern & mask | other.bitPattern & ~mask)
  }
}
