public import Inputs

/// The arrival times of a trace file, the first at zero.
public struct ArrivalTrace: Hashable, Sendable {
  /// What a trace file looks like.
  public enum Format: String, Codable, CaseIterable, Sendable {
    /// One time in seconds per line.
    case timestamps
    /// The Azure LLM inference traces of 2023 and 2024: `TIMESTAMP,ContextTokens,GeneratedTokens`.
    case azureLLM = "azure-llm"
  }

  /// The arrival times, rising.
  public let times: [SimulationTime]
  private let file: String

  /// Reads the text of `file`.
  ///
  /// - Throws: `InputError` with the line that is wrong.
  public init(parsing text: String, format: Format, file: String) throws(InputError) {
    var found: [SimulationTime] = []
    var number = 0
    var start: CalendarTime?
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      if line.isEmpty { continue }
      let place = SourceLocation(file: file, line: number, column: 1)
      let time: SimulationTime
      switch format {
      case .timestamps: time = try Self.seconds(line, place)
      case .azureLLM:
        if number == 1 {
          try Self.checkHeader(line, place)
          continue
        }
        let instant = try Self.instant(line, place)
        let first = start ?? instant
        start = first
        guard instant >= first else { throw Self.unsorted(place) }
        guard let span = instant.since(first) else {
          throw InputError(
            "more than 53 days after the first line, where the clock of a simulation ends",
            at: place)
        }
        time = span
      }
      if let last = found.last, time < last {
        throw Self.unsorted(place)
      }
      found.append(time)
    }
    guard let first = found.first else { throw InputError("the trace is empty", file: file) }
    times = found.map { $0 - first }
    self.file = file
  }

  private static func seconds(
    _ line: Substring, _ place: SourceLocation
  ) throws(InputError) -> SimulationTime {
    guard let seconds = Double(line), (0...4e6).contains(seconds) else {
      throw InputError("expected a time from 0 to 4e6 seconds, found `\(line)`", at: place)
    }
    return SimulationTime(seconds: seconds)
  }

  private static func checkHeader(
    _ line: Substring, _ place: SourceLocation
  ) throws(InputError) {
    guard line == "TIMESTAMP,ContextTokens,GeneratedTokens" else {
      throw InputError(
        "expected the header TIMESTAMP,ContextTokens,GeneratedTokens, found `\(line)`", at: place)
    }
  }

  /// The time of a line of `azure-llm`.
  private static func instant(
    _ line: Substring, _ place: SourceLocation
  ) throws(InputError) -> CalendarTime {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard fields.count == 3 else { throw form(line, place) }
    let instant: CalendarTime
    do {
      instant = try CalendarTime(fields[0])
    } catch {
      switch error {
      case .form: throw form(line, place)
      case .date(let reason): throw InputError("`\(fields[0])`: \(reason)", at: place)
      }
    }
    var place = place
    for index in 1...2 {
      place.column += fields[index - 1].count + 1
      guard let tokens = Int(fields[index]), tokens >= 0 else {
        throw InputError("expected a number of tokens, found `\(fields[index])`", at: place)
      }
    }
    return instant
  }

  private static func unsorted(_ place: SourceLocation) -> InputError {
    InputError("earlier than the line before; a trace must be sorted", at: place)
  }

  private static func form(_ line: Substring, _ place: SourceLocation) -> InputError {
    InputError(
      "expected `2023-11-16 18:17:03.9799600,tokens,tokens`, the time with an offset such as "
        + "`+00:00` or without, found `\(line)`", at: place)
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
