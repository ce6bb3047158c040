package import Reports

/// The model beside references.
package struct ValidationDocument: Document, Hashable {
  package static let schema = "umemaki.validation/1"

  /// One quantity of one reference.
  package struct Quantity: Codable, Hashable, Sendable {
    /// The reference.
    package let name: String
    /// Where its values are published.
    package let source: String
    /// What is compared.
    package let quantity: String
    /// Pairs of values.
    package let count: Int
    /// Mean of the absolute relative errors; nil where nothing is compared.
    @OrNull package var mape: Double?
    /// The largest of them.
    @OrNull package var maxError: Double?
    /// Mean of the signed relative errors.
    @OrNull package var bias: Double?
    /// What is allowed.
    package let tolerance: String
    /// Whether the errors are within it.
    package let status: String

    package init(
      name: String, source: String, quantity: String, count: Int, mape: Double?, maxError: Double?,
      bias: Double?, tolerance: String, status: String
    ) {
      self.name = name
      self.source = source
      self.quantity = quantity
      self.count = count
      self.mape = mape
      self.maxError = maxError
      self.bias = bias
      self.tolerance = tolerance
      self.status = status
    }
  }

  package let references: [Quantity]
  package let provenance: Provenance

  package init(
    references: [Quantity], provenance: Provenance
  ) {
    self.references = references
    self.provenance = provenance
  }
}
