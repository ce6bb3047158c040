public import Components

extension GraphScenarioSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name of the scenario, the file's without its ending"),
    KeyNote("summary", "One sentence for `umemaki list`"),
    KeyNote("source", "Where the setting comes from"),
    KeyNote(
      "folder", "Where files that are named by relative paths lie, from the working directory",
      default: "the scenario's own folder"),
    KeyNote("devices", "Kinds of devices"),
    KeyNote("links", "Ways between devices, one for each direction", default: "none"),
    KeyNote(
      "batches", "Batch sizes of the tables that the cost model makes",
      default: "those of a `table`, else 1"),
    KeyNote("graph", "What a query is"),
    KeyNote("arrivals", "When queries arrive"),
    KeyNote("deadline", "From a query's arrival to the end of its last node", default: "none"),
    KeyNote("options", "Everything else about a run, as in other scenarios"),
    KeyNote("seeds", "Seeds that every run is repeated with", default: "that of `options`"),
    KeyNote("runs", "What is compared on the same queries"),
    KeyNote("tune", "What `umemaki tune` searches", default: "nothing"),
  ]
}

extension GraphScenarioSpec.Device: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Its name, which nodes say"),
    KeyNote("count", "How many there are, at most 4096 of all kinds", default: "1"),
    KeyNote(
      "architecture", "The architecture on which the workloads of its nodes are priced; or `table`",
      default: "none"),
    KeyNote(
      "table", "A table, CSV or HDF5, whose sub-networks its nodes name; or `architecture`",
      default: "none"),
    KeyNote("host", "Layers and other operations that run on the host, by name", default: "none"),
    KeyNote(
      "fill", "What sub-graphs are filled with first: `cycles` or `bytes` saved", default: "cycles"),
    KeyNote("speed", "How many times as fast services run, 1e-6 to 1e6", default: "1"),
  ]
}

extension GraphScenarioSpec.Link: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("from", "The kind of device that sends"),
    KeyNote("to", "The kind of device that receives"),
    KeyNote("bandwidth", "Bytes in a second; edges take a link one after the other"),
    KeyNote("latency", "From the last byte's leaving to its arrival", default: "0 s"),
  ]
}

extension GraphScenarioSpec.Graph: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("nodes", "What runs, 1 to 64; a query begins with all nodes that no edge leads to"),
    KeyNote(
      "edges",
      "What runs after what, at most 128: a node runs when all edges to it are decided and one is taken",
      default: "none: all nodes at once"),
  ]
}

extension GraphScenarioSpec.Node: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Its name; policies that name a sub-network mean it"),
    KeyNote("device", "The kind of device that runs it", default: "the only one"),
    KeyNote(
      "workload", "The workload, where the device has an architecture",
      default: "none: a row of a table"
    ),
    KeyNote(
      "subnet", "A sub-network of the workload, or a row of the device's table",
      default: "none: the workload is one network"),
    KeyNote("gate", "What becomes of its answer", default: "it stands"),
    KeyNote(
      "accuracy", "The share of its answers that are right where they stand",
      default: "that of the sub-network or of `correct`, else unknown"),
  ]
}

extension GraphScenarioSpec.Edge: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("from", "The node before"),
    KeyNote("to", "The node after"),
    KeyNote(
      "when",
      "When it is taken: `always`; `answered` or `unknown` of a gate of two outcomes; `ick0`, `idk` or "
        + "`ick1` of one of three",
      default: "always", source: "Wang et al., UAI 2018; UnfoldML, NeurIPS 2022"),
    KeyNote("bytes", "What is moved over the link between their devices", default: "nothing"),
  ]
}

extension GraphScenarioSpec.Run: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name in reports"),
    KeyNote("policy", "The scheduler policy, one that runs the sub-network that is named"),
    KeyNote("caching", "The caching policy", default: "none"),
    KeyNote(
      "weights",
      "Whether sub-networks of one supernet share their weights, or are models by themselves: a sub-graph "
        + "of one then helps no other",
      default: "shared"),
  ]
}

extension GateSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "rate", "The share of queries that it does not know, each drawn by itself", default: "none"),
    KeyNote("rates", "Shares of three outcomes, each query drawn by itself", default: "none"),
    KeyNote(
      "tensor", "What it said of recorded samples; query q is sample q modulo their number",
      default: "none"),
  ]
}

extension GateSpec.Rates: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("ick0", "Confident of low risk"),
    KeyNote("idk", "Not confident"),
    KeyNote("ick1", "Confident of high risk"),
  ]
}

extension GateSpec.Tensor: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("file", "An HDF5 file, relative to the scenario's folder"),
    KeyNote(
      "confidence", "The dataset of the confidences, one per sample; goes with `threshold`",
      default: "none: every answer stands"),
    KeyNote("correct", "The dataset of 0 or 1 per sample, 1 for a right answer", default: "none"),
    KeyNote("threshold", "The model does not know what it is less confident of", default: "none"),
    KeyNote(
      "risk", "The dataset of the risks, one per sample; goes with `low` and `high`",
      default: "none"),
    KeyNote("low", "A smaller risk is `ick0`", default: "none"),
    KeyNote("high", "A larger risk is `ick1`, one between is `idk`", default: "none"),
  ]
}

extension TuneSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("kind", "What is searched: `thresholds`, `cutoffs`, `order` or `ensemble`"),
    KeyNote(
      "steps", "Steps between the lowest and the highest threshold, 1 to 1000",
      default: "100, of `cutoffs` 10"),
    KeyNote(
      "search",
      "Whether cut-offs are searched all `together`, or those of one of the `stages` after the other: nodes "
        + "that pass queries on to one another where they do not know",
      default: "together", source: "stages: hard gates of UnfoldML (NeurIPS 2022)"),
    KeyNote("budget", "The most that a query may cost", default: "anything"),
    KeyNote(
      "method", "How ensembles are searched: `exhaustive`, `greedy` or `genetic`",
      default: "exhaustive"),
    KeyNote(
      "queues",
      "Whether each model of an ensemble has a device of its `own`, or all wait for `one`",
      default: "own"),
    KeyNote(
      "scores", "The HDF5 file of an ensemble's scores: a dataset for each node by its name",
      default: "none"),
    KeyNote("labels", "The dataset of the labels, 0 or 1 per sample", default: "labels"),
  ]
}

extension TuneSpec.Budget: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "latency", "Mean work of a query; of an ensemble the bound of its latency", default: "any"),
    KeyNote("worst", "Work of a query in the worst case", default: "any"),
    KeyNote(
      "byte_seconds", "Resident bytes times seconds of a query, a number in B s", default: "any",
      source: "spatio-temporal cost of UnfoldML (NeurIPS 2022)"),
    KeyNote(
      "stage_byte_seconds", "The same of each stage by itself, with `search: stages`",
      default: "any", source: "UnfoldML (NeurIPS 2022)"),
  ]
}
