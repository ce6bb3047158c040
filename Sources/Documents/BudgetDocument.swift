package import Reports

/// How many tokens an iteration of a language model may have on a design.
package struct BudgetDocument: Document, Hashable {
  package static let schema = "umemaki.budget/1"

  /// A prompt in chunks of one size.
  package struct Chunk: Codable, Hashable, Sendable {
    package let tokens: Int
    /// With the decodes beside it.
    package let iterationS: Double
    /// Of the whole prompt in such chunks, without decodes.
    package let promptS: Double
    /// The time of the prompt at once over that.
    package let efficiency: Double

    package init(tokens: Int, iterationS: Double, promptS: Double, efficiency: Double) {
      self.tokens = tokens
      self.iterationS = iterationS
      self.promptS = promptS
      self.efficiency = efficiency
    }
  }

  package let architecture: String
  package let model: String
  package let targetS: Double
  package let decodes: Int
  package let context: Int
  package let prompt: Int
  package let granule: Int
  /// The largest chunk that keeps the target beside the decodes; nil where none does.
  @OrNull package var budgetTokens: Int?
  /// Of the decodes alone.
  package let decodeS: Double
  /// Tokens from which on linear parts are bound by the array.
  @OrNull package var balanceTokens: Double?
  /// New tokens of a sequence from which on attention is.
  @OrNull package var attentionBalanceTokens: Double?
  package let chunks: [Chunk]
  package let provenance: Provenance

  package init(
    architecture: String, model: String, targetS: Double, decodes: Int, context: Int, prompt: Int,
    granule: Int, budgetTokens: Int?, decodeS: Double, balanceTokens: Double?,
    attentionBalanceTokens: Double?, chunks: [Chunk], provenance: Provenance
  ) {
    self.architecture = architecture
    self.model = model
    self.targetS = targetS
    self.decodes = decodes
    self.context = context
    self.prompt = prompt
    self.granule = granule
    self.budgetTokens = budgetTokens
    self.decodeS = decodeS
    self.balanceTokens = balanceTokens
    self.attentionBalanceTokens = attentionBalanceTokens
    self.chunks = chunks
    self.provenance = provenance
  }
}
