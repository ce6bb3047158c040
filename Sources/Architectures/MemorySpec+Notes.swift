public import Components

extension MemorySpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("dram", "The off-chip memory"),
    KeyNote(
      "transfers",
      "The link of each operand between its buffer and the next memory outside that holds it"),
    KeyNote(
      "levels", "Memories between DRAM and the buffers, from DRAM inwards, at most 4",
      default: "none"),
    KeyNote("buffers", "On-chip buffers of the array, which hold every operand once"),
    KeyNote(
      "persistent_buffer", "Keeps weights from one inference to the next", default: "none"),
    KeyNote(
      "packs_weights",
      "Whether quantized weights are stored at their own width, not at that of `precision`",
      default: "false"),
  ]
}

extension DRAMSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("bandwidth", "What all links together may draw, reads and writes"),
    KeyNote(
      "ports", "Whether reads and writes proceed side by side, `separate`, or take turns, `shared`"),
  ]
}

extension TransfersSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("input", "Input activations, on their way in"),
    KeyNote("weight", "Weights, on their way in"),
    KeyNote("output", "Output activations, on their way out"),
  ]
}

extension TransferSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "bandwidth", "Rate of the link, at most that of the memory outside",
      default: "that of the memory outside"),
    KeyNote(
      "overlap",
      "What a transfer overlaps with: `none`, the array waits; `ping-pong`, the computation of the tile before "
        + "(loads) or after (stores); `streaming`, that of its own tile, not of weights"),
    KeyNote(
      "channel_alignment",
      "Channels are padded in DRAM to a multiple of it, 1 to 4096; 1 for a dense layout, that of weights"
    ),
    KeyNote(
      "gather",
      "What the load of a map leaves out where windows are farther apart than they are wide: `none`, nothing; "
        + "`rows` that no window touches; `pixels`, such rows and columns; of inputs only",
      default: "rows"),
    KeyNote(
      "compression", "The code of maps on the link; of inputs and outputs only",
      default: "none, maps cross as they are"),
  ]
}

extension CompressionSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "kind", "How maps are coded: `run-length`, runs of zeros and the values behind them",
      source: "Eyeriss chip (JSSC 52(1), 2017)"),
    KeyNote("run", "Width of the count of zeros before a value, 1 bit to 16 bit"),
    KeyNote("value", "Width of a value, at least that of an element"),
    KeyNote(
      "word",
      "Width of a word: as many pairs of run and value as fit beside one bit that marks the last word, up to "
        + "4096 bit"),
    KeyNote(
      "first_input",
      "How what the network reads first crosses the link: `coded` or `raw`; of inputs only",
      default: "coded"),
    KeyNote(
      "unstated",
      "What is done with networks of which nobody stated any zeros: they are `refused`, or cross `raw`",
      default: "refused"),
    KeyNote(
      "rate", "Bytes per second, before they are coded, that the coder takes or gives",
      default: "as fast as the link carries what they become"),
  ]
}

extension BufferSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Its name in reports"),
    KeyNote("holds", "The operands kept in it: input, weight, output"),
    KeyNote("size", "Capacity of all operands together, both halves where there are two"),
    KeyNote("ping_pong", "Whether one half is filled while the other is used"),
    KeyNote(
      "banks",
      "Equal parts, 3 or more, that input and output share, as many each as a layer needs; not with `ping_pong`",
      default: "equal shares of all operands"),
  ]
}

extension PersistentBufferSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [KeyNote("size", "Capacity")]
}
