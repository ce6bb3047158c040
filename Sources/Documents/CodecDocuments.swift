package import Reports

/// What brings one file of coded weights to another.
package struct DeltaDocument: Document, Hashable {
  package static let schema = "umemaki.delta/1"

  /// One tensor of the new file.
  package struct Tensor: Codable, Hashable, Sendable {
    package let dataset: String
    package let weights: Int
    /// How it is sent: `nothing`, `delta` or `whole`.
    package let sent: String
    /// Weights whose symbol, or for other tensors whose value, changed.
    package let changed: Int
    /// Of the run lengths of unchanged symbols; nil for a tensor that no codebook made in both files.
    @OrNull package var runBits: Int?
    /// Of the new symbols.
    @OrNull package var symbolBits: Int?
    /// Of the new codebooks.
    @OrNull package var codebookBits: Int?
    /// Of the new escapes.
    @OrNull package var escapeBits: Int?
    /// Of the new tensor as a whole.
    package let wholeBits: Int
    /// Of what is sent.
    package let sentBits: Int

    package init(
      dataset: String, weights: Int, sent: String, changed: Int, runBits: Int? = nil,
      symbolBits: Int? = nil, codebookBits: Int? = nil, escapeBits: Int? = nil, wholeBits: Int,
      sentBits: Int
    ) {
      self.dataset = dataset
      self.weights = weights
      self.sent = sent
      self.changed = changed
      self.runBits = runBits
      self.symbolBits = symbolBits
      self.codebookBits = codebookBits
      self.escapeBits = escapeBits
      self.wholeBits = wholeBits
      self.sentBits = sentBits
    }
  }

  package let tensors: [Tensor]
  /// Datasets that only the old file has.
  package let removed: [String]
  /// Of the update of all tensors.
  package let updateBytes: Int
  /// Of the new file's tensors as a whole.
  package let wholeBytes: Int
  package let provenance: Provenance

  package init(
    tensors: [Tensor], removed: [String], updateBytes: Int, wholeBytes: Int, provenance: Provenance
  ) {
    self.tensors = tensors
    self.removed = removed
    self.updateBytes = updateBytes
    self.wholeBytes = wholeBytes
    self.provenance = provenance
  }
}

/// What codecs of several settings make of one weight file.
package struct CodecsDocument: Document, Hashable {
  package static let schema = "umemaki.codecs/1"

  /// One setting.
  package struct Trial: Codable, Hashable, Sendable {
    package let entries: Int
    package let prune: Double
    package let escapes: Double
    package let scope: String
    package let bytes: Int
    package let bitsPerWeight: Double
    package let meanSquareError: Double
    /// Signal over noise in decibels; nil where nothing is lost.
    @OrNull package var sqnrDb: Double?
    /// Whether no other setting has fewer bits and less error.
    package let pareto: Bool

    package init(
      entries: Int, prune: Double, escapes: Double, scope: String, bytes: Int,
      bitsPerWeight: Double, meanSquareError: Double, sqnrDb: Double?, pareto: Bool
    ) {
      self.entries = entries
      self.prune = prune
      self.escapes = escapes
      self.scope = scope
      self.bytes = bytes
      self.bitsPerWeight = bitsPerWeight
      self.meanSquareError = meanSquareError
      self.sqnrDb = sqnrDb
      self.pareto = pareto
    }
  }

  package let trials: [Trial]
  package let tensors: Int
  package let weights: Int
  package let provenance: Provenance

  package init(trials: [Trial], tensors: Int, weights: Int, provenance: Provenance) {
    self.trials = trials
    self.tensors = tensors
    self.weights = weights
    self.provenance = provenance
  }
}
