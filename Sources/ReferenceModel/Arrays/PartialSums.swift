/// Registers of partial sums, each a vector of pixels.
struct PartialSums {
  private var values: [Int: [Int32]] = [:]
  /// Width of a sum in activations.
  private let units: Int

  /// Registers for sums of up to `columns` activations of `width` bits, of either sign.
  init(columns: Int, width: Int) {
    let largest = columns << (width - 1)
    // A sign, and as many bits as the largest magnitude takes.
    let bits = 1 + Int.bitWidth - largest.leadingZeroBitCount
    units = (bits + width - 1) / width
  }

  /// Adds to a sum; the first addend starts it and is no addition.
  mutating func add(
    _ addend: [Int32], times factor: Int32, to index: Int, _ chip: inout OnChip
  ) {
    let lanes = addend.count
    chip.traffic.work?.registerAccesses += lanes * units
    guard let sum = values[index] else {
      values[index] = addend.map { $0 * factor }
      return
    }
    values[index] = zip(sum, addend).map { $0 + $1 * factor }
    chip.traffic.work?.registerAccesses += lanes * units
    chip.traffic.work?.additions += lanes
    chip.traffic.work?.laneOperations += lanes
  }

  /// Twice the sum less `total`, one addition whether or not there is a sum.
  mutating func takeFromTwice(_ index: Int, _ total: [Int32], _ chip: inout OnChip) {
    let lanes = total.count
    let operands = values[index] == nil ? 2 : 3
    let sum = values[index] ?? total.map { _ in 0 }
    values[index] = zip(sum, total).map { 2 * $0 - $1 }
    chip.traffic.work?.registerAccesses += operands * lanes * units
    chip.traffic.work?.additions += lanes
    chip.traffic.work?.laneOperations += lanes
  }

  /// Whether something was added.
  func isStarted(_ index: Int) -> Bool { values[index] != nil }

  /// A sum, zeros where nothing was added.
  func sum(of index: Int, lanes: Int) -> [Int32] {
    values[index] ?? Array(repeating: 0, count: lanes)
  }
}
