internal import Components
internal import Inputs

/// Reads a list of layers that each state what they read: a file without a top-level `input`.
struct LayerListing {
  private let reading: SpecReading
  private let operations: OperationRegistry
  private let isConnected: Bool
  /// The layers so far.
  private(set) var layers: [Layer] = []
  /// The operator of each layer.
  private(set) var kinds: [any OperationKind] = []
  /// The map that each layer says it reads.
  private(set) var inputs: [[Int]] = []
  private var names: Set<String> = []
  private var limits = NetworkLimits()
  private var history = ChannelHistory()

  init(_ reading: SpecReading, _ operations: OperationRegistry, isConnected: Bool) {
    self.reading = reading
    self.operations = operations
    self.isConnected = isConnected
  }

  /// Reads the whole list.
  mutating func list(_ entries: [LayerNode]) {
    let isChain = entries.contains { $0.value("input") != nil }
    if !entries.isEmpty, !isChain, entries.contains(where: { $0.value("operator") != nil }) {
      reading.check([]) { () throws(SpecError) in
        throw SpecError(
          "layers",
          "expected `input` at the top of the file, the extents of what the first layer reads, "
            + "or in every layer")
      }
      return
    }
    for entry in entries { layer(entry, needsInput: isChain) }
  }

  private mutating func layer(_ entry: LayerNode, needsInput: Bool) {
    for key in ["from", "block"] where entry.value(key) != nil {
      entry.fault(
        reading, key,
        "needs `input` at the top of the file, the extents of what the first layer reads")
      if key == "block" { return }
    }
    let (kindEntry, read) = Self.read(entry, among: operations, reading, "")
    let known = names
    let name = Self.name(of: entry, needsName: true, reading, "") { known.contains($0) }
    if let name { names.insert(name) }
    if let kindEntry, !kindEntry.needsName || kindEntry.kind == Linear.kind {
      entry.fault(
        reading, "operator",
        "`\(kindEntry.kind)` needs `input` at the top of the file, the extents of what the first "
          + "layer reads")
      return
    }
    guard entry.value("input") != nil else {
      if needsInput { entry.fault(reading, "", "missing key `input`") }
      return
    }
    guard let kind = read.kind, let input = read.input else { return }
    let layer = entry.check(reading, "", operands: "input") { () throws(SpecError) in
      try Self.checkInput(input)
      guard case .array(let layer) = try kind.result(of: [input], name: name ?? "").work else {
        return Layer?.none
      }
      try limits.add(layer)
      return layer
    }
    guard case .some(.some(var layer)) = layer else { return }
    if isConnected, let fault = history.fault(input, layer) {
      entry.fault(reading, "input[0]", fault)
    }
    history.add(layer, reading: input)
    layer.zeros = shares(read.zeros, entry)
    layers.append(layer)
    kinds.append(kind)
    inputs.append(input)
  }

  /// The shares of zeros that an entry states: nobody said which maps of a list are the same.
  private func shares(_ zeros: ZerosSpec?, _ entry: LayerNode) -> ZeroShares? {
    guard let zeros else { return nil }
    if let shares = zeros.input?.values, shares.count != 1 {
      entry.fault(
        reading, "zeros.input", "expected \(ZerosSpec.expected(1)), found \(shares.count)")
    }
    return ZeroShares(
      reads: [zeros.input?.values.first], written: zeros.output,
      readsInput: isConnected && layers.isEmpty, weight: zeros.weight)
  }

  /// Throws unless a map is `[channels, rows, columns]` within the limits.
  static func checkInput(_ input: [Int]) throws(SpecError) {
    guard input.count == 3 else {
      throw SpecError("input", "expected [channels, rows, columns], found \(input.count) numbers")
    }
    for (index, value) in input.enumerated() {
      try WindowLayer.checkExtent("input[\(index)]", value)
    }
  }

  /// Reads the keys of an entry by its operator; says what is wrong with the operator.
  static func read(
    _ entry: LayerNode, among registry: OperationRegistry, _ reading: SpecReading, _ note: String
  ) -> (OperationRegistry.Entry?, LayerReading) {
    if let word = entry.text("operator"), registry.entry(word) == nil {
      entry.fault(reading, "operator", registry.unknown(word) + note)
      return (nil, LayerReading())
    }
    let isMapping = if case .mapping = entry.node.content { true } else { false }
    if isMapping, entry.value("operator") == nil {
      entry.fault(reading, "", "missing key `operator`" + note)
    }
    // Without an operator the keys are most likely those of a convolution.
    let word = entry.text("operator")
    guard let kind = registry.entry(word ?? Convolution.kind) else { return (nil, LayerReading()) }
    let read = kind.read(reading, entry, note)
    return word == nil ? (nil, LayerReading()) : (kind, read)
  }

  /// The name that an entry gives, nil for none; says what is wrong with it.
  static func name(
    of entry: LayerNode, needsName: Bool, _ reading: SpecReading, _ note: String,
    isTaken: (String) -> Bool
  ) -> String? {
    guard case .mapping = entry.node.content else { return nil }
    guard entry.value("name") != nil else {
      if needsName { entry.fault(reading, "", "missing key `name`" + note) }
      return nil
    }
    guard let name = entry.text("name") else { return nil }
    if name.isEmpty { entry.fault(reading, "name", "must not be empty" + note) }
    if isTaken(name), !name.isEmpty {
      entry.fault(reading, "name", "a second layer named `\(name)`" + note)
    }
    return name
  }

  /// Extents without the ones behind them: the same elements in the same order.
  static func core(_ extents: [Int]) -> [Int] {
    var result = extents
    while result.count > 1, result.last == 1 { result.removeLast() }
    return result
  }
}

/// What the layers of a list wrote, to tell whether a map can come of it.
struct ChannelHistory {
  /// Sums up to here are kept one by one.
  private static let exactSums = 1 << 16

  private var input: Int?
  private var written: [(name: String, channels: Int)] = []
  /// Different numbers of channels that were written.
  private var channels: Set<Int> = []
  /// Bit `n` is set where some of the maps together have `n` channels.
  private var sums = [UInt64](repeating: 0, count: exactSums / 64 + 1)
  private var total = 0.0
  private var divisor = 0

  init() { sums[0] = 1 }

  /// Adds what a layer read, where it is the first, and what it wrote.
  mutating func add(_ layer: Layer, reading map: [Int]) {
    if input == nil {
      input = map[0]
      addSum(map[0])
    }
    written.append((layer.name, layer.kernels))
    channels.insert(layer.kernels)
    addSum(layer.kernels)
  }

  /// Why a layer cannot have the map that it says it reads; nil where it can.
  ///
  /// Channels can be those of a map before, a sum of several of them (a concatenation), an even part
  /// of one (a split) or a multiple of what a layer wrote (pixels made channels); a fully connected
  /// layer may read a flattened map.
  func fault(_ map: [Int], _ layer: Layer) -> String? {
    guard let input else { return nil }
    let isFlat = layer.operation == .fullyConnected
    let maps = channels.union([input])
    if isExplained(map[0], maps) { return nil }
    if isFlat,
      isExplained(layer.channels, maps)
        || maps.contains(where: { layer.channels.isMultiple(of: $0) })
    {
      return nil
    }
    let last = written.suffix(3).map { "`\($0.name)` wrote \($0.channels)" }
    return "\(map[0]) channels, but before it the first layer reads \(input) and "
      + (written.count > 3 ? "among others " : "") + last.joined(separator: ", ")
      + "; expected as many as one of them, a sum of several, an even part or a multiple of one, "
      + "or `connected: false` at the top of a file whose layers are no network"
  }

  private func isExplained(_ channels: Int, _ maps: Set<Int>) -> Bool {
    if maps.contains(where: { $0.isMultiple(of: channels) }) { return true }
    if self.channels.contains(where: { $0 > 1 && channels.isMultiple(of: $0) }) { return true }
    if channels <= Self.exactSums {
      return sums[channels / 64] & (1 << UInt64(channels % 64)) != 0
    }
    return Double(channels) <= total && channels.isMultiple(of: max(divisor, 1))
  }

  private mutating func addSum(_ channels: Int) {
    total += Double(channels)
    var (one, other) = (divisor, channels)
    while other != 0 { (one, other) = (other, one % other) }
    divisor = one
    guard channels <= Self.exactSums else { return }
    let (words, bits) = (channels / 64, UInt64(channels % 64))
    for index in stride(from: sums.count - 1, through: words, by: -1) {
      var moved = sums[index - words] << bits
      if bits > 0, index > words { moved |= sums[index - words - 1] >> (64 - bits) }
      sums[index] |= moved
    }
  }
}
