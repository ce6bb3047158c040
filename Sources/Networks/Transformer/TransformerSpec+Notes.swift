public import Components

extension TransformerSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("layers", "Layers of the stack"),
    KeyNote("width", "Features of a token"),
    KeyNote("heads", "Heads of queries"),
    KeyNote(
      "kv_heads", "Heads of keys and values, which divide those of queries", default: "heads"),
    KeyNote("head_width", "Features of a head", default: "width over heads"),
    KeyNote("ffn", "Width of the feed-forward part"),
    KeyNote("gated", "Whether a third matrix gates the feed-forward part", default: "false"),
    KeyNote(
      "activation", "Function of the feed-forward part: `silu`, `gelu` or `relu`",
      default: "silu where gated, else gelu"),
    KeyNote("vocabulary", "Tokens that there are", default: "none, for images"),
    KeyNote("tied", "Whether the head is the table of embeddings", default: "false"),
    KeyNote("positions", "Most tokens of a sequence"),
    KeyNote(
      "position_kind", "How a token is told where it stands: `rotary`, `learned` or `none`",
      default: "rotary, of an encoder learned"),
    KeyNote("rotary_width", "Elements of a head that are rotated", default: "head_width"),
    KeyNote("extra_positions", "Rows of learned positions that are never used", default: "0"),
    KeyNote(
      "norm", "What tokens are normalized by: `rms` or `layer`", default: "rms, of an encoder layer"
    ),
    KeyNote(
      "norm_place", "Whether a part normalizes what it reads, `before`, or its sum, `after`",
      default: "before"),
    KeyNote(
      "parallel", "Whether attention and the feed-forward part both read the layer's input",
      default: "false"),
    KeyNote("shared_norm", "Whether parallel parts share one normalization", default: "false"),
    KeyNote("head_norms", "Whether queries and keys are normalized head by head", default: "false"),
    KeyNote("biases", "Linear parts with a bias: `qkv`, `output`, `ffn`, `head`", default: "[]"),
    KeyNote("window", "Tokens that one attends to at most, itself included", default: "all"),
    KeyNote(
      "mask", "Whether a token attends to those before it, `causal`, or to all, `none`",
      default: "causal, of an encoder none"),
    KeyNote(
      "attention",
      "`tiled`: scores never leave the chip, masked ones are not computed; `unfused`: all scores go to DRAM and back",
      default: "tiled", source: "FlashAttention (NeurIPS 2022)"),
    KeyNote("experts", "Experts in the place of the feed-forward part", default: "none"),
    KeyNote("latent", "Keys and values made of a latent vector", default: "none"),
    KeyNote(
      "encoder", "What an encoder has beside its layers", default: "none, a model makes tokens"),
    KeyNote(
      "weights", "How weights of layers are stored", default: "as the architecture stores them"),
    KeyNote("head_weights", "How weights of the head are stored", default: "weights"),
    KeyNote("cache", "How keys and values are stored", default: "as the architecture's inputs"),
    KeyNote(
      "cache_policy", "What a decode reads of the cache, and what stays of it",
      default: "kind: full"),
    KeyNote("adapters", "Low-rank additions to linear parts", default: "none"),
  ]
}

extension StorageSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("bits", "Bits of a number, 1 to 64"),
    KeyNote(
      "group",
      "Numbers that share a scale; of a cache the elements of one token and head, not given",
      default: "no scales"),
    KeyNote("scale_bits", "Bits of a scale", default: "16 where there are groups, of a cache 0"),
    KeyNote("zero_bits", "Bits of the zero point beside a scale", default: "0"),
  ]
}

extension ExpertsSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("count", "Experts of a layer"),
    KeyNote("per_token", "Experts that a token visits"),
    KeyNote("ffn", "Width of an expert"),
    KeyNote("shared", "Experts that every token visits beside them", default: "0"),
    KeyNote("dense_layers", "Layers at the beginning with the dense part instead", default: "0"),
    KeyNote("corrections", "Whether the router has a correction for each expert", default: "false"),
    KeyNote(
      "routing",
      "Different experts that an iteration visits: `expected` of independent choices, `fewest` or `most`",
      default: "expected"),
    KeyNote(
      "popularity", "The chance that a token visits each expert; together `per_token`",
      default: "all alike"),
  ]
}

extension LatentSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("query_rank", "Width between the two matrices of queries"),
    KeyNote("kv_rank", "Width of the latent vector"),
    KeyNote("rotary_width", "Rotated elements of a query and of the shared key"),
    KeyNote("value_width", "Elements of a value of a head"),
  ]
}

extension EncoderSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("image", "Rows and columns of the image", default: "none, the encoder reads text"),
    KeyNote("patch", "Rows and columns of a patch", default: "none"),
    KeyNote("patch_bias", "Whether patches have a bias", default: "true"),
    KeyNote("types", "Kinds of tokens with a vector of their own", default: "0"),
    KeyNote("embedding_norm", "Whether embeddings are normalized", default: "false"),
    KeyNote(
      "pooler", "Whether the first token goes through a last square matrix", default: "false"),
    KeyNote("classes", "Classes that a head with a bias tells apart", default: "no head"),
    KeyNote("projection", "Width that one token is projected to", default: "no projection"),
  ]
}
