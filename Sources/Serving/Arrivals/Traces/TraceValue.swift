internal import Inputs

/// Values of a trace, each refused at its place.
enum TraceValue {
  /// The latest time in a trace, in seconds from its origin; assumed, the year 5138 in Unix seconds.
  static let latestSeconds: Int128 = 100_000_000_000
  private static let second: Int128 = 1_000_000_000_000

  /// Picoseconds of a decimal number times `10^power`, rounded once to the nearest, halves up.
  ///
  /// Exact where binary numbers are not: Unix seconds with nanoseconds have more digits than a `Double`.
  static func picoseconds(_ text: some StringProtocol, power: Int) -> Int128? {
    var bytes = Substring(text).utf8
    var digits: Int128 = 0
    var exponent = power
    var count = 0
    var isFraction = false
    while let byte = bytes.first {
      if byte == UInt8(ascii: "."), !isFraction {
        isFraction = true
      } else if byte >= 48, byte <= 57 {
        count += 1
        // Digits beyond 30 are below a picosecond or make a time that no trace has.
        if digits < 100_000_000_000_000_000_000_000_000_000 {
          digits = digits * 10 + Int128(byte - 48)
          if isFraction { exponent -= 1 }
        } else if !isFraction {
          return nil
        }
      } else {
        break
      }
      bytes.removeFirst()
    }
    guard count > 0 else { return nil }
    if let byte = bytes.first, byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      guard let more = Int(String(Substring(bytes.dropFirst()))), abs(more) < 100 else {
        return nil
      }
      exponent += more
    } else if !bytes.isEmpty {
      return nil
    }
    return shifted(digits, by: exponent)
  }

  /// `value * 10^exponent`, nil where it does not fit.
  private static func shifted(_ value: Int128, by exponent: Int) -> Int128? {
    var value = value
    if exponent >= 0 {
      for _ in 0..<exponent where value != 0 {
        let (product, isOver) = value.multipliedReportingOverflow(by: 10)
        if isOver { return nil }
        value = product
      }
      return value
    }
    for _ in 0..<(-exponent - 1) where value != 0 { value /= 10 }
    return (value + 5) / 10
  }

  /// A number of seconds, or of another unit, from the origin of a trace.
  static func instant(
    _ text: some StringProtocol, power: Int, _ name: String, _ place: SourceLocation
  ) throws(InputError) -> Int128 {
    guard let found = picoseconds(text, power: power), found <= latestSeconds * second else {
      throw InputError(
        "expected a time from 0 to 1e11 seconds, in \(unit(power)), found `\(text)`", at: place,
        path: name)
    }
    return found
  }

  /// A date, in picoseconds since 1970.
  static func date(
    _ text: some StringProtocol, _ name: String, _ place: SourceLocation
  ) throws(InputError) -> Int128 {
    do {
      return try CalendarTime(Substring(text)).picoseconds
    } catch {
      switch error {
      case .form:
        throw InputError(
          "expected a date such as `2023-11-16 18:17:03.9799600` or `2024-05-10T00:00:00Z`, with "
            + "an offset such as `+00:00` or without, found `\(text)`", at: place, path: name)
      case .date(let reason): throw InputError("`\(text)`: \(reason)", at: place, path: name)
      }
    }
  }

  /// A latency constraint.
  static func latency(
    _ text: String, power: Int, _ name: String, _ place: SourceLocation
  ) throws(InputError) -> SimulationTime {
    guard let found = picoseconds(text, power: power), found > 0,
      found < Int128(SimulationTime.limit.count)
    else {
      throw InputError(
        "expected a time above 0 and below 53 days, in \(unit(power)), found `\(text)`", at: place,
        path: name)
    }
    return SimulationTime(Int(found))
  }

  /// An accuracy as a share.
  static func accuracy(
    _ text: String, isPercent: Bool, _ name: String, _ place: SourceLocation
  ) throws(InputError) -> Double {
    let top = isPercent ? 100.0 : 1
    guard let value = Double(text), (0...top).contains(value) else {
      throw InputError(
        isPercent
          ? "expected an accuracy from 0 to 100 per cent, found `\(text)`"
          : "expected an accuracy from 0 to 1, found `\(text)`; per cent stand in "
            + "`\(TraceColumn.accuracyPercent.rawValue)`", at: place, path: name)
    }
    // One decimal division, so that `76.7` is the 0.767 of a table.
    return isPercent ? DecimalText.parse(text, byPowerOfTen: -2) ?? value / 100 : value
  }

  /// Refuses what is no whole number of zero or more.
  static func count(
    _ text: String, _ name: String, _ place: SourceLocation
  ) throws(InputError) -> Int {
    guard let count = Int(text), count >= 0 else {
      throw InputError(
        "expected a whole number of 0 or more, found `\(text)`", at: place, path: name)
    }
    return count
  }

  /// The unit whose picoseconds are this power of ten.
  static func unit(_ power: Int) -> String {
    switch power {
    case 12: "seconds"
    case 9: "milliseconds"
    case 6: "microseconds"
    default: "nanoseconds"
    }
  }
}
