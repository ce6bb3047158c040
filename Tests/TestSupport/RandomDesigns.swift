public import Networks

/// A small layer of any operator.
public func randomLayer(_ random: inout SeededRandom) -> Layer {
  switch random.within(0...9) {
  case 0:
    return Layer(
      name: "fc", operation: .fullyConnected, kernels: random.within(1...200),
      channels: random.within(1...300), kernel: (1, 1), input: (1, 1))
  case 1, 2:
    let channels = random.within(1...24)
    let side = random.pick([3, 5, 7])
    return Layer(
      name: "depthwise", operation: .depthwiseConvolution, kernels: channels, channels: channels,
      kernel: (side, side), input: (random.within(side...20), random.within(side...20)),
      stride: random.within(1...2), padding: side / 2)
  default:
    let groups = random.pick([1, 1, 1, 1, 2, 3, 4])
    let kernel = (random.pick([1, 1, 3, 3, 5, 7]), random.pick([1, 1, 3, 3, 5, 7]))
    return Layer(
      name: "conv", operation: .convolution, kernels: groups * random.within(1...40),
      channels: groups * random.within(1...40), kernel: kernel,
      input: (random.within(kernel.0...24), random.within(kernel.1...24)),
      stride: random.within(1...3), padding: random.within(0...(min(kernel.0, kernel.1) / 2)),
      groups: groups)
  }
}

/// A small array of any kind.
public func randomDatapath(_ random: inout SeededRandom) -> String {
  switch random.within(0...6) {
  case 6:
    return """
      {kind: row-stationary-array, rows: \(random.within(1...12)), columns: \(random.within(5...14)), \
      input_scratchpad: \(random.within(1...16)), weight_scratchpad: \(random.within(16...224)), \
      sum_scratchpad: \(random.within(1...24)), input_bus: \(random.within(1...4)), \
      weight_bus: \(random.within(1...4)), sum_bus: \(random.within(1...4))}
      """
  case 0:
    return """
      {kind: sparse-gemm-array, multipliers: \(1 << random.within(1...8)), \
      distribution_bandwidth: \(random.within(1...2)), kernels_per_tile: \(random.within(1...64))}
      """
  case 1:
    return sparseRepetition(
      mode: random.pick(["dense", "sparse", "repetition", "sparse-repetition"]),
      tileWidth: random.within(1...8), block: random.within(1...16),
      pixels: random.within(1...8), adders: (random.within(1...4), random.within(1...12)))
  case 2, 3:
    let dataflow = random.pick(["output-stationary", "weight-stationary", "input-stationary"])
    let load = dataflow == "output-stationary" ? "exposed" : random.pick(["exposed", "hidden"])
    let folds = ["serial", "overlapped"] + (dataflow == "output-stationary" ? ["cropped"] : [])
    return """
      {kind: systolic-array, rows: \(random.within(1...16)), columns: \(random.within(1...16)), \
      dataflow: \(dataflow), folds: \(random.pick(folds)), \
      stationary_load: \(load)}
      """
  default: break
  }
  let sweep = random.pick(["input-pixels", "output-pixels"])
  let inputs = random.within(1...12)
  return """
    {kind: dot-product-array, output_channels: \(random.within(1...16)), \
    input_channels: \(inputs), taps: \(random.pick([1, 4, 9])), \
    pixels: \(sweep == "input-pixels" ? 1 : random.within(1...4)), sweep: \(sweep), \
    pointwise: \(random.pick(["fold-input", "single-tap"])), \
    depthwise_channels: \(random.within(1...inputs)), \
    pass_overhead: \(random.within(0...20)) cycles}
    """
}

/// Cores that work on tiles in waves.
public func randomTensorCores(_ random: inout SeededRandom) -> String {
  let tiles = (0..<random.within(1...4)).map { _ in
    "{rows: \(1 << random.within(0...5)), columns: \(1 << random.within(0...5))}"
  }
  let exponent = random.pick(["", ", overlap_exponent: 1.5", ", overlap_exponent: 3"])
  return """
    {kind: tensor-core-array, cores: \(random.within(1...8)), macs: \(1 << random.within(0...5)), \
    tiles: [\(tiles.joined(separator: ", "))], attention_rows: \(1 << random.within(0...5)), \
    small_tile_exponent: \(random.pick(["0.0", "0.1", "1.0"])), \
    ramp: \(random.within(0...20))\(exponent)}
    """
}

/// A sparse-repetition engine.
public func sparseRepetition(
  mode: String, reuse: String = "trie", tileWidth: Int, block: Int, pixels: Int,
  adders: (pattern: Int, merge: Int), loads: Int = 2, banks: Int = 0
) -> String {
  """
  {kind: sparse-repetition-array, mode: \(mode), reuse: \(reuse), tile_width: \(tileWidth), \
  filter_block: \(block), pixels: \(pixels), pattern_adders: \(adders.pattern), \
  merge_adders: \(adders.merge), activation_loads: \(loads), weight_bits_per_cycle: 4096, \
  pattern_banks: \(banks), zero_tiles: skipped, dead_columns: skipped, activation_width: 8 bit}
  """
}

/// A small design with finite links.
public func randomArchitecture(_ random: inout SeededRandom) -> ArchitectureText {
  var text = ArchitectureText()
  text.datapath = randomDatapath(&random)
  text.overhead = random.pick([0, 0, 500])
  text.bits = (random.pick([8, 8, 16]), random.pick([4, 8, 8, 16]), random.pick([8, 8, 16]), 32)
  text.ports = random.pick(["separate", "shared"])
  text.rates = (random.within(20...4000), random.within(20...4000), random.within(20...4000))
  text.overlaps = (
    random.pick(["none", "ping-pong", "streaming"]), random.pick(["none", "ping-pong"]),
    random.pick(["none", "ping-pong", "streaming"])
  )
  text.alignments = (random.pick([1, 1, 9]), random.pick([1, 1, 16]))
  text.sizes = (
    1 << random.within(10...17), 1 << random.within(10...17), 1 << random.within(10...17)
  )
  text.pingPong = (
    random.within(0...1) == 0, random.within(0...1) == 0, random.within(0...1) == 0
  )
  text.persistent = random.pick([nil, 4096])
  return text
}

/// One to `most` memories between DRAM and the buffers of `text`, each large enough for what it feeds.
public func randomLevels(
  _ random: inout SeededRandom, of text: ArchitectureText, most: Int = 3
) -> [ArchitectureText.LevelText] {
  var levels: [ArchitectureText.LevelText] = []
  var inside = [
    "input": (text.sizes.input, text.pingPong.input),
    "weight": (text.sizes.weight, text.pingPong.weight),
    "output": (text.sizes.output, text.pingPong.output),
  ]
  for index in (0..<random.within(1...most)).reversed() {
    let all = ["input", "weight", "output"]
    let holds = all.filter { _ in random.within(0...3) > 0 }
    let held = holds.isEmpty ? [random.pick(all)] : holds
    let pingPong = random.within(0...2) > 0
    // Levels that several operands share are counted once for each, which is more than is asked.
    let least = held.reduce(0) { sum, operand in
      let (size, halves) = inside[operand] ?? (0, true)
      return sum + size * (pingPong && !halves ? 2 : 1)
    }
    let size = least + random.pick([0, 64, 1000, 20_000])
    for operand in held { inside[operand] = (size, pingPong) }
    levels.insert(
      ArchitectureText.LevelText(
        name: "level\(index)", holds: held, size: size, pingPong: pingPong,
        link: random.within(20...4000), ports: random.pick(["separate", "shared"])), at: 0)
  }
  return levels
}

/// A small array that the machine of many cores can step, with a port for loads and one for stores.
public func randomSmallCore(_ random: inout SeededRandom) -> ArchitectureText {
  var text = randomArchitecture(&random)
  text.datapath = random.pick([
    """
    {kind: dot-product-array, output_channels: \(random.within(1...4)), \
    input_channels: \(random.within(1...4)), taps: 1, pixels: 1, sweep: output-pixels, \
    pointwise: single-tap, depthwise_channels: 1, pass_overhead: 0 cycles}
    """,
    """
    {kind: systolic-array, rows: \(random.within(2...6)), columns: \(random.within(2...6)), \
    dataflow: \(random.pick(["output-stationary", "weight-stationary"])), folds: serial, \
    stationary_load: exposed}
    """,
  ])
  text.overhead = 0
  text.bits = (8, 8, 8, 32)
  text.persistent = nil
  text.alignments = (1, 1)
  text.overlaps = (
    random.pick(["none", "ping-pong"]), random.pick(["none", "ping-pong"]),
    random.pick(["none", "ping-pong"])
  )
  // A port that all operands share is exact to the tile only, whatever the number of cores.
  text.ports = "separate"
  return text
}
