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
    /// Weights of layers, head and adapters once; of experts as many as are visited on average.
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

  /// What is read of the cache and what is there behind the iteration, whatever the design.
  package struct Cache: Codable, Hashable, Sendable {
    package let policy: String
    /// Of one token in all layers.
    package let bytesPerToken: Double
    /// Minima and maxima of pages included.
    package let readBytes: Double
    /// The same without a policy.
    package let fullReadBytes: Double
    /// The second over the first; nil where nothing is read.
    package let reduction: Double?
    /// What all sequences keep for tokens to come, minima and maxima of pages included.
    package let keptBytes: Double
    /// The part of it that all tokens would take.
    package let keptShare: Double
    /// Multiply-accumulates of choosing.
    package let choiceMacs: Int

    package init(
      policy: String, bytesPerToken: Double, readBytes: Double, fullReadBytes: Double,
      reduction: Double?, keptBytes: Double, keptShare: Double, choiceMacs: Int
    ) {
      self.policy = policy
      self.bytesPerToken = bytesPerToken
      self.readBytes = readBytes
      self.fullReadBytes = fullReadBytes
      self.reduction = reduction
      self.keptBytes = keptBytes
      self.keptShare = keptShare
      self.choiceMacs = choiceMacs
    }
  }

  /// Low-rank additions, whatever the design.
  package struct Adapters: Codable, Hashable, Sendable {
    package let form: String
    package let rank: Int
    /// Different ones that the sequences have.
    package let present: Int
    /// Weights that differ from one to another; of merged ones those of the base.
    package let weights: Int
    /// Weights beside the base that all share.
    package let sharedWeights: Int
    /// What has to be exchanged to serve another one.
    package let switchBytes: Double
    /// What the iteration reads more than without, each of them once.
    package let readBytes: Double
    package let macsPerToken: Int
    package let macs: Int

    package init(
      form: String, rank: Int, present: Int, weights: Int, sharedWeights: Int, switchBytes: Double,
      readBytes: Double, macsPerToken: Int, macs: Int
    ) {
      self.form = form
      self.rank = rank
      self.present = present
      self.weights = weights
      self.sharedWeights = sharedWeights
      self.switchBytes = switchBytes
      self.readBytes = readBytes
      self.macsPerToken = macsPerToken
      self.macs = macs
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
  /// Nil for an encoder.
  package let cache: Cache?
  /// Nil for a model without.
  package let adapters: Adapters?

  package init(
    phase: String?, tokens: Int, sequences: Int, groups: [Group], parameters: Int,
    linearMacs: Int, attentionMacs: Int, headMacs: Int, expertsTouched: Double?,
    compulsory: Compulsory, dram: Moved, cache: Cache?, adapters: Adapters?
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
    self.cache = cache
    self.adapters = adapters
  }
}
