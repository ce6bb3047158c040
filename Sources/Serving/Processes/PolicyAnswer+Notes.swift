internal import Components

extension PolicyAnswer.Ready: DescribedKeys {
  /// What each key says.
  static let notes: [KeyNote] = [
    KeyNote("message", "`ready`: answers `hello`"),
    KeyNote("protocol", "Version of the messages that the process knows", default: "this one"),
    KeyNote(
      "events", "What the process wants to be told beside questions: `done`", default: "nothing"),
  ]
}

extension PolicyAnswer.Choose: DescribedKeys {
  /// What each key says.
  static let notes: [KeyNote] = [
    KeyNote("message", "`choose`: answers `decide`, a batch is to run"),
    KeyNote("subnet", "The sub-network that runs it"),
    KeyNote(
      "queries", "Numbers of its queries, any that were shown",
      default: "the first `batch` of those"),
    KeyNote(
      "batch", "How many queries it has; with fewer waiting, all of them",
      default: "the number of `queries`"),
    KeyNote("device", "The idle device that runs it", default: "the one that is asked for"),
    KeyNote("load", "The sub-graph to put on chip first", default: "none"),
  ]
}

extension PolicyAnswer.Drop: DescribedKeys {
  /// What each key says.
  static let notes: [KeyNote] = [
    KeyNote("message", "`drop`: answers `decide`, queries are given up"),
    KeyNote("queries", "Numbers of these queries, at least one"),
  ]
}

extension PolicyAnswer.Wait: DescribedKeys {
  /// What each key says.
  static let notes: [KeyNote] = [
    KeyNote("message", "`wait`: answers `decide`, the device stays idle"),
    KeyNote(
      "until_ps", "When to be asked again at the latest, picoseconds, later than now",
      default: "at the next event"),
  ]
}

extension PolicyAnswer.Hold: DescribedKeys {
  /// What each key says.
  static let notes: [KeyNote] = [
    KeyNote("message", "`hold`: answers `served`"),
    KeyNote("subgraph", "The sub-graph to hold; the one that is held to keep it"),
  ]
}

extension PolicyAnswer.Failure: DescribedKeys {
  /// What each key says.
  static let notes: [KeyNote] = [
    KeyNote("message", "`error`: answers anything, the process cannot go on and the run ends"),
    KeyNote("text", "Why, in its own words"),
  ]
}
