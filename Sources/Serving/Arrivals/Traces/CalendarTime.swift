/// An instant of the Gregorian calendar, to the picosecond.
struct CalendarTime {
  /// Seconds since 1970-01-01 00:00:00 UTC; negative before.
  private let seconds: Int
  /// Picoseconds of the second.
  private let fraction: Int

  /// Why a text is no instant.
  enum Failure: Error {
    /// It is written in another way.
    case form
    /// It is written well and names a day or a time that does not exist.
    case date(String)
  }

  /// Reads `YYYY-MM-DD HH:MM:SS`, or with a `T` between, with a fraction of 1 to 12 digits and an
  /// offset `+HH:MM` or `Z`, or without (ISO 8601, RFC 3339).
  ///
  /// Without an offset the time is UTC; leap seconds are not known.
  init(_ text: Substring) throws(Failure) {
    var rest = text.utf8
    let year = try Self.digits(4, &rest, then: "-")
    let month = try Self.digits(2, &rest, then: "-")
    let day = try Self.digits(2, &rest)
    guard let between = rest.popFirst(),
      between == UInt8(ascii: " ") || between == UInt8(ascii: "T")
    else { throw .form }
    let hour = try Self.digits(2, &rest, then: ":")
    let minute = try Self.digits(2, &rest, then: ":")
    let second = try Self.digits(2, &rest)
    fraction = try Self.fraction(&rest)
    let offset = try Self.offset(&rest)
    guard rest.isEmpty else { throw .form }
    guard (1...12).contains(month), day >= 1, day <= Self.days(of: month, year) else {
      throw .date("there is no such day")
    }
    guard hour < 24, minute < 60, second < 60 else { throw .date("there is no such time of day") }
    let clock = (hour * 60 + minute) * 60 + second
    seconds = Self.dayNumber(year, month, day) * 86_400 + clock - offset
  }

  /// Picoseconds since 1970-01-01 00:00:00 UTC; negative before.
  var picoseconds: Int128 { Int128(seconds) * 1_000_000_000_000 + Int128(fraction) }

  /// So many decimal digits and the character after them.
  private static func digits(
    _ count: Int, _ text: inout Substring.UTF8View, then separator: Character? = nil
  ) throws(Failure) -> Int {
    var value = 0
    for _ in 0..<count {
      guard let digit = text.popFirst(), isDigit(digit) else { throw .form }
      value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    if let separator { guard text.popFirst() == separator.asciiValue else { throw .form } }
    return value
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Picoseconds of `.f...`, none where there is no point.
  private static func fraction(_ text: inout Substring.UTF8View) throws(Failure) -> Int {
    guard text.first == UInt8(ascii: ".") else { return 0 }
    text.removeFirst()
    let count = text.prefix(while: isDigit).count
    guard (1...12).contains(count) else { throw .form }
    let value = try digits(count, &text)
    return (count..<12).reduce(value) { value, _ in value * 10 }
  }

  /// Seconds that the local time is ahead of UTC.
  private static func offset(_ text: inout Substring.UTF8View) throws(Failure) -> Int {
    if text.first == UInt8(ascii: "Z") {
      text.removeFirst()
      return 0
    }
    guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return 0
    }
    text.removeFirst()
    let hours = try digits(2, &text, then: ":")
    let minutes = try digits(2, &text)
    guard hours < 24, minutes < 60 else { throw .date("there is no such offset") }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes) * 60
  }

  private static func days(of month: Int, _ year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Days since 1970-01-01 in the Gregorian calendar.
  private static func dayNumber(_ year: Int, _ month: Int, _ day: Int) -> Int {
    // Leap days of all years before this one, as if the calendar had begun in the year 1.
    let last = year - 1
    let years = last * 365 + floor(last, 4) - floor(last, 100) + floor(last, 400)
    let months = (1..<month).reduce(0) { $0 + days(of: $1, year) }
    return years + months + day - 1 - 719_162
  }

  private static func floor(_ value: Int, _ divisor: Int) -> Int {
    Int((Double(value) / Double(divisor)).rounded(.down))
  }
}
