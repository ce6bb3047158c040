/// What a transformer did in one iteration.
package struct IterationDocument: Codable, Hashable, Sendable {
  /// Sequences that are alike.
  package struct Group: Codable, Hashable, Sendable {
    package let tokens: Int
    package let context: Int
    package let count: Int
    package let logits: Int

    package init(tokens: Int, context: Int, count: Int, logits: Int) {
      self.tokens = tokens
      self.context = context
      self.count = count
      self.logits = logits
    }
  }

  /// What has to be moved at least, whatever the design.
  package struct Compulsory: Codable, Hashable, Sendable {
    /// Weights of layers and head once; of experts as many as are visited on average.
    package let weightBytes: Double
    package let cacheReadBytes: Double
    package let cacheWriteBytes: Double

    package init(weightBytes: Double, cacheReadBytes: Double, cacheWriteBytes: Double) {
      self.weightBytes = weightBytes
      self.cacheReadBytes = cacheReadBytes
      self.cacheWriteBytes = cacheWriteBytes
    }
  }

  /// What the design moved to and from DRAM.
  package struct Moved: Codable, Hashable, Sendable {
    package let weightReadBytes: Int
    package let cacheReadBytes: Int
    package let cacheWriteBytes: Int
    package let activationReadBytes: Int
    package let activationWriteBytes: Int

    package init(
      weightReadBytes: Int, cacheReadBytes: Int, cacheWriteBytes: Int, activationReadBytes: Int,
      activationWriteBytes: Int
    ) {
      self.weightReadBytes = weightReadBytes
      self.cacheReadBytes = cacheReadBytes
      self.cacheWriteBytes = cacheWriteBytes
      self.activationReadBytes = activationReadBytes
      self.activationWriteBytes = activationWriteBytes
    }
  }

  /// Nil where sequences differ.
  package let phase: String?
  /// In all.
  package let tokens: Int
  package let sequences: Int
  package let groups: [Group]
  /// Of the whole model.
  package let parameters: Int
  /// Of linear parts of the layers.
  package let linearMacs: Int
  /// Of pairs of tokens, masked ones left out.
  package let attentionMacs: Int
  package let headMacs: Int
  /// Different experts of a layer that are visited on average; nil for a model without.
  package let expertsTouched: Double?
  package let compulsory: Compulsory
  package let dram: Moved

  package init(
    phase: String?, tokens: Int, sequences: Int, groups: [Group], parameters: Int,
    linearMacs: Int, attentionMacs: Int, headMacs: Int, expertsTouched: Double?,
    compulsory: Compulsory, dram: Moved
  ) {
    self.phase = phase
    self.tokens = tokens
    self.sequences = sequences
    self.groups = groups
    self.parameters = parameters
    self.linearMacs = linearMacs
    self.attentionMacs = attentionMacs
    self.headMacs = headMacs
    self.expertsTouched = expertsTouched
    self.compulsory = compulsory
    self.dram = dram
  }
}
