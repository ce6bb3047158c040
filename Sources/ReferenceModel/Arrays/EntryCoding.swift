internal import CostModel

/// How elements that own rows store them: entry after entry, column by column.
///
/// An element's column is walked from its first row to its last. A zero is counted; where the count
/// would overrun its bits, an entry of value zero, a filler, stands for the zeros up to and with it. A
/// weight that is not zero ends the count. Zeros behind the last weight leave no entry.
struct EntryCoding {
  /// A stored entry.
  enum Entry: Hashable {
    /// A zero that the count could not hold.
    case filler
    /// The weight of a kernel.
    case weight(kernel: Int)
  }

  let elements: Int
  let indexBits: Int

  /// The coding of `datapath`, nil where its rows are not bound.
  init?(of datapath: any Datapath) {
    guard let spec = (datapath as? SparseGEMMArray)?.spec, spec.binding == .row,
      let bits = spec.indexBits
    else { return nil }
    (elements, indexBits) = (spec.multipliers, bits)
  }

  /// The entries of an element's column whose kernels are among `kernels`; a filler is its weight's.
  func entries(
    of element: Int, kernels: Range<Int>, all: Int, isZero: (_ kernel: Int) -> Bool
  ) -> [Entry] {
    var found: [Entry] = []
    var (zeros, fillers) = (0, 0)
    for kernel in stride(from: element, to: all, by: elements) {
      if isZero(kernel) {
        zeros += 1
        if zeros == 1 << indexBits { (zeros, fillers) = (0, fillers + 1) }
        continue
      }
      if kernels.contains(kernel) {
        found += Array(repeating: .filler, count: fillers) + [.weight(kernel: kernel)]
      }
      (zeros, fillers) = (0, 0)
    }
    return found
  }

  /// The entries of a whole layer of `weights`, group by group.
  func entries(of weights: [Int8], _ problem: Problem) -> Int {
    let columns = problem.channels * problem.taps
    let groups = weights.count / (problem.kernels * columns)
    var count = 0
    for group in 0..<groups {
      for column in 0..<columns {
        for element in 0..<min(elements, problem.kernels) {
          count +=
            entries(of: element, kernels: 0..<problem.kernels, all: problem.kernels) {
              weights[(group * problem.kernels + $0) * columns + column] == 0
            }.count
        }
      }
    }
    return count
  }
}
