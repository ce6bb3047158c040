public import Foundation
internal import Testing

/// The rows of a CSV file without quotes, by column name.
public func referenceRows(_ url: URL) throws -> [[String: String]] {
  let text = try String(contentsOf: url, encoding: .utf8)
  let lines = text.split(whereSeparator: \.isNewline)
    .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  let header = try #require(lines.first)
  return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
}

extension [String: String] {
  /// The text of a column that has to be there.
  public func text(_ column: String) throws -> String { try #require(self[column]) }
  /// The whole number of a column.
  public func whole(_ column: String) throws -> Int { try #require(Int(try text(column))) }
  /// The number of a column.
  public func real(_ column: String) throws -> Double { try #require(Double(try text(column))) }
}
