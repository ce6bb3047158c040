public import Components
public import Networks
public import WeightAnalysis

/// A row of multipliers fed by a distribution network and drained by a reduction tree, with zero
/// weights left out.
///
/// With free rows weights stay, a row's non-zeros side by side, and pixels stream; zero activations are
/// not skipped. Source: SIGMA (Qin et al., HPCA 2020), as STONNE (Muñoz-Martínez et al., CAL 2021)
/// executes `SparseGEMM` with stationary weights; the counters below equal STONNE's.
///
/// With bound rows a multiplier is an element with rows of its own, and activations that are not zero
/// are broadcast column by column; see `RowBoundLayer`. Source: EIE (Han et al., ISCA 2016).
public struct SparseGEMMArray: Datapath {
  /// The parameters of the array.
  public struct Spec: Codable, Hashable, Sendable {
    /// Multipliers, a power of two.
    public let multipliers: Int
    /// Elements that the distribution network delivers per cycle; a broadcast to bound rows is one
    /// element for all of them.
    public let distributionBandwidth: Int
    /// Kernels that are worked on together at most: packed, or with sums of their own at the elements;
    /// more are worked on one after the other.
    public let kernelsPerTile: Int
    /// How rows come to multipliers; free when left out.
    public let binding: Binding?
    /// Activations that an element of bound rows holds at most, the one in work among them.
    public let queue: Int?
    /// Bits that count the zeros before a stored weight of bound rows.
    public let indexBits: Int?

    /// Makes the parameters.
    public init(
      multipliers: Int, distributionBandwidth: Int, kernelsPerTile: Int, binding: Binding? = nil,
      queue: Int? = nil, indexBits: Int? = nil
    ) {
      self.multipliers = multipliers
      self.distributionBandwidth = distributionBandwidth
      self.kernelsPerTile = kernelsPerTile
      self.binding = binding
      self.queue = queue
      self.indexBits = indexBits
    }
  }

  /// How the rows of a matrix come to the multipliers.
  public enum Binding: String, Codable, CaseIterable, Sendable {
    /// Any row on any multiplier.
    case free
    /// Row k is multiplier k's, modulo their number, which takes one column after the other from a
    /// queue.
    case row
  }

  /// `sparse-gemm-array`.
  public static let kind = "sparse-gemm-array"
  /// One sentence.
  public static let summary =
    "Multipliers that leave out zero weights, fed by a flexible network (SIGMA) or with rows of their own (EIE)."

  /// The parameters.
  public let spec: Spec

  /// Checks the extents.
  public init(_ spec: Spec) throws(SpecError) {
    guard (2...65_536).contains(spec.multipliers), spec.multipliers.nonzeroBitCount == 1 else {
      throw SpecError(
        "multipliers", "expected a power of two up to 65536, found \(spec.multipliers)")
    }
    guard (1...spec.multipliers).contains(spec.distributionBandwidth) else {
      throw SpecError(
        "distribution_bandwidth",
        "expected 1 to the \(spec.multipliers) multipliers, found \(spec.distributionBandwidth)")
    }
    guard (1...65_536).contains(spec.kernelsPerTile) else {
      throw SpecError("kernels_per_tile", "expected 1 to 65536, found \(spec.kernelsPerTile)")
    }
    try Self.checkBinding(spec)
    self.spec = spec
  }

  /// Bound rows need a queue and an index.
  ///
  /// What only they have is refused where no binding is named, so
  /// that it does not look as if it had an effect. A sweep may name both bindings.
  private static func checkBinding(_ spec: Spec) throws(SpecError) {
    for (key, value, limit) in [
      ("queue", spec.queue, 65_536), ("index_bits", spec.indexBits, 16),
    ] {
      if let value {
        guard (1...limit).contains(value) else {
          throw SpecError(key, "expected 1 to \(limit), found \(value)")
        }
        guard spec.binding != nil else {
          throw SpecError(key, "belongs to `binding: row`, found no `binding`")
        }
      } else if spec.binding == .row {
        throw SpecError("binding", "`row` needs `\(key)`, 1 to \(limit)")
      }
    }
  }

  /// What bound rows have beside the multipliers; nil for free ones.
  var bound: RowBinding? {
    guard spec.binding == .row, let queue = spec.queue, let indexBits = spec.indexBits else {
      return nil
    }
    return RowBinding(elements: spec.multipliers, queue: queue, indexBits: indexBits)
  }

  /// The multipliers.
  public var lanes: Int { spec.multipliers }

  /// Nodes of the tree that adds products up; elements of bound rows have an adder each.
  public var adders: Int { bound == nil ? spec.multipliers - 1 : spec.multipliers }

  /// Cycles depend on where the zeros are.
  public var needsWeights: Bool { true }

  /// Free rows are packed whatever they are; bound ones are stored column by column as weights are.
  public var gathersRows: Bool { bound == nil }

  /// Groups, and the channels of a depthwise convolution, follow one another.
  public func nest(of layer: Layer, batch: Int) -> (nest: LoopNest, groups: Int) {
    (LoopNest(group: layer, batch: batch, wholeDepthwise: false), layer.groups)
  }

  /// A multiplier.
  public var lane: String { "multiplier" }

  /// Sums go to the output buffer.
  public var localBuffer: LocalBuffer? { nil }

  /// Images side by side, or each by itself, in the better of two loop orders.
  public var mapper: any LayerMapper.Type { LargestTileMapper.self }

  /// It reads no sign patterns.
  public var countsPatterns: Bool { false }

  /// Kernels are packed where they fit.
  public var needsLayout: Bool { false }

  /// Counts the non-zeros of each kernel; without values every weight is taken as non-zero.
  public func prepare(
    _ nest: LoopNest, weights: GroupWeights?, mapping: Mapping?
  ) -> any PreparedLayer {
    if let bound {
      return RowBoundLayer(
        bound, nest: nest, weights: weights, kernelsTogether: spec.kernelsPerTile)
    }
    if let gathered = nest.gathered { return GatheredRowsLayer(spec: spec, nest: nest, gathered) }
    guard let weights else { return FullRowsLayer(spec: spec, nest: nest) }
    return PackedRowsLayer(
      spec: spec, nest: nest, occupied: weights.filters.map { weights.tensor.effectual(filter: $0) }
    )
  }

  /// Free rows are stored as other weights are; bound ones by their entries, each with an index.
  public func storage(
    of weights: QuantizedTensor?, groups: Int, value: StoredWeights
  ) -> StoredWeights {
    guard let bound else { return value }
    return bound.storage(of: weights, groups: groups, value: value)
  }

  /// Fillings of the multipliers.
  ///
  /// Each takes as many turns a pixel as share a port, with the depth of the
  /// tree; a pixel may be a tile of its own. Bound rows take every column at most once for each kernel,
  /// through the queues of all elements.
  public func largestCount(of nest: LoopNest, granule: Tile) -> Double {
    guard bound == nil else { return nest.products * (2 * Double(spec.multipliers) + 8) }
    let pixels = Double(nest.outputRows) * Double(nest.outputColumns)
    let fillings = Double(nest.kernels) * folds(nest.reduction, max(1, spec.multipliers - 1))
    let turns = folds(Double(spec.multipliers), spec.distributionBandwidth)
    let deliveries = 4 * nest.products + 2 * fillings * pixels
    return max(fillings * pixels * (2 * turns + 64) / 64, deliveries)
  }
}

extension SparseGEMMArray.Spec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "multipliers",
      "Multipliers, a power of two"),
    KeyNote(
      "distribution_bandwidth",
      "Elements that the distribution network delivers per cycle; a broadcast to "
        + "bound rows is one for all of them"),
    KeyNote(
      "kernels_per_tile",
      "The most kernels that are worked on together: packed, or with sums of their "
        + "own at the elements"),
    KeyNote(
      "binding",
      "How rows come to multipliers: `free`, any row on any multiplier; `row`, row "
        + "k is that of multiplier k modulo their number, which takes its columns from "
        + "a queue",
      default: "free",
      source: "SIGMA (HPCA 2020); `row`: EIE (ISCA 2016)"),
    KeyNote(
      "queue",
      "The most activations that an element of bound rows holds, the one in work "
        + "among them; needed with `binding: row`, refused without",
      default: "none",
      source: "EIE (ISCA 2016): 8"),
    KeyNote(
      "index_bits",
      "Bits that count the zeros before a stored weight of bound rows; needed with "
        + "`binding: row`, refused without",
      default: "none",
      source: "EIE (ISCA 2016): 4"),
  ]
}
