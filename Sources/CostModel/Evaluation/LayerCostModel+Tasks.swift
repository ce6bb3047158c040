internal import Architectures
internal import Networks
internal import Units
internal import WeightAnalysis

extension LayerCostModel {
  /// How the kernels of a layer are stored, nil for weights of the design's precision.
  func format(of layer: Layer, _ weights: QuantizedTensor?) -> WeightFormat? {
    if let gathered = layer.gathered { return WeightFormat(gathered) }
    if weights == nil, let storage = layer.storage, storage.coded == nil || decoder?.holds == .coded
    {
      return WeightFormat(storage)
    }
    guard layer.kernelRole == .weight else {
      return WeightFormat(bits: memory.precision.input.count)
    }
    let format = format(of: weights, groups: layer.groups)
    let isPlain = format == WeightFormat(bits: memory.precision.weight.count)
    return weights == nil && isPlain ? nil : format
  }

  /// How the kernels of a layer are stored, those that are activations as if they were weights: the
  /// file's tensor first, then what the workload says, then the design.
  func storedFormat(of layer: Layer, _ weights: QuantizedTensor?) -> WeightFormat {
    if let gathered = layer.gathered { return WeightFormat(gathered) }
    if weights == nil, let storage = layer.storage, storage.coded == nil || decoder?.holds == .coded
    {
      return WeightFormat(storage)
    }
    return format(of: weights, groups: layer.groups)
  }

  /// What the array does for `batch` images: images whose kernels are their own follow one another
  /// like groups, maps that share them are images of a larger batch.
  static func lowered(_ layer: Layer, _ batch: Int) -> (layer: Layer, batch: Int) {
    layer.kernelRole == .weight
      ? (layer, batch * layer.maps) : (layer.unrolled(batch: batch), layer.maps)
  }

  /// The layer on the array under `mapping`.
  func task(
    _ layer: Layer, _ weights: QuantizedTensor?, _ placement: OperationPlacement, _ batch: Int,
    _ mapping: Mapping
  ) -> LayerTask {
    let (layer, batch) = Self.lowered(layer, batch)
    return task(
      layer, weights, format(of: layer, weights), placement, batch, images: mapping.images,
      mapping)
  }

  /// The layer on the array before anything is known of its weights or its mapping.
  func bare(_ layer: Layer, _ format: WeightFormat?, images: Int) -> BareLayer {
    precondition(images >= 1, "a batch has at least one image")
    let (nest, groups) = nest(of: layer, format, images: images)
    return BareLayer(
      nest: nest, groups: groups, images: images,
      layer: prepared(nest, weights: nil, mapping: nil))
  }

  /// The array with a group on it, as fast as it is in the long run.
  private func prepared(
    _ nest: LoopNest, weights: GroupWeights?, mapping: Mapping?
  ) -> any PreparedLayer {
    DecodedLayer.decoding(
      nest.weightFormat?.isCoded ?? false ? decoder?.weightsPerCycle : nil,
      SustainedLayer.sustaining(
        shares.compute, design.datapath.prepare(nest, weights: weights, mapping: mapping),
        isAttention: isAttention))
  }

  /// `images` of the batch at once, as often as it takes; each group by itself where its weights decide
  /// what it costs.
  private func task(
    _ layer: Layer, _ weights: QuantizedTensor?, _ format: WeightFormat?,
    _ placement: OperationPlacement, _ batch: Int, images: Int, _ mapping: Mapping?,
    bare: BareLayer? = nil
  ) -> LayerTask {
    let bare = bare.flatMap { $0.images == images ? $0 : nil }
    let (nest, groups) =
      bare.map { ($0.nest, $0.groups) } ?? nest(of: layer, format, images: images)
    func prepared(_ group: Int) -> any PreparedLayer {
      guard let weights else {
        if let bare, mapping == nil || !design.datapath.needsLayout { return bare.layer }
        return self.prepared(nest, weights: nil, mapping: mapping)
      }
      let own = GroupWeights(weights, of: nest, group: group, groups: groups)
      return self.prepared(nest, weights: own, mapping: mapping)
    }
    let (first, times) = (prepared(0), batch / images)
    let moves = placement.moves.map { NestMoves($0, of: nest, nests: groups * times) }
    let shares = shares(nest, groups: groups, placement, moves)
    guard groups > 1, first.traits.dependsOnWeights else {
      return LayerTask(
        nest: nest,
        groups: shares.map {
          LayerTask.Groups(count: $0.count * times, onChip: $0.onChip, layer: first)
        })
    }
    let each = shares.flatMap { Array(repeating: $0.onChip, count: $0.count) }
    return LayerTask(
      nest: nest,
      groups: each.enumerated().map { group, onChip in
        LayerTask.Groups(
          count: times, onChip: onChip, layer: group == 0 ? first : prepared(group))
      })
  }

  /// The loop nest of one group of `images` images as this memory moves it, and how many groups follow
  /// one another.
  private func nest(
    of layer: Layer, _ format: WeightFormat?, images: Int
  ) -> (nest: LoopNest, groups: Int) {
    var (nest, groups) = design.datapath.nest(of: layer, batch: images)
    if isAttention { nest = nest.beside(layer) }
    let fetched = nest.fetched(memory.transfers.input.gather, weights: format)
    let coded = memory.transfers.coding(fetched, layer.zeros)
    return (coded.decoding(weightCode(of: layer)), groups)
  }

  /// Weights on chip are dealt out group by group; a group that has some of its own differs.
  private func shares(
    _ nest: LoopNest, groups: Int, _ placement: OperationPlacement, _ moves: NestMoves?
  ) -> [(count: Int, onChip: OnChip)] {
    let groupBits = memory.weightBits(kernels: nest.kernels, channels: nest.channels, in: nest)
    let held = min(placement.weights.bits, groupBits * groups)
    let full = groupBits.count == 0 ? 0 : held.count / groupBits.count
    let rest = Bits(held.count - full * groupBits.count)
    let partly = rest.count > 0 ? 1 : 0
    var shares: [(count: Int, onChip: OnChip)] = []
    func add(_ count: Int, _ weights: Bits) {
      if count > 0 { shares.append((count, OnChip(weights: weights, moves: moves))) }
    }
    add(full, groupBits)
    add(partly, rest)
    add(groups - full - partly, .zero)
    return shares
  }

  /// What a mapper is asked.
  func request(
    of layer: Layer, _ weights: QuantizedTensor?, _ format: WeightFormat?,
    _ placement: OperationPlacement, _ batch: Int, _ bare: BareLayer, known: MappingMemo.Place?
  ) -> MappingRequest {
    let (nest, groups) =
      bare.images == 1 ? (bare.nest, bare.groups) : nest(of: layer, format, images: 1)
    let all = memory.weightBits(kernels: nest.kernels, channels: nest.channels, in: nest)
    let fetched = shares(nest, groups: groups, placement, nil).reduce(Bits.zero) {
      $0 + (all - $1.onChip.weights) * $1.count
    }
    return MappingRequest(
      layer: layer, batch: batch, model: self, placement: placement, fetchedWeights: fetched,
      fetchesAll: placement.weights == .zero && nest.weightFormat == nil && nest.weightCode == nil,
      task: { images, mapping in
        self.task(layer, weights, format, placement, batch, images: images, mapping, bare: bare)
      }, format: format, known: known)
  }
}

extension WeightFormat {
  /// Entries of sparse rows; a part of the rows has its even share of them.
  init(_ rows: GatheredRows) {
    let (entries, adjacency) = (rows.adjacency.entries, rows.adjacency)
    self.init(
      bits: rows.bitsPerEntry, bitsPerKernel: rows.bitsPerRow,
      entries: Entries(stored: entries, weights: adjacency.rows * adjacency.columns))
  }

  /// The storage that a workload asks for.
  init(_ storage: KernelStorage) {
    if let coded = storage.coded {
      self.init(coded: coded.bits, weights: coded.elements)
    } else {
      self.init(bits: storage.bits, bitsPerKernel: storage.bitsPerKernel)
    }
  }
}
