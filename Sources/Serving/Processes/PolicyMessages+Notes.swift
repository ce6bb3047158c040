package import Components

extension PolicyMessages.Hello: DescribedKeys {
  /// What each key says.
  package static let notes: [KeyNote] = [
    KeyNote("message", "`hello`: the first message, asks for `ready`"),
    KeyNote("protocol", "Version of the messages"),
    KeyNote("role", "What the process is asked for: `scheduler` or `caching`"),
    KeyNote("seed", "Seed of the run"),
    KeyNote("devices", "Number of devices"),
    KeyNote(
      "device_kinds",
      "The kind of each device, whose sub-graphs are called `KIND/SUBGRAPH`",
      default: "not said where all devices are alike"),
    KeyNote(
      "models", "What shares the memories of devices", default: "not said where nothing does"),
    KeyNote("options", "The scenario's `options`, as they are"),
    KeyNote("profile", "The profile table"),
  ]
}

extension PolicyMessages.Profile: DescribedKeys {
  /// What each key says.
  package static let notes: [KeyNote] = [
    KeyNote("subnets", "Sub-networks, the rows of the table"),
    KeyNote("subgraphs", "Sub-graphs that a device may hold, its columns"),
    KeyNote("batches", "Batch sizes in rising order, its layers"),
    KeyNote("latency_ps", "Picoseconds of a batch, by sub-network, sub-graph and batch size"),
    KeyNote(
      "energy_unit",
      "Unit of `energy`: `pJ`; `mac`, multiples of one multiply-accumulate; `unit`, one that the source does not "
        + "state"),
    KeyNote("energy", "Energy of a batch, in the same order; `null` where it is not known"),
    KeyNote("dram_bytes", "Bytes from and to DRAM, in the same order; `null` where not known"),
  ]
}

extension PolicyMessages.Profile.Subnet: DescribedKeys {
  /// What each key says.
  package static let notes: [KeyNote] = [
    KeyNote("name", "Its name in answers"),
    KeyNote("accuracy", "Its accuracy, a share from 0 to 1"),
    KeyNote("weight_bytes", "Bytes of its weights; `null` where they are not known"),
  ]
}

extension PolicyMessages.Profile.Subgraph: DescribedKeys {
  /// What each key says.
  package static let notes: [KeyNote] = [
    KeyNote("name", "Its name in answers"),
    KeyNote("load_bytes", "Bytes that putting it on chip moves"),
    KeyNote("load_ps", "Picoseconds that this takes"),
  ]
}

extension PolicyMessages.Model: DescribedKeys {
  /// What each key says.
  package static let notes: [KeyNote] = [
    KeyNote("name", "Its name"),
    KeyNote("subnets", "The sub-networks that are its own"),
    KeyNote("bytes", "Bytes that it takes of a device's memory"),
    KeyNote("pinned", "Whether it stays in every device's memory"),
  ]
}

extension PolicyMessages.Decide: DescribedKeys {
  /// What each key says.
  package static let notes: [KeyNote] = [
    KeyNote("message", "`decide`: asks for `choose`, `drop` or `wait`"),
    KeyNote("now_ps", "Virtual time, picoseconds"),
    KeyNote("device", "The idle device that is asked for"),
    KeyNote("devices", "All devices, in the order of their numbers"),
    KeyNote("waiting", "Queries that wait, those that are not shown included"),
    KeyNote("queue", "The first of them in the order of the queue, at most `queue_limit`"),
  ]
}

extension PolicyMessages.Decide.Device: DescribedKeys {
  /// What each key says.
  package static let notes: [KeyNote] = [
    KeyNote("device", "Its number, from 0"),
    KeyNote(
      "activity",
      "What it does: `idle`, `serving`, `loading` or `down`; `taken`: idle, but a charged choice for it is still "
        + "being thought about"),
    KeyNote("subgraph", "The sub-graph on chip"),
    KeyNote("subnet", "The sub-network that it ran last; `null` before the first"),
    KeyNote("until_ps", "When it is through, picoseconds; `null` unless it serves or loads"),
    KeyNote("memory_bytes", "Bytes of its memory", default: "not said where models share none"),
    KeyNote(
      "models", "The models in its memory, the one used last at the end",
      default: "not said where models share none"),
  ]
}

extension PolicyMessages.Decide.Waiting: DescribedKeys {
  /// What each key says.
  package static let notes: [KeyNote] = [
    KeyNote("query", "Its number, for answers"),
    KeyNote("arrival_ps", "When it arrived, picoseconds"),
    KeyNote("deadline_ps", "Its deadline, picoseconds"),
    KeyNote("accuracy", "The least accuracy that it asks for, a share from 0 to 1"),
    KeyNote(
      "subnet",
      "The sub-network that it names, that of its next piece where it has several; `null` where it names none"
    ),
    KeyNote(
      "piece", "How many of its pieces are through", default: "not said where it has one"),
  ]
}

extension PolicyMessages.Done: DescribedKeys {
  /// What each key says.
  package static let notes: [KeyNote] = [
    KeyNote("message", "`done`: a batch is through; to a process whose `events` name it"),
    KeyNote("now_ps", "Virtual time, picoseconds"),
    KeyNote("device", "The device that ran it"),
    KeyNote("subnet", "The sub-network that it ran"),
    KeyNote("queries", "Numbers of its queries"),
  ]
}

extension PolicyMessages.Served: DescribedKeys {
  /// What each key says.
  package static let notes: [KeyNote] = [
    KeyNote("message", "`served`: a query was served; asks a caching policy for `hold`"),
    KeyNote("now_ps", "Virtual time, picoseconds"),
    KeyNote("subnet", "The sub-network that served it"),
    KeyNote("subgraph", "The sub-graph that is held"),
  ]
}

extension PolicyMessages.Bye: DescribedKeys {
  /// What each key says.
  package static let notes: [KeyNote] = [
    KeyNote("message", "`bye`: the run is over, the process ends with code 0")
  ]
}
