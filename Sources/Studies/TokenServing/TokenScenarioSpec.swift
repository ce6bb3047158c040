public import Components
public import Serving
public import Units

/// A language model that is served, as a scenario's file describes it.
public struct TokenScenarioSpec: Codable, Hashable, Sendable {
  /// What comes.
  public struct Requests: Codable, Hashable, Sendable {
    /// How many.
    public let count: Int
    /// The first ones, which no figure of requests is about.
    public let warmUp: Int?
    /// When they come.
    public internal(set) var arrivals: Choice
    /// How long they are.
    public internal(set) var lengths: Choice
    /// Which prompts begin alike.
    public let beginnings: SharedBeginnings?
  }

  /// Keys and values of a device.
  public struct Cache: Codable, Hashable, Sendable {
    /// Tokens of a block, 16 unless given.
    public let block: Int?
    /// Blocks of a device.
    public let blocks: Int?
    /// Memory of a device, from which the blocks are what is left beside the weights.
    public let memory: Bytes?
    /// The share of the memory that is for other things, 10 % unless given.
    public let margin: Percentage?
    /// The share of the blocks that stays free when a request is admitted, 1 % unless given.
    public let watermark: Percentage?
    /// Bits of a number of the cache and of a weight where the model does not say, 16 unless given.
    public let bits: Int?
    /// When a decode takes the cache of another request, `exact` unless given.
    public let preemption: PreemptionRule?
    /// The host's memory for caches that make room; they are lost unless given.
    public let swap: Swap?
  }

  /// Memory of the host for caches that make room.
  public struct Swap: Codable, Hashable, Sendable {
    /// Of each group of devices.
    public let memory: Bytes
    /// The way to it and back.
    public let link: Link
    /// What happens where it has no room, `stop` unless given.
    public let full: HostCache.Full?
  }

  /// Devices that serve.
  public struct Devices: Codable, Hashable, Sendable {
    /// Groups that serve as one device each.
    public let replicas: Int?
    /// Which of them a request goes to.
    public let route: TokenRoute?
    /// Devices of a group over which every layer is cut.
    public let tensor: Int?
    /// Parts of the layers, each on such devices, through which iterations go one behind the other.
    public let stages: Int?
    /// Groups that work on prompts alone, and hand the cache over.
    public let prompts: Int?
    /// Between devices.
    public let link: Link?
  }

  /// A way between devices.
  public struct Link: Codable, Hashable, Sendable {
    /// Of every message.
    public let latency: SimulationTime
    /// Bytes in a second.
    public let bandwidth: Bandwidth
  }

  /// What a request should keep.
  public struct Targets: Codable, Hashable, Sendable {
    /// From arrival to the first token.
    public let firstToken: SimulationTime?
    /// Between two tokens.
    public let betweenTokens: SimulationTime?
    /// Classes of prompts by length with targets of their own, the shortest first.
    public let classes: [LengthClass]?
  }

  /// Prompts that are about as long.
  public struct LengthClass: Codable, Hashable, Sendable {
    /// Name in reports.
    public let name: String
    /// Tokens of the longest prompt; the last class has none.
    public let longest: Int?
    /// From arrival to the first token.
    public let firstToken: SimulationTime?
    /// Between two tokens.
    public let betweenTokens: SimulationTime?
  }

  /// A draft model that proposes tokens.
  public struct Draft: Codable, Hashable, Sendable {
    /// The draft's workload.
    public let model: String
    /// What its iterations cost.
    public internal(set) var costs: Choice
    /// Tokens that it proposes for each request and iteration.
    public let tokens: Int
    /// The chance that one of them is taken.
    public let acceptance: Percentage
  }

  /// One policy on the same requests as the others.
  public struct Run: Codable, Hashable, Sendable {
    /// Name in reports.
    public let name: String
    /// Puts iterations together.
    public internal(set) var policy: Choice
    /// Does so on devices for prompts; `policy` unless given.
    public internal(set) var promptPolicy: Choice?
    /// Other costs than the scenario's.
    public internal(set) var costs: Choice?
  }

  /// Name of the scenario.
  public let name: String
  /// One sentence.
  public let summary: String
  /// Where the setting comes from.
  public let source: String
  /// Where files that are named by relative paths lie; the scenario's own folder when left out.
  public internal(set) var folder: String?
  /// The workload, a transformer.
  public let model: String
  /// What iterations cost.
  public internal(set) var costs: Choice
  /// What comes.
  public internal(set) var requests: Requests
  /// Keys and values.
  public let cache: Cache
  /// Devices; one unless given.
  public let devices: Devices?
  /// The most requests that run on a device at once, 128 unless given.
  public let mostSequences: Int?
  /// What a request should keep.
  public let targets: Targets?
  /// A draft model that proposes tokens.
  public internal(set) var draft: Draft?
  /// Seeds; 1 alone unless given.
  public let seeds: [Int]?
  /// What is compared.
  public internal(set) var runs: [Run]

  /// The seeds that are run, at least one.
  package var allSeeds: [Int] { seeds ?? [1] }
}
