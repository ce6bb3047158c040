internal import Foundation

/// Weights that are neither pruned nor escape, counted and added up in intervals of equal width.
struct WeightHistogram {
  private let least: Float
  /// Intervals per unit of weight.
  private let scale: Float
  /// Of the weights before each interval, and of all.
  private var counts: [Int]
  private var sums: [Double]

  private static let mostIntervals = 1 << 16
  private static let mostRounds = 100

  init(_ values: UnsafeBufferPointer<Float>, in range: Range<Int>, _ limits: CodeLimits) {
    var (low, high) = (Float.infinity, -Float.infinity)
    var kept = 0
    for index in range {
      let value = values[index]
      let bits = value.bitPattern & 0x7fff_ffff
      guard bits >= limits.lowest, !limits.escapes(bits) else { continue }
      low = min(low, value)
      high = max(high, value)
      kept += 1
    }
    var intervals = 64
    while intervals < 2 * kept, intervals < Self.mostIntervals { intervals *= 2 }
    least = kept == 0 ? 0 : low
    let width = kept == 0 ? 0 : high - low
    // A range too narrow for a scale that is finite is one interval.
    let fitting = Float(intervals - 1) / width
    scale = width > 0 && fitting.isFinite ? fitting : 0
    var counts = [Int](repeating: 0, count: intervals + 1)
    var sums = [Double](repeating: 0, count: intervals + 1)
    let (base, factor) = (least, scale)
    counts.withUnsafeMutableBufferPointer { counts in
      sums.withUnsafeMutableBufferPointer { sums in
        for index in range {
          let value = values[index]
          let bits = value.bitPattern & 0x7fff_ffff
          guard bits >= limits.lowest, !limits.escapes(bits) else { continue }
          let place = Int((value - base) * factor) + 1
          counts[place] += 1
          sums[place] += Double(value)
        }
      }
    }
    for place in 1..<counts.count {
      counts[place] += counts[place - 1]
      sums[place] += sums[place - 1]
    }
    self.counts = counts
    self.sums = sums
  }

  private var intervals: Int { counts.count - 1 }

  /// The interval of a weight, which may lie outside of all.
  @inline(__always)
  private func interval(_ value: Float) -> Int {
    Int(max(0, min(Float(intervals - 1), (value - least) * scale)))
  }

  /// Up to `entries` different half-precision numbers of rising value and of magnitudes below a limit.
  func codebook(_ entries: Int, below limit: Float) -> [Float] {
    guard counts[intervals] > 0 else { return [] }
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
    let count = counts[upTo] - counts[from]
    return count == 0 ? nil : (sums[upTo] - sums[from]) / Double(count)
  }

  /// Where entries lie at first: shares of the cube root of the density; every interval with weights has its
  /// own, for good, where there are no more of these than entries.
  private func begin(_ entries: Int) -> (centers: [Double], isFinal: Bool) {
    var full: [Int] = []
    var mass = 0.0
    for place in 0..<intervals where counts[place + 1] > counts[place] {
      full.append(place)
      mass += cbrt(Double(counts[place + 1] - counts[place]))
    }
    guard full.count > entries else {
      return (full.compactMap { center($0, $0 + 1) }, true)
    }
    var bounds = [0]
    var sum = 0.0
    for place in full {
      sum += cbrt(Double(counts[place + 1] - counts[place]))
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
    var first = [UInt8](repeating: 0, count: intervals)
    var symbol = 0
    for place in first.indices {
      let start = scale > 0 ? least + (Float(place) - 1) / scale : least
      while symbol < middles.count - 1, start >= middles[symbol] { symbol += 1 }
      first[place] = UInt8(symbol)
    }
    first.withUnsafeBufferPointer { first in
      middles.withUnsafeBufferPointer { middles in
        for index in range {
          let value = values[index]
          let bits = value.bitPattern & 0x7fff_ffff
          if bits < limits.lowest { continue }
          if limits.escapes(bits) {
            // Beyond the intervals on either side.
            let nearest = value < 0 || book.count < 2 ? 0 : book.count - 1
            symbols[index] = UInt8(book.isEmpty ? 0 : nearest + offset)
            escaped.append(.init(element: index, value: Float(Float16(value))))
            continue
          }
          var symbol = Int(first[Int((value - least) * scale)])
          while value >= middles[symbol] { symbol += 1 }
          symbols[index] = UInt8(symbol + offset)
        }
      }
    }
  }
}
