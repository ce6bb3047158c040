public import Components

extension CoresSpec: DescribedKeys {
  /// What divides a layer, for cores of the file and of other kinds.
  static let splits =
    "`best`, layer by layer the division and the number of cores with the fewest cycles; `kernels`, output "
    + "channels or groups; `pixels`, rows of the output map; "

  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("count", "Cores like the file's array with its buffers, 1 to 1024"),
    KeyNote(
      "split",
      "How layers are divided among them: \(splits)`channels`, input channels, with sums added over the network; "
        + "`batch`, images", default: "best"),
    KeyNote("network", "What joins them", default: "none; more than one core needs it"),
    KeyNote("name", "What these cores are called where there are `others`", default: "main"),
    KeyNote(
      "runs", "Operators that these cores run, where there are `others`",
      default: "all of the array's"),
    KeyNote("others", "Cores of other kinds, behind these on the network", default: "none"),
    KeyNote(
      "objective",
      "What decides which kind runs a layer, the least of `latency`, `energy` or `edp`, energy times cycles",
      default: "latency"),
    KeyNote(
      "place", "Layers that run on a kind by their names; the first entry that has a layer decides",
      default: "none, `objective` decides"),
    KeyNote(
      "pipeline", "Consecutive layers that run beside one another, rows flowing from core to core",
      default: "none, layers run one after the other"),
  ]
}

extension NetworkOnChipSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "kind",
      "How cores are joined: `bus`, one transfer at a time; `ring`, the shorter way is taken; `mesh`, along the "
        + "first row, then down the column"),
    KeyNote("columns", "Cores of a row of a mesh", default: "none; a mesh needs it"),
    KeyNote("bandwidth", "Rate of a link in each direction, or of the whole bus"),
    KeyNote("multicast", "Whether one transfer reaches several cores", default: "false"),
    KeyNote(
      "hop_latency", "Cycles that data takes from one core to the next, at most 1000000",
      default: "1 cycles", source: "assumed"),
    KeyNote("energy_per_byte_hop", "Energy of a byte over one link, router included"),
  ]
}

extension CorePipelineSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("maps", "Room of each core for rows that another core sends it, up to 1 GiB"),
    KeyNote(
      "objective",
      "What decides which layers run so and which are divided: the least of `latency` or `energy`",
      default: "latency"),
  ]
}

extension CoreKindSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "What reports and `place` call it: letters, digits, `-` and `_`"),
    KeyNote("count", "Cores of the kind; of all kinds together at most 1024", default: "1"),
    KeyNote(
      "architecture",
      "An architecture, by name or path, whose array, buffers and mapping these cores have",
      default: "none, `datapath`, `buffers` and `mapping` say it"),
    KeyNote("datapath", "Their array", default: "the file's"),
    KeyNote("buffers", "The buffers of each of them", default: "the file's"),
    KeyNote(
      "mapping", "How their layers are cut",
      default: "the own rule of a `datapath` given here, else the file's"),
    KeyNote(
      "split", "How layers are divided among them: \(CoresSpec.splits)`batch`, images",
      default: "cores.split"),
    KeyNote("runs", "Operators that they run", default: "all of the array's"),
  ]
}

extension CorePlaceSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("layers", "Names of layers; `*` stands for any letters"),
    KeyNote("on", "The kind of cores that runs them"),
  ]
}
