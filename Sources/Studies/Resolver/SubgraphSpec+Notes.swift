public import Components

extension SubgraphSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("slices", "What is held of each layer; nothing of layers without a slice")
  ]
}

extension SubgraphSpec.Slice: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("layer", "The layer's name"),
    KeyNote("kernels", "Kernels held, the first ones"),
    KeyNote("channels", "Input channels held, the first ones of each group"),
  ]
}
