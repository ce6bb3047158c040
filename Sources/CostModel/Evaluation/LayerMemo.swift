internal import Networks
internal import Units

/// Layer timings shared between designs that agree on everything that decides them: the array, the
/// buffers' capacities, the links in bytes per cycle, and how transfers overlap.
///
/// Prices and fixed overheads are not part of a timing, so designs that differ only in these share
/// every layer. The memo forgets everything when it is full, so its size is bounded.
public struct LayerMemo: Sendable {
  /// What decides a timing beside the layer.
  struct Design: Hashable, Sendable {
    let memory: MemoryModel
    let datapath: String
    let mapper: String
  }

  private struct Key: Hashable {
    let design: Int
    let shape: Layer
    let placement: OperationPlacement
    let batch: Int
  }

  private let capacity: Int
  private var designs: [Design: Int] = [:]
  private var timings: [Key: LayerCostModel.Timing] = [:]
  private var current = 0

  /// A memo of up to `capacity` timings, each of a few hundred bytes.
  public init(capacity: Int = 32_768) { self.capacity = capacity }

  mutating func enter(_ design: Design) {
    if let known = designs[design] {
      current = known
      return
    }
    if designs.count >= capacity { forget() }
    current = designs.count
    designs[design] = current
  }

  mutating func timing(
    of shape: Layer, placement: OperationPlacement, batch: Int, _ make: () -> LayerCostModel.Timing
  ) -> LayerCostModel.Timing {
    let key = Key(design: current, shape: shape, placement: placement, batch: batch)
    if let known = timings[key] { return known }
    let timing = make()
    // The design's number stays valid; only its timings go.
    if timings.count >= capacity { timings.removeAll(keepingCapacity: true) }
    timings[key] = timing
    return timing
  }

  private mutating func forget() {
    designs.removeAll(keepingCapacity: true)
    timings.removeAll(keepingCapacity: true)
  }
}
