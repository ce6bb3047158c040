import Architectures
import CostModel
import Networks
import TestSupport
import Testing

/// Kernels that share folds of an array.
struct KernelPackingTests {
  @Test(
    "one fold each on 128 x 128, first fit by falling rows",
    arguments: [
      ([KernelExtent(rows: 32, columns: 32, count: 4)], 1),
      ([KernelExtent(rows: 64, columns: 48, count: 4)], 2),
      ([KernelExtent(rows: 27, columns: 16, count: 8)], 2),
      ([KernelExtent(rows: 128, columns: 16, count: 8)], 8),
      ([KernelExtent(rows: 9, columns: 1, count: 16)], 2),
      (
        [
          KernelExtent(rows: 100, columns: 40), KernelExtent(rows: 60, columns: 60),
          KernelExtent(rows: 28, columns: 100), KernelExtent(rows: 20, columns: 20),
        ], 3
      ),
    ])
  func vectors(_ kernels: [KernelExtent], _ folds: Int) {
    #expect(KernelPacking(kernels, rows: 128, columns: 128).count == folds)
    // The same kernels one by one.
    let single = kernels.flatMap { kernel in
      (0..<kernel.count).map { _ in
        KernelExtent(rows: kernel.rows, columns: kernel.columns, stream: kernel.stream)
      }
    }
    #expect(KernelPacking(single, rows: 128, columns: 128).count == folds)
  }

  /// Packing kernels one after the other into lists of folds, the plain way.
  private func plain(_ kernels: [KernelExtent], _ rows: Int, _ columns: Int) -> [(Int, Int, Int)] {
    var folds: [(rows: Int, columns: Int, stream: Int)] = []
    let sorted = kernels.sorted {
      ($0.rows, $0.columns, $0.stream) > ($1.rows, $1.columns, $1.stream)
    }
    for kernel in sorted {
      for _ in 0..<kernel.count {
        let place = folds.firstIndex {
          $0.rows + kernel.rows <= rows && $0.columns + kernel.columns <= columns
        }
        if let place {
          folds[place].rows += kernel.rows
          folds[place].columns += kernel.columns
          folds[place].stream = max(folds[place].stream, kernel.stream)
        } else {
          folds.append((kernel.rows, kernel.columns, kernel.stream))
        }
      }
    }
    return folds
  }

  @Test("counts of alike kernels are packed as each of them would be", arguments: 1...60)
  func countsAreKernels(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let (rows, columns) = (random.within(4...40), random.within(4...40))
    let kernels = (0..<random.within(1...6)).map { _ in
      KernelExtent(
        rows: random.within(1...rows), columns: random.within(0...columns),
        stream: random.within(1...9), count: random.within(1...30))
    }
    let packing = KernelPacking(kernels, rows: rows, columns: columns)
    let folds = plain(kernels, rows, columns)
    #expect(packing.count == folds.count, "seed \(seed)")
    let listed = packing.folds.flatMap { fold in
      (0..<fold.count).map { _ in [fold.rows, fold.columns, fold.stream] }
    }
    #expect(listed == folds.map { [$0.0, $0.1, $0.2] }, "seed \(seed)")
    #expect(packing.utilization(rows: rows, columns: columns) <= 1)
  }

  @Test("a shared fold takes what its longest stream takes; cropped folds grow with what they use")
  func cycles() throws {
    func array(_ more: String) throws -> SharedArray {
      var text = ArchitectureText()
      text.datapath = "{kind: systolic-array, rows: 128, columns: 128, \(more)}"
      return SharedArray(try design(text.text))
    }
    let weights = try array(
      "dataflow: weight-stationary, folds: serial, stationary_load: exposed")
    #expect(weights.cycles(rows: 9, columns: 1, stream: 100) == 128 + 100 + 254)
    let kernels = [
      KernelExtent(rows: 32, columns: 32, stream: 100),
      KernelExtent(rows: 32, columns: 32, stream: 60),
    ]
    #expect(weights.saving(kernels) == 128 + 60 + 254)
    let cropped = try array(
      "dataflow: output-stationary, folds: cropped, stationary_load: exposed")
    // 100 + 67 and 60 + 67 alone, 100 + 131 together.
    #expect(cropped.saving(kernels) == 60 + 3)
    let full = [KernelExtent(rows: 128, columns: 16, stream: 100, count: 2)]
    #expect(weights.saving(full) == 0)
  }
}
