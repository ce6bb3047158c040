package import Reports

/// Several runs side by side.
package struct RunsDocument: Document, Hashable {
  package static let schema = "umemaki.runs/1"

  /// One of the runs.
  package struct Run: Codable, Hashable, Sendable {
    /// The file that holds it.
    package let path: String
    /// What ran where.
    package let label: String
    package let command: String

    package init(path: String, label: String, command: String) {
      self.path = path
      self.label = label
      self.command = command
    }
  }

  /// Something that was asked or read, and is not the same for all.
  package struct Difference: Codable, Hashable, Sendable {
    package let of: String
    /// A text for each run.
    package let values: [String]

    package init(of: String, values: [String]) {
      self.of = of
      self.values = values
    }
  }

  /// A quantity of every run.
  package struct Row: Codable, Hashable, Sendable {
    package let quantity: String
    /// In its SI unit; null where a run has none.
    package let values: [JSONValue]
    /// Over that of the first run; null where that is zero or nothing.
    package let ratios: [JSONValue]

    package init(quantity: String, values: [JSONValue], ratios: [JSONValue]) {
      self.quantity = quantity
      self.values = values
      self.ratios = ratios
    }
  }

  package let runs: [Run]
  package let differences: [Difference]
  package let rows: [Row]
  /// Latency of every layer, those first that take the largest part of any run.
  package let layers: [Row]
  /// Energy of every layer in the same order; empty where units differ.
  package let layerEnergies: [Row]
  /// Why the figures may not be comparable.
  package let warnings: [String]
  package let provenance: Provenance

  package init(
    runs: [Run], differences: [Difference], rows: [Row], layers: [Row], layerEnergies: [Row],
    warnings: [String], provenance: Provenance
  ) {
    self.runs = runs
    self.differences = differences
    self.rows = rows
    self.layers = layers
    self.layerEnergies = layerEnergies
    self.warnings = warnings
    self.provenance = provenance
  }
}
