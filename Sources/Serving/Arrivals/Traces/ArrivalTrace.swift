public import Inputs

/// The arrival times of a trace file, the first at zero, and what its queries ask for.
public struct ArrivalTrace: Hashable, Sendable {
  /// The arrival times, rising.
  public let times: [SimulationTime]
  /// What the queries ask for; nil where no row says anything.
  public let demands: TraceDemands?
  /// Tokens of prompts and answers, row by row; none where no column says it.
  public let lengths: [TokenLengths]
  private let file: String

  /// Reads the text of `file`.
  ///
  /// - Parameters:
  ///   - text: The whole file.
  ///   - format: What it looks like.
  ///   - columns: What the file calls its columns, in place of those of the format.
  ///   - models: The sub-networks that its models stand for.
  ///   - file: Its name in messages.
  /// - Throws: `InputError` with the line and the column that is wrong.
  public init(
    parsing text: String, format: Format, columns: TraceColumns? = nil, models: TraceModels? = nil,
    file: String
  ) throws(InputError) {
    var reader = TraceReader(format: format, columns: columns, takesModels: models != nil)
    var lines = TraceLines(text)
    while let line = lines.next() {
      try reader.read(line, at: SourceLocation(file: file, line: lines.number, column: 1))
    }
    (times, demands, lengths) = try reader.finish(models, file: file)
    self.file = file
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

/// The lines of a text, whatever ends them, without a mark of the byte order.
struct TraceLines {
  private var rest: Substring.UTF8View
  /// The number of the line that `next` gave last, from 1.
  private(set) var number = 0

  init(_ text: String) {
    rest = text[...].utf8
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
  }

  /// The next line that is not empty.
  mutating func next() -> Substring? {
    while !rest.isEmpty {
      let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? rest.endIndex
      let line = Substring(rest[..<end])
      rest = rest[end...]
      number += 1
      if rest.starts(with: [0x0D, 0x0A]) {
        rest.removeFirst(2)
      } else if !rest.isEmpty {
        rest.removeFirst()
      }
      if !line.isEmpty { return line }
    }
    return nil
  }
}
