package import Reports

/// Additions per output pixel, by how they are shared.
package struct AdditionCounts: Codable, Hashable, Sendable {
  package let dense: Int
  package let sparse: Int
  package let repetition: Int
  package let direct: Int
  package let trieHighest: Int
  package let trieLowest: Int
  package let subset: Int?
  package let lookupTable: Int
  package let mirroredRepetition: Int?
  package let mirroredDirect: Int?
  package let offsetAdditions: Int?

  package init(
    dense: Int, sparse: Int, repetition: Int, direct: Int, trieHighest: Int, trieLowest: Int,
    subset: Int? = nil, lookupTable: Int, mirroredRepetition: Int? = nil,
    mirroredDirect: Int? = nil, offsetAdditions: Int? = nil
  ) {
    self.dense = dense
    self.sparse = sparse
    self.repetition = repetition
    self.direct = direct
    self.trieHighest = trieHighest
    self.trieLowest = trieLowest
    self.subset = subset
    self.lookupTable = lookupTable
    self.mirroredRepetition = mirroredRepetition
    self.mirroredDirect = mirroredDirect
    self.offsetAdditions = offsetAdditions
  }
}

/// The tensors of a weight file.
package struct AnalysisDocument: Document, Hashable {
  package static let schema = "umemaki.analysis/1"

  /// One tensor; what goes with its scheme is nil where it has none.
  package struct Tensor: Codable, Hashable, Sendable {
    package let dataset: String
    /// Kernels, channels, rows, columns.
    package let shape: [Int]
    package let layout: String
    package let elementType: String
    package let elements: Int
    @OrNull package var operations: AdditionCounts?
    /// How it is quantized.
    @OrNull package var scheme: String?
    /// Non-zero share, 0...1.
    package let density: Double?
    /// Weights that are not zero.
    package let effectual: Int?
    /// Bits of the packed form.
    package let storageBits: Int?
    /// Weights of a pattern.
    package let tileWidth: Int?
    package let uniquePatterns: Int?
    /// Non-zero patterns per distinct one.
    package let repetition: Double?
    /// What sparsity and repetition gain together over the product of both.
    package let synergy: Double?

    package init(
      dataset: String, shape: [Int], layout: String, elementType: String, elements: Int,
      operations: AdditionCounts?, scheme: String?, density: Double? = nil, effectual: Int? = nil,
      storageBits: Int? = nil, tileWidth: Int? = nil, uniquePatterns: Int? = nil,
      repetition: Double? = nil, synergy: Double? = nil
    ) {
      self.dataset = dataset
      self.shape = shape
      self.layout = layout
      self.elementType = elementType
      self.elements = elements
      self.operations = operations
      self.scheme = scheme
      self.density = density
      self.effectual = effectual
      self.storageBits = storageBits
      self.tileWidth = tileWidth
      self.uniquePatterns = uniquePatterns
      self.repetition = repetition
      self.synergy = synergy
    }
  }

  /// Sums over the tensors that were counted.
  package struct Totals: Codable, Hashable, Sendable {
    package let elements: Int
    package let effectual: Int
    package let storageBits: Int
    package let dense: Int
    package let sparse: Int
    package let repetition: Int
    package let direct: Int
    package let trieHighest: Int
    package let trieLowest: Int

    package init(
      elements: Int, effectual: Int, storageBits: Int, dense: Int, sparse: Int, repetition: Int,
      direct: Int, trieHighest: Int, trieLowest: Int
    ) {
      self.elements = elements
      self.effectual = effectual
      self.storageBits = storageBits
      self.dense = dense
      self.sparse = sparse
      self.repetition = repetition
      self.direct = direct
      self.trieHighest = trieHighest
      self.trieLowest = trieLowest
    }
  }

  package let tensors: [Tensor]
  package let totals: Totals
  package let provenance: Provenance

  package init(
    tensors: [Tensor], totals: Totals, provenance: Provenance
  ) {
    self.tensors = tensors
    self.totals = totals
    self.provenance = provenance
  }
}
