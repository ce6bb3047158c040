public import Components

extension SweepSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "name",
      "Name of the sweep, the file's without its ending"),
    KeyNote(
      "summary",
      "One sentence for `umemaki list`"),
    KeyNote(
      "source",
      "Where the question comes from"),
    KeyNote(
      "inference",
      "What is run at every point: one inference; in place of `serving`",
      default: "none"),
    KeyNote(
      "serving",
      "What is run at every point: a serving experiment; in place of `inference`",
      default: "none"),
    KeyNote(
      "axes",
      "What varies"),
    KeyNote(
      "derived",
      "Values that follow from others",
      default: "none"),
    KeyNote(
      "constraints",
      "What a point must keep, such as `area <= 10 mm2`",
      default: "none"),
    KeyNote(
      "objectives",
      "One to three metrics of which the fronts are made"),
    KeyNote(
      "search",
      "How points are chosen",
      default: "grid"),
    KeyNote(
      "planes",
      "How policies are compared at equal accuracy, attainment and rate",
      default: "each run is a policy"),
  ]
}

extension SweepSpec.InferenceTarget: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "architecture",
      "Architecture, a name or a path"),
    KeyNote(
      "workload",
      "Workload, a name or a path"),
    KeyNote(
      "subnet",
      "Sub-network of a supernet",
      default: "none: the workload is a network"),
    KeyNote(
      "cached",
      "What the persistent buffer holds: `none`, `self`, a sub-network, or a YAML "
        + "file of slices",
      default: "none"),
    KeyNote(
      "fill",
      "What the persistent buffer is filled with first where `cached` is a network: "
        + "`cycles`, what saves most of the layers' cycles; `bytes`, what saves most "
        + "bytes of DRAM",
      default: "cycles"),
    KeyNote(
      "host",
      "Layers and other operations that run on the accelerator's host, by name",
      default: "none"),
    KeyNote(
      "batch",
      "Images per inference",
      default: "1"),
    KeyNote(
      "weights",
      "Weight file, for data paths that look at weights",
      default: "none"),
    KeyNote(
      "layout",
      "Layout of tensors whose file does not say: `OIHW`, as PyTorch and ONNX, or "
        + "`HWIO`, as Keras",
      default: "OIHW"),
    KeyNote(
      "energy",
      "Energy table instead of the architecture's",
      default: "that of the architecture"),
    KeyNote(
      "dram",
      "DRAM preset instead of the architecture's",
      default: "that of the architecture"),
    KeyNote(
      "mapping",
      "Mapping rule instead of the architecture's: a name, a mapping file, or a rule in braces in a text",
      default: "that of the architecture"),
    KeyNote(
      "searches",
      "Which points the rule `search` of `mapping` is run for: `all`, or those that are `promising`, which "
        + "no other point beats by a bound of what any mapping takes; the others have the largest tiles, "
        + "and 0 in the column `searched`",
      default: "all"),
    KeyNote(
      "tolerance",
      "With `searches: promising`, by how much of every objective a point may be better than a searched one and "
        + "still be spared its own search, 0 % to 10 %",
      default: "0 %, the front is that of a sweep that searches every point"),
    KeyNote(
      "area",
      "Area table instead of the architecture's",
      default: "that of the architecture"),
    KeyNote(
      "accuracy_from",
      "A workload whose published accuracies estimate those of sub-networks without "
        + "one",
      default: "the workload itself"),
  ]
}

extension SweepSpec.ServingTarget: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "scenario",
      "Scenario, a name or a path"),
    KeyNote(
      "runs",
      "The runs of the scenario that are compared",
      default: "all"),
    KeyNote(
      "area",
      "Area table instead of the architecture's",
      default: "that of the architecture"),
  ]
}

extension AxisSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] =
    ZippedAxisSpec.notes + [
      KeyNote(
        "space",
        "Sub-networks of the workload's space, in place of values",
        default: "none"),
      KeyNote(
        "zip",
        "Axes that advance together, in place of values",
        default: "none"),
    ]
}

extension ZippedAxisSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "name",
      "Column name, lower-case letters, digits and _",
      default: "nothing: only an axis with `zip` does without"),
    KeyNote(
      "path",
      "Where each value goes, such as `architecture.memory.persistent_buffer.size`",
      default: "`paths`, `zip` or `space` in its place"),
    KeyNote(
      "paths",
      "Several places for one value, in place of `path`",
      default: "none"),
    KeyNote(
      "values",
      "The values, in order",
      default: "`range` in their place"),
    KeyNote(
      "range",
      "Values at equal distances or ratios, in place of `values`",
      default: "none"),
    KeyNote(
      "role",
      "`environment`, what a design meets and cannot choose, so that each value has "
        + "a front of its own, or `design`, what is chosen",
      default: "`environment` for arrivals, demands, seeds, failures and the length of a "
        + "scenario, else `design`"),
  ]
}

extension RangeSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "from",
      "First value"),
    KeyNote(
      "to",
      "Last value, which a step must meet"),
    KeyNote(
      "step",
      "Distance of a linear range",
      default: "none: `log2` has no step"),
    KeyNote(
      "scale",
      "How values follow each other: `linear`, at equal distances; `log2`, each "
        + "twice the one before"),
  ]
}

extension SpaceSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "resolutions",
      "Input resolutions"),
    KeyNote(
      "listed",
      "Whether every sub-network is listed; else the search draws them",
      default: "false"),
  ]
}

extension DerivedSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "name",
      "Name for other derived values",
      default: "none"),
    KeyNote(
      "path",
      "Where the value goes",
      default: "`paths` in its place"),
    KeyNote(
      "paths",
      "Several places for one value, in place of `path`",
      default: "none"),
    KeyNote(
      "relation",
      "How it follows: `equal`; `sum`; `difference`, the first less the others; "
        + "`product`, one amount times plain numbers; `ratio`, the first over the "
        + "second; `smallest`; `largest`"),
    KeyNote(
      "of",
      "Names of axes or derived values, or plain amounts"),
  ]
}

extension PlanesSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "along",
      "Axes whose values are settings of a policy, so that its frontier runs over "
        + "them",
      default: "those that are written below `scenario.runs`"),
    KeyNote(
      "rates",
      "Axes of the environment along which the rate of arrivals rises",
      default: "those that are written to a rate below `scenario.arrivals`"),
    KeyNote(
      "policies",
      "Policies of several runs",
      default: "each run is a policy"),
    KeyNote(
      "reference",
      "The policy that the others are compared with",
      default: "the first one"),
  ]
}

extension PlanesSpec.Policy: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "name",
      "Name in tables and pictures"),
    KeyNote(
      "runs",
      "Runs of the scenario that are its settings"),
  ]
}
