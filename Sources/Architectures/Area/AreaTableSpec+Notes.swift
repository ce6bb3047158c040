public import Components

extension AreaTableSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name of the table, the file's without its ending"),
    KeyNote("summary", "One sentence for `umemaki list`"),
    KeyNote("technology", "The feature size of the process, in words"),
    KeyNote("multiplier", "One multiplier; other widths scale with the square of the width"),
    KeyNote("adder", "One adder; other widths scale in proportion"),
    KeyNote("register", "One register; other widths scale in proportion"),
    KeyNote(
      "sram",
      "Buffers by size, in rising order; linear between two sizes, in proportion to the nearest one's outside"
    ),
    KeyNote("assumed", AssumedSpec.listNote, default: "none"),
  ]
}

extension UnitAreaSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("bits", "Width in bits, 1 to 128"),
    KeyNote("area", "Area at that width"),
    KeyNote("source", "Where the value comes from"),
  ]
}

extension BufferAreaSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("size", "Capacity"),
    KeyNote("area", "Area of one buffer of that size"),
    KeyNote("source", "Where the value comes from"),
  ]
}
