package import Reports

/// One quantity of two results.
package struct QuantityRow: Codable, Hashable, Sendable {
  /// What it is, a text.
  package let quantity: JSONValue
  /// Of the first result, in its SI unit; null where it has none.
  package let first: JSONValue
  /// Of the second result.
  package let second: JSONValue
  /// The second over the first; null where the first is zero.
  package let ratio: JSONValue

  package init(
    quantity: JSONValue, first: JSONValue, second: JSONValue, ratio: JSONValue
  ) {
    self.quantity = quantity
    self.first = first
    self.second = second
    self.ratio = ratio
  }
}

/// Two results of one kind side by side.
package struct ComparisonDocument: Document, Hashable {
  package static let schema = "umemaki.comparison/1"

  /// What the first result is of.
  package let first: String
  /// What the second result is of.
  package let second: String
  /// Every quantity that both have.
  package let rows: [QuantityRow]
  /// Why the figures may not be comparable.
  package let warnings: [String]
  package let provenance: Provenance

  package init(
    first: String, second: String, rows: [QuantityRow], warnings: [String], provenance: Provenance
  ) {
    self.first = first
    self.second = second
    self.rows = rows
    self.warnings = warnings
    self.provenance = provenance
  }
}
