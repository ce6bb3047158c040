/// Sixteen weights, compared at once.
typealias Lanes = SIMD16<Float>

/// Passes over Float32 weights that fill bit masks or take a magnitude, sixteen lanes at a time.
enum MaskPacking {
  static let lowBits = SIMD16<UInt32>(
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768)

  /// Sets bit i of `words` when `test` holds for value i; the bits past the end stay clear.
  ///
  /// The lanes past the end hold NaN, for which every comparison is false.
  @inline(__always)
  static func pack(
    _ values: UnsafeBufferPointer<Float>, into words: UnsafeMutablePointer<UInt64>,
    where test: (Lanes) -> SIMDMask<Lanes.MaskStorage>
  ) {
    let count = values.count
    guard let base = UnsafeRawPointer(values.baseAddress) else { return }
    var word = 0
    while (word + 1) * 64 <= count {
      let start = base + word * 256
      let low = test(start.loadUnaligned(as: Lanes.self))
      let second = test(start.loadUnaligned(fromByteOffset: 64, as: Lanes.self))
      let third = test(start.loadUnaligned(fromByteOffset: 128, as: Lanes.self))
      let high = test(start.loadUnaligned(fromByteOffset: 192, as: Lanes.self))
      let zero = SIMD16<UInt32>.zero
      let lower =
        zero.replacing(with: lowBits, where: low)
        | zero.replacing(with: lowBits &<< 16, where: second)
      let upper =
        zero.replacing(with: lowBits, where: third)
        | zero.replacing(with: lowBits &<< 16, where: high)
      words[word] = UInt64(lower.wrappedSum()) | UInt64(upper.wrappedSum()) << 32
      word += 1
    }
    var index = word * 64
    while index < count {
      let mask = test(tail(values, from: index))
      let bits = SIMD16<UInt32>.zero.replacing(with: lowBits, where: mask).wrappedSum()
      words[index >> 6] |= UInt64(bits) << UInt64(index & 63)
      index += 16
    }
  }

  /// Up to sixteen values from `index` on, with NaN for the missing ones.
  static func tail(_ values: UnsafeBufferPointer<Float>, from index: Int) -> Lanes {
    var lanes = Lanes(repeating: .nan)
    for lane in 0..<min(16, values.count - index) { lanes[lane] = values[index + lane] }
    return lanes
  }

  /// The largest magnitude, or nil when a value is not finite.
  ///
  /// The largest is infinite when a value is, and a NaN makes the sum of magnitudes a NaN; the sum
  /// of finite ones never is.
  static func maximum(_ values: UnsafeBufferPointer<Float>) -> Float? {
    var lanes = Lanes.zero
    var sums = Lanes.zero
    var index = 0
    if let base = UnsafeRawPointer(values.baseAddress) {
      while index + 16 <= values.count {
        let bits = (base + index * 4).loadUnaligned(as: SIMD16<UInt32>.self) & 0x7fff_ffff
        let magnitudes = unsafeBitCast(bits, to: Lanes.self)
        lanes.replace(with: magnitudes, where: magnitudes .> lanes)
        sums += magnitudes
        index += 16
      }
    }
    var largest = lanes.max()
    var sum = sums.sum()
    while index < values.count {
      largest = max(largest, values[index].magnitude)
      sum += values[index].magnitude
      index += 1
    }
    return largest.isFinite && !sum.isNaN ? largest : nil
  }

  /// The sum in Float64 of the magnitudes above `floor`; NaN with a NaN among the values.
  static func magnitudeSum(_ values: UnsafeBufferPointer<Float>, above floor: Float) -> Double {
    var low = SIMD4<Double>.zero
    var high = SIMD4<Double>.zero
    var index = 0
    if let base = UnsafeRawPointer(values.baseAddress) {
      while index + 8 <= values.count {
        let bits = (base + index * 4).loadUnaligned(as: SIMD8<UInt32>.self) & 0x7fff_ffff
        var magnitudes = unsafeBitCast(bits, to: SIMD8<Float>.self)
        magnitudes.replace(with: 0, where: magnitudes .<= floor)
        low += SIMD4<Double>(magnitudes.lowHalf)
        high += SIMD4<Double>(magnitudes.highHalf)
        index += 8
      }
    }
    var sum = (low + high).sum()
    while index < values.count {
      let magnitude = values[index].magnitude
      sum += magnitude <= floor ? 0 : Double(magnitude)
      index += 1
    }
    return sum
  }
}
