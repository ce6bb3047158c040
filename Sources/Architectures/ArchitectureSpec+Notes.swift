public import Components

extension ArchitectureSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name of the design, the file's without its ending"),
    KeyNote("summary", "One sentence for `umemaki list`"),
    KeyNote("source", "Where the figures come from"),
    KeyNote("frequency", "Clock of array and buffers, 1 MHz to 100 GHz"),
    KeyNote("precision", "Widths of operands"),
    KeyNote("datapath", "The compute array: its `kind` and the keys of that"),
    KeyNote("memory", "The off-chip memory, the buffers and the links between them"),
    KeyNote(
      "layer_overhead",
      "Cycles that every layer costs before its first transfer, such as those of a driver call"),
    KeyNote(
      "depthwise_overhead",
      "The same of a depthwise layer, such as 0 cycles where it is fused with its neighbour",
      default: "layer_overhead"),
    KeyNote(
      "idle_power",
      "Power of what runs whether or not there is work, such as the clock network, for as long as an inference "
        + "takes", default: "0 mW"),
    KeyNote("energy", "The tables that price counted actions"),
    KeyNote(
      "area", "Area table: the name of a file in `arch/area`, or a path",
      default: "none, the design has no area"),
    KeyNote(
      "mapping", "How layers are cut for the buffers: a `rule` and the keys of that",
      default: "the datapath's own rule"),
    KeyNote(
      "vector_unit",
      "The unit for the work between matrix products: pooling, element-wise work, normalization, softmax",
      default: "none, that work is fused and free"),
    KeyNote("activations", "Where maps between layers are kept", default: "all in DRAM"),
    KeyNote(
      "cores", "How many arrays with their buffers there are, and what joins them", default: "one"),
    KeyNote(
      "calibration", "What the device sustains of its data sheet, as measured",
      default: "all of it"),
    KeyNote("weight_decoder", "What decodes weights that a codec stores", default: "none"),
    KeyNote("assumed", AssumedSpec.listNote, default: "none"),
  ]
}

extension PrecisionSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("input", "Bits of an input activation, 1 to 64"),
    KeyNote("weight", "Bits of a weight, 1 to 64"),
    KeyNote("output", "Bits of an output activation, 1 to 64"),
    KeyNote("accumulator", "Bits of a partial sum, 1 to 64"),
  ]
}

extension EnergyChoiceSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("table", "Energy table: the name of a file in `arch/energy`, or a path"),
    KeyNote(
      "dram",
      "DRAM preset in the table's unit: the name of a file in `arch/energy/dram`, or a path"),
  ]
}

extension ActivationsSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "policy",
      "Which maps stay on chip: `none`; `resident`, whole maps in order of execution as long as there is room; "
        + "`fused`, windows of rows within groups of layers that run row by row; `both`"),
    KeyNote(
      "capacity", "Room for maps, up to 1 GiB",
      default: "none with `policy: none`; other policies need it"),
    KeyNote(
      "weights", "Room for the weights of a group of layers that run row by row",
      default: "the weights' share of their buffer"),
    KeyNote(
      "memory",
      "The memory that maps are kept in: `own`, beside the buffers; `persistent`, a part of `persistent_buffer`",
      default: "own"),
    KeyNote(
      "elsewhere",
      "Operators of pooling and element-wise work that another device does: what they read is written to DRAM "
        + "for it, what they write is read from there", default: "none"),
  ]
}

extension VectorUnitSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("lanes", "Elements that are worked on side by side, 1 to 1048576"),
    KeyNote("operations_per_cycle", "Operations of a lane per cycle, 1 to 1024", default: "1"),
    KeyNote("buffer", "Its memory: operands and results of the pieces in work"),
    KeyNote(
      "fused",
      "Operators that are fused and free all the same, such as `relu` behind a convolution",
      default: "none"),
    KeyNote(
      "overhead", "Cycles that every operation costs before its first transfer",
      default: "layer_overhead"),
  ]
}

extension VectorBufferSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("size", "Capacity, both halves together where there are two"),
    KeyNote("ping_pong", "Whether one half is filled and emptied while the other is worked on"),
  ]
}

extension AssumedSpec: DescribedKeys {
  /// What a list of entries is for.
  static let listNote =
    "Values of this file that no source gives, which `umemaki validate --perturb` moves; the model does not read "
    + "them"

  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name of the constant in reports, once in the file"),
    KeyNote(
      "origin",
      "Where the value comes from: `calibrated`, fitted on measurements; `assumed`, chosen or inferred"
    ),
    KeyNote(
      "paths",
      "Dotted paths of the values that are one constant and move together; a step into a list is an index, "
        + "`sram[0].write`, or an entry's name, `memory.buffers[sums].size`"),
    KeyNote(
      "group", "Files of one group move their constants of one name together",
      default: "moved by itself"),
    KeyNote(
      "fixed", "Why the value is not moved, such as that it is a choice and no number",
      default: "moved"),
  ]
}
