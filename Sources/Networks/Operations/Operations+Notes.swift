public import Components

extension WindowSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "kernel", "Extents of the kernel; one number or one per direction, `[rows, columns]`",
      default: "1"),
    KeyNote("stride", "Step of the window; one number or one per direction", default: "1"),
    KeyNote(
      "dilation", "Step from one tap of the kernel to the next; one number or one per direction",
      default: "1"),
    KeyNote(
      "padding",
      "Zeros around the map: one number, one per direction, or both ends of each, `[[0, 1], [0, 1]]`",
      default: "0"),
  ]

  /// The same of windows on nothing but their defaults.
  static let none = notes.map {
    KeyNote($0.key, "Nothing but its default, there is no window", default: $0.defaultValue)
  }
}

extension PoolSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = WindowSpec.notes.map { note in
    ["kernel", "stride"].contains(note.key) ? KeyNote(note.key, note.text) : note
  }
}

extension Convolution.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] =
    [KeyNote("output_channels", "Output channels")] + WindowSpec.notes + [
      KeyNote(
        "groups", "Groups that input and output channels are divided into", default: "1")
    ]
}

extension DepthwiseConvolution.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] =
    [KeyNote("output_channels", "As many as input channels", default: "those")]
    + WindowSpec.notes + [
      KeyNote("groups", "Nothing but its default, the operator implies its groups", default: "1")
    ]
}

extension TransposedConvolution.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] =
    [KeyNote("output_channels", "Output channels")]
    + WindowSpec.notes.map { note in
      switch note.key {
      case "stride":
        KeyNote(
          note.key, "Step by which the map is spread; one number or one per direction",
          default: note.defaultValue)
      case "padding":
        KeyNote(
          note.key,
          "What is cut off from the result: one number, one per direction, or both ends of each, "
            + "`[[0, 1], [0, 1]]`", default: note.defaultValue)
      default: note
      }
    } + [
      KeyNote(
        "output_padding",
        "Positions more behind the result, less than the stride or the dilation; one number or one per direction",
        default: "0"),
      KeyNote(
        "groups", "Groups that input and output channels are divided into", default: "1"),
    ]
}

extension FullyConnected.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] =
    [KeyNote("output_channels", "Output features")] + WindowSpec.none
    + [KeyNote("groups", "Nothing but its default, there are no groups", default: "1")]
}

extension Linear.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("output_channels", "Output features of a token")
  ]
}

extension MatrixProduct.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("heads", "Heads that features are divided into", default: "1"),
    KeyNote(
      "over",
      "What the product sums over: `features` of a head, which gives a score per pair of tokens; `tokens` of the "
        + "second map, of which the first has a score each"),
  ]
}

extension HeadsSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "heads", "Heads that the features of a token are divided into, each on its own", default: "1")
  ]
}

extension Concat.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "axis",
      "The direction: 0 for channels or features, 1 for tokens or the first direction of a map, up to 3",
      default: "0")
  ]
}

extension PadChannels.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("channels", "Channels of zeros, `[before, behind]`")
  ]
}

extension Reshape.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("extents", "1 to 4 extents, with as many elements as the map has")
  ]
}
