import Architectures
import Components
import CostModel
import Inputs
import Networks
import TestSupport
import Testing
import Units

// Do the sparse rows of an adjacency take the fillings, the reads and the bytes of their entries?
@Suite struct GatheredRowsTests {
  private func design(
    _ multipliers: Int = 8, bandwidth: Int = 4, together: Int = 4, more: String = ""
  ) throws -> Design {
    var text = ArchitectureText()
    text.datapath = """
      {kind: sparse-gemm-array, multipliers: \(multipliers), distribution_bandwidth: \(bandwidth), \
      kernels_per_tile: \(together)\(more)}
      """
    return try TestSupport.design(text.text)
  }

  private func adjacency(_ rows: [[Int]], nodes: Int? = nil) throws -> Adjacency {
    let pointers = rows.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    return try Adjacency(nodes: rows.count, pointers: pointers, sources: Array(rows.joined()))
  }

  private func layer(_ adjacency: Adjacency, features: Int) -> Layer {
    var layer = Layer(
      name: "aggregate", product: .matrixProduct, kernels: adjacency.rows,
      channels: adjacency.columns, positions: features, kernelRole: .state)
    layer.gathered = GatheredRows(adjacency, bitsPerEntry: 40, bitsPerRow: 32)
    return layer
  }

  private func cost(_ layer: Layer, _ design: Design, batch: Int = 1) throws -> LayerCost {
    try #require(LayerCostModel(design).cost(of: layer, batch: batch).cost)
  }

  /// Degrees 3, 2, 1 and 4 on 8 multipliers, two of which share a port: the first three rows fill 6, the
  /// last one 4; two features take 2 x (2 + 1) + log2(8) + 3 + 1 = 13 cycles a filling.
  @Test func byHand() throws {
    let rows = try adjacency([[0, 1, 2], [1, 0], [2], [3, 0, 1, 2]])
    let cost = try cost(layer(rows, features: 2), design())
    #expect(cost.arrayCycles == Cycles(26))
    #expect(cost.macs == 20)
    #expect(cost.work[.multiplications] == 20)
    #expect(cost.work[.inputReads] == 20)
    #expect(cost.work[.additions] == (6 - 3 + 4 - 1) * 2)
    #expect(cost.work[.outputWrites] == 8)
    #expect(cost.work[.weightReads] == 10)
    // Ten entries of 40 bits and four pointers of 32; four nodes of two features in and out.
    #expect(cost.dramRead == Bytes((10 * 40 + 4 * 32) / 8 + 8))
    #expect(cost.dramWrite == Bytes(8))
  }

  /// A row that is longer than the array is cut, and every later part keeps a slot for the sum.
  @Test func hubByHand() throws {
    let nodes = 20
    let rows = try adjacency([Array(0..<20)] + (1..<nodes).map { _ in [] })
    let cost = try cost(layer(rows, features: 3), design(together: 32))
    // 8, 7 and 5 entries: 2 x (3 + 1) + 7 cycles each.
    #expect(cost.arrayCycles == Cycles(3 * 15))
    #expect(cost.macs == 60)
    #expect(cost.work[.outputReads] == 2 * 3)
  }

  /// Whatever the graph: work is that of the entries, every entry reads its neighbour, bytes are those of
  /// the rows, and no order of nodes changes any of it but the packing.
  @Test func entriesAreTheWork() throws {
    for seed in UInt64(1)...12 {
      var random = SplitMix64(seed: seed)
      let nodes = Int.random(in: 2...40, using: &random)
      let rows = (0..<nodes).map { _ in
        (0..<nodes).filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
      }
      let entries = rows.reduce(0) { $0 + $1.count }
      let features = Int.random(in: 1...70, using: &random)
      let own = layer(try adjacency(rows), features: features)
      for batch in [1, 3] {
        let cost = try cost(own, design(16, bandwidth: 8, together: 7), batch: batch)
        #expect(cost.macs == entries * features * batch, "seed \(seed)")
        #expect(cost.macs == own.macs * batch, "seed \(seed)")
        #expect(cost.work[.multiplications] == cost.macs, "seed \(seed)")
        #expect(cost.work[.inputReads] == cost.macs, "seed \(seed)")
        let least = (entries * 40 + nodes * 32) * batch
        #expect(cost.dramRead.count * 8 >= least + nodes * features * 8 * batch, "seed \(seed)")
        #expect(
          cost.arrayCycles.count * 16 >= cost.macs, "seed \(seed): more than all multipliers do")
      }
    }
  }

  /// A full matrix takes what weights without zeros take.
  @Test func fullRowsAreDense() throws {
    let nodes = 6
    let full = try adjacency((0..<nodes).map { _ in Array(0..<nodes) })
    let dense = Layer(
      name: "dense", product: .linear, kernels: nodes, channels: nodes, positions: 12)
    let (sparse, plain) = (
      try cost(layer(full, features: 12), design(16)), try cost(dense, design(16))
    )
    #expect(sparse.arrayCycles == plain.arrayCycles)
    #expect(sparse.macs == plain.macs)
    #expect(sparse.work[.outputWrites] == plain.work[.outputWrites])
  }

  @Test func arraysThatCannot() throws {
    let own = layer(try adjacency([[0], [1, 0]]), features: 2)
    let advice =
      " cannot follow the sparse rows of an adjacency; use a sparse-gemm-array with free rows, or say "
      + "`form: dense` of the adjacency, which multiplies by its zeros too"
    let bound = try design(more: ", binding: row, queue: 4, index_bits: 4")
    for (design, array) in [
      (try TestSupport.design(ArchitectureText().text), "a systolic-array"),
      (bound, "a sparse-gemm-array with rows bound to elements"),
    ] {
      let outcome = LayerCostModel(design).cost(of: own)
      guard case .infeasible(let reason) = outcome else {
        Issue.record("expected a refusal")
        continue
      }
      #expect("\(reason)" == "layer aggregate: " + array + advice)
    }
  }

  /// Cores that divide the nodes do the work of all of them.
  @Test func partsOfRows() throws {
    let rows = try adjacency([[0, 1, 2], [1, 0], [2], [3, 0, 1, 2]])
    let own = try #require(layer(rows, features: 2).gathered)
    #expect(own.part(0..<2).bits + own.part(2..<4).bits == own.bits)
    #expect(own.part(2..<4).adjacency.entries == 5)
  }
}
