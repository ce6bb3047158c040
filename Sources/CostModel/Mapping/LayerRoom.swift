internal import Networks
public import Units
public import WeightAnalysis

/// What more room on chip would save of the bytes that a layer moves from and to DRAM.
public struct LayerRoom: Sendable {
  /// What more of one memory would save, the others being as they are.
  public struct Growth: Sendable {
    /// The memory.
    public let memory: String
    /// Its size.
    public let size: Bytes
    /// The least size, to a sixty-fourth of it, from which on more of it saves nothing; its own where
    /// that is enough.
    public let enough: Bytes
    /// Bytes from and to DRAM of the mapping that moves the fewest then.
    public let bytes: Bytes
  }

  /// Bytes of the mapping that moves the fewest with the memories as they are.
  public let best: Bytes
  /// The same with endless memories.
  public let endless: Bytes
  /// One for each memory, those between DRAM and the buffers first.
  public let growths: [Growth]
}

extension LayerCostModel {
  /// What more room would save of the bytes of a layer; nil on several cores, where an array lays layers
  /// out itself, and where no mapping has room.
  func room(
    of whole: Layer, weights: QuantizedTensor?, placement: OperationPlacement, batch images: Int
  ) -> LayerRoom? {
    if let own = attention(whole) {
      return own.room(of: whole, weights: weights, placement: placement, batch: images)
    }
    guard cores == nil, kinds == nil, !design.datapath.needsLayout else { return nil }
    let (layer, batch) = Self.lowered(whole, images)
    let format = format(of: layer, weights)
    let bare = bare(layer, format, images: batch)
    let request = request(of: layer, weights, format, placement, batch, bare, known: nil)
    func fewest(_ room: LevelSearch.Room) -> Bits? {
      guard case .mapped(let timed) = Self.plan(request, .bytes, in: room) else { return nil }
      return timed.traffic.moved
    }
    let room = LevelSearch.Room(memory)
    guard let best = fewest(room) else { return nil }
    var endless = room
    var growths: [LayerRoom.Growth] = []
    for grown in room.grown {
      endless = endless.with(grown.memory, of: BufferSpace.endless)
      func moved(_ size: Bits) -> Bits { fewest(room.with(grown.memory, of: size)) ?? best }
      let (enough, bits) = Self.enough(from: grown.size, best, moved)
      growths.append(
        LayerRoom.Growth(
          memory: grown.name, size: Bytes(holding: grown.size), enough: Bytes(holding: enough),
          bytes: Bytes(holding: bits)))
    }
    return LayerRoom(
      best: Bytes(holding: best), endless: Bytes(holding: fewest(endless) ?? best),
      growths: growths)
  }

  /// The size from which on more saves nothing, and the bits that are moved then: more room never makes
  /// a layer move more, so the size is doubled until nothing is left to save, and what is between is cut
  /// into 64 parts.
  private static func enough(
    from size: Bits, _ own: Bits, _ moved: (Bits) -> Bits
  ) -> (size: Bits, moved: Bits) {
    let least = moved(BufferSpace.endless)
    guard size > .zero, own > least else { return (size, own) }
    var low = size
    while low * 2 < BufferSpace.endless, moved(low * 2) > least { low = low * 2 }
    var (few, many) = (0, 64)
    while many - few > 1 {
      let middle = (few + many) / 2
      if moved(Bits(low.count + low.count / 64 * middle)) > least {
        few = middle
      } else {
        many = middle
      }
    }
    return (many == 64 ? low * 2 : Bits(low.count + low.count / 64 * many), least)
  }
}

extension Evaluator {
  /// What more room would save of the bytes of one operation of `cost`, by its position; nil on several
  /// cores, where an array lays layers out itself, and for work of the vector unit.
  public func room(
    of cost: NetworkCost, layer place: Int, weights: [String: QuantizedTensor] = [:]
  ) -> LayerRoom? {
    guard let layer = cost.entries[place].layer else { return nil }
    let tensor = weights[layer.name]
    return model.room(
      of: layer, weights: tensor, placement: placement(of: place, tensor, in: cost),
      batch: cost.batch)
  }

  /// How far one operation of `cost` is from what the design allows, by its position; nil on several
  /// cores, for work of the vector unit, and where no mapping has room.
  public func distance(
    of cost: NetworkCost, layer place: Int, weights: [String: QuantizedTensor] = [:]
  ) -> LayerDistance? {
    guard !model.hasParts, let layer = cost.entries[place].layer else { return nil }
    let tensor = weights[layer.name]
    return model.distance(
      of: layer, weights: tensor, placement: placement(of: place, tensor, in: cost),
      batch: cost.batch)
  }
}
