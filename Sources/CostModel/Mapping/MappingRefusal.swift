internal import Architectures
package import Networks
internal import Units
package import WeightAnalysis

/// Why a mapping that somebody wrote is none for a layer on a design.
///
/// Places are the keys of a mapping file.
struct MappingRefusal {
  let memory: MemoryModel
  let nest: LoopNest
  let traits: LayerTraits

  init(_ task: LayerTask, _ memory: MemoryModel) {
    self.memory = memory
    nest = task.nest
    traits = task.traits
  }

  /// The reason; nil where it is one.
  func reason(_ mapping: Mapping) -> String? {
    guard mapping.levels.count == memory.levels.count else {
      return memory.levels.isEmpty
        ? "levels: the design has no `memory.levels`, leave it out"
        : "levels: expected \(memory.levels.count), one for each of memory.levels from DRAM inwards, "
          + "found \(mapping.levels.count)"
    }
    return tileReason(mapping) ?? levelsReason(mapping) ?? roomReason(mapping)
  }

  private func tileReason(_ mapping: Mapping) -> String? {
    let (tile, unit, granule) = (mapping.tile, traits.unit, traits.granule)
    let outer = mapping.levels.last?.tile
    for (key, value, extent, step, outside) in [
      ("pixels", tile.pixels, nest.pixels, unit.pixels, outer?.pixels),
      ("kernels", tile.kernels, nest.kernels, unit.kernels, outer?.kernels),
      ("channels", tile.channels, nest.channels, unit.channels, outer?.channels),
    ] {
      guard value <= extent else {
        return "\(key): expected at most the \(extent) of the layer, found \(value)"
      }
      guard value == extent || value.isMultiple(of: step) else {
        return "\(key): expected \(extent) or a multiple of \(step), which the array works on at "
          + "once, found \(value)"
      }
      if let outside, value > outside {
        return "\(key): expected at most the \(outside) of the level outside, found \(value)"
      }
    }
    guard traits.allows(tile, of: nest) else {
      return "channels: sums stay in the array, expected all \(nest.channels) channels, or at most "
        + "\(granule.pixels) pixels and \(granule.kernels) kernels, found \(tile.pixels) and "
        + "\(tile.kernels)"
    }
    guard !(nest.isDepthwise && mapping.keepsInput) else {
      return "keeps: every kernel of a depthwise layer has an input of its own, expected no `input`"
    }
    return nil
  }

  /// Whether levels hold whole tiles of what is inside, and cut channels only where sums can stay.
  private func levelsReason(_ mapping: Mapping) -> String? {
    let array = mapping.tile
    var outer = nest.whole
    for (index, level) in mapping.levels.enumerated() {
      let tile = level.tile
      for (key, value, extent, step) in [
        ("pixels", tile.pixels, outer.pixels, array.pixels),
        ("kernels", tile.kernels, outer.kernels, array.kernels),
        ("channels", tile.channels, outer.channels, array.channels),
      ] {
        guard value <= extent else {
          return "levels[\(index)].\(key): expected at most the \(extent) of what is outside, "
            + "found \(value)"
        }
        guard value == extent || value.isMultiple(of: step) else {
          return
            "levels[\(index)].\(key): expected \(extent) or a multiple of the array's \(step), "
            + "found \(value)"
        }
      }
      guard
        tile.channels == outer.channels
          || tile.pixels <= array.pixels && tile.kernels <= array.kernels
      else {
        return
          "levels[\(index)].channels: sums stay in the buffers, expected all \(outer.channels) "
          + "channels, or at most \(array.pixels) pixels and \(array.kernels) kernels, found "
          + "\(tile.pixels) and \(tile.kernels)"
      }
      guard !(nest.isDepthwise && level.keepsInput) else {
        return "levels[\(index)].keeps: every kernel of a depthwise layer has an input of its own, "
          + "expected no `input`"
      }
      outer = tile
    }
    return nil
  }

  private func roomReason(_ mapping: Mapping) -> String? {
    var outer: Tile?
    for (place, level) in mapping.levels.enumerated() {
      let needs = memory.bits(of: level, at: place, within: outer, in: nest)
      let pool = memory.levels[place].pool
      if needs > pool.size {
        return ArrayShortage.sentence(pool.name, needs: needs, has: pool.size)
      }
      outer = level.tile
    }
    let demand = memory.demand(
      of: nest, mapping.tile, order: mapping.order, keepsInput: mapping.keepsInput,
      keepsWeights: mapping.keepsWeights, within: outer)
    return memory.space.shortage(demand).map {
      ArrayShortage.sentence($0.name, needs: $0.needs, has: $0.has)
    }
  }
}

extension LayerCostModel {
  /// Why `mapping` is none for a layer of `batch` images; nil where it is one.
  package func refusal(
    of mapping: Mapping, layer: Layer, weights: QuantizedTensor? = nil, batch: Int
  ) -> String? {
    MappingRefusal(task(layer, weights, .offChip, batch, mapping), memory).reason(mapping)
  }
}
