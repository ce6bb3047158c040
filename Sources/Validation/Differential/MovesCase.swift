internal import CostModel
internal import Networks

/// Where the maps of a case are: elements of all images, dealt between DRAM and chip at random.
///
/// They need not be those of a network: whatever the amounts, tiles have to move them alike.
struct MovesCase: Sendable, Hashable {
  /// Elements from or to DRAM, and on chip.
  struct Amount: Sendable, Hashable {
    var outside = 0
    var inside = 0

    var amount: MapMoves.Amount { MapMoves.Amount(outside: outside, inside: inside) }
  }

  /// Windows of a pooling in front of the layer, taken together with the layer's own.
  struct Pooling: Sendable, Hashable {
    var rows: WindowAxis
    var columns: WindowAxis
  }

  var input: Amount
  var taken: Int
  var pooling: Pooling?
  var factors = Amount()
  var terms = Amount()
  var result: Amount
  var vectors = Amount()

  init(_ draw: inout Draw, _ layer: Layer, batch: Int) {
    taken = layer.channels * layer.inputRows * layer.inputColumns * batch
    var read = taken
    let isPlain = layer.rows.spread == 1 && layer.columns.spread == 1
    switch draw.whole(0...5) {
    case 0 where isPlain:
      let pool = WindowAxis(
        extent: 1, kernel: draw.whole(1...3), stride: draw.whole(1...3), before: draw.whole(0...1))
      let axes = [layer.rows, layer.columns].map { Self.together($0, behind: pool) }
      pooling = Pooling(rows: axes[0], columns: axes[1])
      read = layer.channels * axes[0].extent * axes[1].extent * batch
    case 1: read = draw.whole(1...3 * taken)
    default: break
    }
    input = Self.dealt(read, &draw)
    let made = layer.kernels * layer.outputPixels * batch
    result = Self.dealt(draw.one(of: [made, made, made, draw.whole(1...made)]), &draw)
    if draw.whole(0...1) == 0 {
      terms = Self.dealt(draw.one(of: [made, made, draw.whole(1...2 * made)]), &draw)
    }
    if draw.whole(0...3) == 0 { factors = Self.dealt(layer.channels * batch, &draw) }
    if draw.whole(0...3) == 0 {
      vectors = Self.dealt(layer.kernels * batch, &draw)
      // Means may be all that is stored.
      if draw.whole(0...1) == 0 { result = Amount() }
    }
  }

  /// All outside, all inside, or some of both.
  private static func dealt(_ count: Int, _ draw: inout Draw) -> Amount {
    let outside = draw.one(of: [0, count, draw.whole(0...count)])
    return Amount(outside: outside, inside: count - outside)
  }

  /// Windows of a layer on the map that is pooled for it, without more padding behind than there is.
  private static func together(_ layer: WindowAxis, behind pool: WindowAxis) -> WindowAxis {
    let stored = (layer.extent - 1) * pool.stride + pool.kernel - pool.before
    return WindowAxis(
      extent: max(1, stored), kernel: (layer.span - 1) * pool.stride + pool.kernel,
      stride: layer.stride * pool.stride, before: layer.before * pool.stride + pool.before,
      after: layer.after * pool.stride)
  }

  /// The moves of all images.
  var moves: MapMoves {
    MapMoves(
      input: input.amount, taken: taken,
      windows: pooling.map { MapMoves.Windows(rows: $0.rows, columns: $0.columns) },
      factors: factors.amount, terms: terms.amount, result: result.amount,
      vectors: vectors.amount)
  }

  /// The same with one amount less, all of one kind.
  var simpler: [MovesCase] {
    var cases: [MovesCase] = []
    func change(_ body: (inout MovesCase) -> Void) {
      var copy = self
      body(&copy)
      if copy != self { cases.append(copy) }
    }
    change { $0.factors = Amount() }
    change { $0.terms = Amount() }
    change { $0.vectors = Amount() }
    for path in [\MovesCase.input, \.result, \.terms, \.factors, \.vectors] {
      change { $0[keyPath: path] = Amount(outside: self[keyPath: path].amount.all) }
    }
    change {
      $0.pooling = nil
      $0.input = Amount(outside: taken)
    }
    return cases
  }
}

extension MovesCase: CustomStringConvertible {
  /// The amounts.
  var description: String {
    func text(_ name: String, _ amount: Amount) -> String {
      amount.amount.all == 0 ? "" : ", \(name) \(amount.outside) + \(amount.inside)"
    }
    return "maps (outside + on chip): taken \(taken)" + text("input", input)
      + text("factors", factors) + text("terms", terms) + text("result", result)
      + text("vectors", vectors)
      + (pooling.map { ", pooled by \($0.rows), \($0.columns)" } ?? "")
  }
}
