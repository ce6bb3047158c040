public import Inputs

/// The arrival times of a trace file, the first at zero.
public struct ArrivalTrace: Hashable, Sendable {
  /// What a trace file looks like.
  public enum Format: String, Codable, CaseIterable, Sendable {
    /// One time in seconds per line.
    case timestamps
    /// The Azure LLM inference traces of 2023: `TIMESTAMP,ContextTokens,GeneratedTokens`.
    case azureLLM = "azure-llm"
  }

  /// The arrival times, rising.
  public let times: [SimulationTime]
  private let file: String

  /// Reads the text of `file`.
  public init(parsing text: String, format: Format, file: String) throws(InputError) {
    var found: [SimulationTime] = []
    var number = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      if line.isEmpty { continue }
      let place = SourceLocation(file: file, line: number, column: 1)
      if format == .azureLLM, number == 1 {
        guard line == "TIMESTAMP,ContextTokens,GeneratedTokens" else {
          throw InputError(
            "expected the header TIMESTAMP,ContextTokens,GeneratedTokens, found `\(line)`",
            at: place)
        }
        continue
      }
      let time = try Self.time(line, format, place)
      if let last = found.last, time < last {
        throw InputError("earlier than the line before; a trace must be sorted", at: place)
      }
      found.append(time)
    }
    guard let first = found.first else { throw InputError("the trace is empty", file: file) }
    times = found.map { $0 - first }
    self.file = file
  }

  private static func time(
    _ line: Substring, _ format: Format, _ place: SourceLocation
  ) throws(InputError) -> SimulationTime {
    switch format {
    case .timestamps:
      guard let seconds = Double(line), (0...4e6).contains(seconds) else {
        throw InputError("expected a time from 0 to 4e6 seconds, found `\(line)`", at: place)
      }
      return SimulationTime(seconds: seconds)
    case .azureLLM:
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == 3, let time = calendarTime(fields[0]) else {
        throw InputError(
          "expected `2023-11-16 18:17:03.9799600,tokens,tokens`, found `\(line)`", at: place)
      }
      for field in fields.dropFirst() where Int(field).map({ $0 < 0 }) ?? true {
        throw InputError("expected a number of tokens, found `\(field)`", at: place)
      }
      return time
    }
  }

  /// Time since 2020-01-01 of `YYYY-MM-DD HH:MM:SS.fffffff`, exact.
  private static func calendarTime(_ text: Substring) -> SimulationTime? {
    let halves = text.split(separator: " ", omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    let date = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    let clock = halves[1].split(separator: ":", omittingEmptySubsequences: false)
    guard date.count == 3, clock.count == 3, let year = date[0], let month = date[1],
      let day = date[2], let hour = Int(clock[0]), let minute = Int(clock[1]),
      (2020...2099).contains(year), (1...12).contains(month), (1...31).contains(day),
      (0...23).contains(hour), (0...59).contains(minute)
    else { return nil }
    let second = clock[2].split(separator: ".", omittingEmptySubsequences: false)
    guard let whole = second.first.flatMap({ Int($0) }), (0...60).contains(whole) else {
      return nil
    }
    var fraction = 0
    if second.count == 2 {
      guard (1...12).contains(second[1].count), let digits = Int(second[1]), digits >= 0 else {
        return nil
      }
      fraction = (second[1].count..<12).reduce(digits) { value, _ in value * 10 }
    } else if second.count > 2 {
      return nil
    }
    let seconds = ((day - 1) * 24 + hour) * 3600 + minute * 60 + whole
    // Only the day of the month is kept, so that picoseconds fit: a trace lies within one month.
    return SimulationTime(seconds * 1_000_000_000_000 + fraction)
  }

  /// The times, stretched so that their mean rate is `rate`.
  public func times(rate: ArrivalRate?) throws(InputError) -> [SimulationTime] {
    guard let rate else { return times }
    guard let own = Self.rate(of: times) else {
      throw InputError("a trace of one instant cannot be stretched to a rate", file: file)
    }
    let factor = own / rate.perSecond
    return times.map { SimulationTime(seconds: $0.seconds * factor) }
  }

  /// Gaps over span, nil for a trace of one instant.
  static func rate(of times: [SimulationTime]) -> Double? {
    guard let first = times.first, let last = times.last, first < last else { return nil }
    return Double(times.count - 1) / (last - first).seconds
  }

  /// Squared coefficient of variation of the gaps, nil with fewer than two.
  public var squaredVariation: Double? {
    let gaps = zip(times.dropFirst(), times).map { ($0 - $1).seconds }
    guard gaps.count > 1 else { return nil }
    let mean = gaps.reduce(0, +) / Double(gaps.count)
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
    return mean > 0 ? variance / (mean * mean) : nil
  }
}
