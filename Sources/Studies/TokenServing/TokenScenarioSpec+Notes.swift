public import Components

extension TokenScenarioSpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name of the scenario, the file's without its ending"),
    KeyNote("summary", "One sentence for `umemaki list`"),
    KeyNote("source", "Where the setting comes from"),
    KeyNote(
      "folder", "Where files that are named by relative paths lie, from the working directory",
      default: "the scenario's own folder"),
    KeyNote("model", "The workload, a transformer"),
    KeyNote("costs", "What iterations cost"),
    KeyNote("requests", "What comes"),
    KeyNote("cache", "Keys and values of a device"),
    KeyNote("devices", "Devices that serve", default: "one"),
    KeyNote(
      "most_sequences", "The most requests that run on a device at once", default: "128"),
    KeyNote("targets", "What a request should keep", default: "nothing"),
    KeyNote("draft", "A draft model that proposes tokens (speculative decoding)", default: "none"),
    KeyNote("seeds", "Seeds that every run is repeated with", default: "1 alone"),
    KeyNote("runs", "What is compared on the same requests"),
  ]
}

extension TokenScenarioSpec.Requests: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("count", "How many requests come"),
    KeyNote(
      "warm_up", "The first ones, which no figure of requests is about", default: "0"),
    KeyNote("arrivals", "When they come"),
    KeyNote("lengths", "How long prompts and answers are"),
    KeyNote(
      "beginnings", "Which prompts begin alike, so that the cache holds that once",
      default: "none do"),
  ]
}

extension TokenScenarioSpec.Cache: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("block", "Tokens of a block", default: "16", source: "vLLM"),
    KeyNote("blocks", "Blocks of a device, in place of `memory`", default: "what `memory` holds"),
    KeyNote(
      "memory", "Memory of a device: blocks are what is left of it beside weights and margin",
      default: "none, name `blocks`"),
    KeyNote(
      "margin", "Share of the memory for everything else", default: "10 %", source: "Vidur"),
    KeyNote(
      "watermark", "Share of the blocks that stays free when a request is admitted",
      default: "1 %", source: "Vidur, Sarathi-Serve"),
    KeyNote(
      "bits", "Bits of a number of the cache and of a weight where the model does not say",
      default: "16"),
    KeyNote(
      "preemption",
      "When a decode takes the cache of another request: `exact` where it needs a block and none is "
        + "free, `conservative` wherever none is free", default: "exact"),
    KeyNote(
      "swap", "Memory of the host to which caches go that have to make room",
      default: "none: they are lost, and worked on again", source: "vLLM, SOSP 2023, 4.5"),
  ]
}

extension TokenScenarioSpec.Swap: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("memory", "Of each group of devices; whole blocks of it are used"),
    KeyNote("link", "The way to it and back: a latency for every cache, and its bytes"),
    KeyNote(
      "full",
      "What happens to a cache for which it has no room: `stop` ends the run, `recompute` lets it be "
        + "lost and worked on again", default: "stop", source: "vLLM"),
  ]
}

extension TokenScenarioSpec.Devices: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("replicas", "Groups that serve as one device each", default: "1"),
    KeyNote(
      "route", "Where a request goes: `round-robin`, or `least-requests`", default: "round-robin"),
    KeyNote(
      "tensor", "Devices of a group over which every layer is cut (tensor parallelism)",
      default: "1"),
    KeyNote(
      "stages",
      "Parts of the layers through which iterations go one behind the other (pipeline "
        + "parallelism)", default: "1"),
    KeyNote(
      "prompts", "Groups that work on prompts alone and hand the cache over (disaggregation)",
      default: "none: every group does both"),
    KeyNote("link", "Between devices, where there are several", default: "none"),
  ]
}

extension TokenScenarioSpec.Link: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("latency", "Time of every message"),
    KeyNote("bandwidth", "Bytes that it takes in a second"),
  ]
}

extension TokenScenarioSpec.Targets: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("first_token", "The longest time from arrival to the first token", default: "none"),
    KeyNote("between_tokens", "The longest time between two tokens", default: "none"),
    KeyNote(
      "classes", "Classes of prompts by length with targets of their own, the shortest first",
      default: "none: all requests have the same targets"),
  ]
}

extension TokenScenarioSpec.LengthClass: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name in reports: small letters, digits and `-`"),
    KeyNote(
      "longest", "Tokens of its longest prompt, shared beginnings included",
      default: "any number: for the last class alone"),
    KeyNote(
      "first_token", "The longest time from arrival to the first token", default: "as for all"),
    KeyNote("between_tokens", "The longest time between two tokens", default: "as for all"),
  ]
}

extension TokenScenarioSpec.Draft: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("model", "The draft's workload, a transformer"),
    KeyNote("costs", "What iterations of the draft cost"),
    KeyNote("tokens", "Tokens that it proposes for each request and iteration"),
    KeyNote(
      "acceptance", "The chance that one of them is taken, independently of the others",
      source: "Leviathan et al., ICML 2023"),
  ]
}

extension TokenScenarioSpec.Run: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote("name", "Name in reports"),
    KeyNote("policy", "Puts iterations together"),
    KeyNote(
      "prompt_policy", "Does so on devices for prompts", default: "as `policy`"),
    KeyNote("costs", "Other costs than the scenario's", default: "those of the scenario"),
  ]
}
