internal import Components
internal import Networks
internal import Serving
internal import Units

extension TokenExperiment {
  /// The numbers of a scenario, checked.
  ///
  /// - Throws: `SpecError` at the key that is wrong.
  static func options(
    _ spec: TokenScenarioSpec, _ model: Transformer
  ) throws(SpecError) -> TokenServingOptions {
    try check(spec)
    let devices = try counts(spec)
    let bits = spec.cache.bits ?? 16
    let part: Transformer
    do throws(SpecError) {
      part = try model.shard(over: devices.tensor)
    } catch {
      throw SpecError("devices.\(error.path)", error.message)
    }
    guard devices.stages <= model.layers else {
      throw SpecError(
        "devices.stages", "expected at most the \(model.layers) layers, found \(devices.stages)")
    }
    // Heads of keys that are copied take room on every device.
    let perToken = part.cacheBytesPerToken(bits: bits) * Double(devices.tensor)
    let blocks = try blocks(
      spec.cache, weights: model.storedBytes(bits: bits), perToken: perToken,
      devices: devices.tensor * devices.stages)
    var options = TokenServingOptions(
      requests: spec.requests.count, blocks: blocks, mostTokens: model.spec.positions)
    options.warmUp = spec.requests.warmUp ?? 0
    options.host = try host(spec.cache, perToken: perToken, size: blocks.size)
    options.mostSequences = spec.mostSequences ?? 128
    options.preemption = spec.cache.preemption ?? .exact
    options.replicas = devices.replicas
    options.route = spec.devices?.route ?? .roundRobin
    options.stages = devices.stages
    options.hop = link(spec)
    options.hopBytes = (model.width * bits + 7) / 8
    if let count = spec.devices?.prompts {
      options.prompts = PromptDevices(
        count: count, link: link(spec), bytesPerToken: Int(perToken.rounded(.up)))
    }
    if let draft = spec.draft {
      options.speculation = Speculation(tokens: draft.tokens, acceptance: draft.acceptance.value)
    }
    options.targets = TokenTargets(
      firstToken: spec.targets?.firstToken, betweenTokens: spec.targets?.betweenTokens)
    options.classes = try spec.targets?.promptClasses() ?? []
    return options
  }

  private static func check(_ spec: TokenScenarioSpec) throws(SpecError) {
    try within("requests.count", spec.requests.count, 1...1_000_000_000)
    try within("requests.warm_up", spec.requests.warmUp, 0...spec.requests.count - 1)
    try within("most_sequences", spec.mostSequences, 1...65_536)
    try within("cache.block", spec.cache.block, 1...65_536)
    try within("cache.blocks", spec.cache.blocks, 1...1_000_000_000)
    try within("cache.bits", spec.cache.bits, 1...64)
    for (key, share) in [
      ("cache.margin", spec.cache.margin), ("cache.watermark", spec.cache.watermark),
    ] {
      guard let share else { continue }
      guard (0..<1).contains(share.value) else {
        throw SpecError(key, "expected 0 % to less than 100 %, found \(share)")
      }
    }
    for (key, time) in [
      ("targets.first_token", spec.targets?.firstToken),
      ("targets.between_tokens", spec.targets?.betweenTokens),
    ] {
      if let time, time.count <= 0 { throw SpecError(key, "expected more than 0 s, found \(time)") }
    }
    if let draft = spec.draft {
      try within("draft.tokens", draft.tokens, 1...64)
      guard (0...1).contains(draft.acceptance.value) else {
        throw SpecError("draft.acceptance", "expected 0 % to 100 %, found \(draft.acceptance)")
      }
    }
    var names: Set<String> = []
    for (index, run) in spec.runs.enumerated() where !names.insert(run.name).inserted {
      throw SpecError("runs[\(index)].name", "`\(run.name)` is there twice")
    }
  }

  private static func within(
    _ key: String, _ value: Int?, _ range: ClosedRange<Int>
  ) throws(SpecError) {
    guard let value, !range.contains(value) else { return }
    throw SpecError(key, "expected \(range.lowerBound) to \(range.upperBound), found \(value)")
  }

  private static func counts(
    _ spec: TokenScenarioSpec
  ) throws(SpecError) -> (replicas: Int, tensor: Int, stages: Int) {
    let given = spec.devices
    for (key, value, most) in [
      ("replicas", given?.replicas, 1024), ("tensor", given?.tensor, 64),
      ("stages", given?.stages, 64), ("prompts", given?.prompts, 1024),
    ] { try within("devices.\(key)", value, 1...most) }
    let (tensor, stages) = (given?.tensor ?? 1, given?.stages ?? 1)
    let needsLink = tensor > 1 || stages > 1 || given?.prompts != nil
    guard needsLink == (given?.link != nil) else {
      throw SpecError(
        "devices.link",
        needsLink
          ? "devices that work together need a link" : "no devices work together, leave it out")
    }
    if let link = given?.link {
      guard link.latency.count >= 0, link.latency.count < 1 << 56 else {
        throw SpecError("devices.link.latency", "expected 0 s to 20 hours, found \(link.latency)")
      }
    }
    return (given?.replicas ?? 1, tensor, stages)
  }

  /// The host's memory, as many whole blocks as it holds.
  private static func host(
    _ cache: TokenScenarioSpec.Cache, perToken: Double, size: Int
  ) throws(SpecError) -> HostCache? {
    guard let swap = cache.swap else { return nil }
    guard (0...1_000_000_000_000).contains(swap.link.latency.count) else {
      throw SpecError(
        "cache.swap.link.latency", "expected 0 s to 1 s, found \(swap.link.latency)")
    }
    let each = perToken * Double(size)
    guard Double(swap.memory.count) >= each else {
      throw SpecError(
        "cache.swap.memory",
        "\(swap.memory.count) B hold no block of \(Int64(each.rounded(.up))) B")
    }
    return HostCache(
      blocks: min(1_000_000_000, Int(Double(swap.memory.count) / each)), bytesPerBlock: each,
      link: TokenLink(
        latency: swap.link.latency,
        bytesPerSecond: swap.link.bandwidth.bytesPerSecond.map(Double.init)),
      full: swap.full ?? .stop)
  }

  /// `memory x devices x (1 - margin)` without the weights, over the bytes of a block.
  private static func blocks(
    _ cache: TokenScenarioSpec.Cache, weights: Double, perToken: Double, devices: Int
  ) throws(SpecError) -> CacheBlocks {
    let size = cache.block ?? 16
    let count: Int
    switch (cache.blocks, cache.memory) {
    case (let blocks?, nil):
      guard cache.margin == nil else {
        throw SpecError("cache.margin", "is of `memory`, leave it out beside `blocks`")
      }
      count = blocks
    case (nil, let memory?):
      let usable =
        Double(memory.count) * Double(devices) * (1 - (cache.margin?.value ?? 0.1))
      let each = perToken * Double(size)
      guard usable - weights >= each else {
        throw SpecError(
          "cache.memory",
          "\(Int64(usable.rounded())) B beside the margin hold no block of "
            + "\(Int64(each.rounded(.up))) B beside \(Int64(weights.rounded(.up))) B of weights")
      }
      count = min(1_000_000_000, Int((usable - weights) / each))
    case (nil, nil): throw SpecError("cache", "expected `blocks` or `memory`, found neither")
    case (_?, _?): throw SpecError("cache.memory", "expected `blocks` or `memory`, found both")
    }
    let share = cache.watermark?.value ?? 0.01
    return CacheBlocks(size: size, count: count, watermark: Int(Double(count) * share))
  }
}
