internal import Networks
internal import Units

/// Sizes that an extent is cut into.
enum EvenCuts {
  /// For every number of parts the size that makes them as even as whole `unit`s allow, all of the
  /// extent first; parts of one size are named once.
  static func sizes(of extent: Int, unit: Int) -> [Int] {
    let units = quotient(extent, unit)
    var sizes: [Int] = []
    var size = units
    while size > 0 {
      sizes.append(min(extent, size * unit))
      guard size > 1 else { break }
      size = quotient(units, quotient(units, size - 1))
    }
    return sizes
  }

  /// The same without most of the small sizes: those of up to `parts` parts, then each at most seven eighths
  /// of the one before.
  static func thinned(_ extent: Int, unit: Int, parts: Int) -> [Int] {
    var last = Int.max
    let sizes = sizes(of: extent, unit: unit)
    return sizes.filter { size in
      guard quotient(extent, size) <= parts || size <= last / 8 * 7 || size == sizes.last else {
        return false
      }
      last = size
      return true
    }
  }

  /// Parts of a `granule`: all of up to 16 units, else a half, a quarter and so on, and three quarters of
  /// each, down to a `unit`.
  static func below(_ granule: Int, unit: Int) -> [Int] {
    if granule <= 16 * unit { return Array(stride(from: unit, to: granule, by: unit)) }
    var sizes: Set<Int> = []
    var size = granule
    while size > unit {
      sizes.insert(max(unit, size * 3 / 4 / unit * unit))
      size = max(unit, size / 2 / unit * unit)
      sizes.insert(size)
    }
    return Array(sizes)
  }

  /// The size of the parts where an extent is cut into as many as parts of `size` make, but evenly.
  static func evened(_ size: Int, of extent: Int, unit: Int) -> Int {
    let parts = quotient(extent, size)
    return min(extent, quotient(quotient(extent, unit), parts) * unit)
  }
}
