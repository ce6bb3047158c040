public import Components

extension EnergyTableSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name of the table, the file's without its ending"),
    KeyNote("summary", "One sentence for `umemaki list`"),
    KeyNote("technology", "The process node, in words"),
    KeyNote("voltage", "The supply voltage in words, or `unstated`"),
    KeyNote(
      "unit",
      "Unit of every energy in the file: `pJ`; `mac`, multiples of one multiply-accumulate; `unit`, one that the "
        + "source does not state"),
    KeyNote(
      "multiply",
      "One multiplication by operand width; other widths scale with the square of the nearest one's"
    ),
    KeyNote("add", "One addition by operand width; other widths scale in proportion"),
    KeyNote("register", "One access to a register by its width; other widths scale in proportion"),
    KeyNote(
      "sram",
      "One access to a buffer by its size, in rising order; between two sizes along a line, both axes logarithmic"
    ),
    KeyNote(
      "sram_outside", "What a buffer larger or smaller than all of `sram` costs",
      default: "as one of the nearest size, with a warning in every report"),
    KeyNote(
      "sram_small", "What a buffer smaller than all of `sram` costs",
      default: "as `sram_outside` says"),
    KeyNote("band", "How far totals may be off: the spread of the open sources, or an assumed one"),
    KeyNote("assumed", AssumedSpec.listNote, default: "none"),
  ]
}

extension SRAMOutsideSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "rule",
      "How the table goes on: `log-log`, along the line through the two nearest sizes, both axes logarithmic"
    ),
    KeyNote("source", "Why it holds"),
  ]
}

extension SRAMSmallSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "exponent",
      "The smallest size's energy per access is multiplied by the ratio of the sizes to this power, 0 to 2"
    ),
    KeyNote("source", "Why it holds"),
  ]
}

extension OperationEnergySpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("bits", "Width in bits, 1 to 128"),
    KeyNote("energy", "Energy of one operation or access, in the file's unit"),
    KeyNote("source", "Where the value comes from"),
  ]
}

extension SRAMEnergySpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("size", "Capacity"),
    KeyNote("width", "Bits that one access moves, up to 1048576"),
    KeyNote("read", "Energy of one read, in the file's unit"),
    KeyNote("write", "Energy of one write, in the file's unit"),
    KeyNote("leakage", "Static power"),
    KeyNote("source", "Where the values come from"),
  ]
}

extension BandSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "arithmetic", "What arithmetic and registers are multiplied by: `[low, high]`, around 1"),
    KeyNote("sram", "What buffers are multiplied by: `[low, high]`, around 1"),
    KeyNote("source", "Which sources support it, or that it is assumed"),
  ]
}

extension DRAMEnergySpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name of the preset, the file's without its ending"),
    KeyNote("summary", "One sentence for `umemaki list`"),
    KeyNote(
      "unit",
      "Unit of every energy in the file, that of the table beside it: `pJ`; `mac`, multiples of one "
        + "multiply-accumulate; `unit`, one that the source does not state"),
    KeyNote("width", "Bits that one access moves, up to 1048576"),
    KeyNote("read", "Energy of one read"),
    KeyNote("write", "Energy of one write"),
    KeyNote("low", "The lowest energy of a read in the open sources, for the band of totals"),
    KeyNote("high", "The highest energy of a read in the open sources, for the band of totals"),
    KeyNote("source", "Where the values come from"),
    KeyNote("assumed", AssumedSpec.listNote, default: "none"),
  ]
}
