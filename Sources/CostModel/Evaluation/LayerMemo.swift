internal import Architectures
internal import Networks
internal import Units

/// Layer timings shared between designs that agree on what decides them.
///
/// Designs that agree on the array, the buffers' capacities, the links in bytes per cycle, and how
/// transfers overlap share every layer; fixed overheads are not part of a timing, and prices only where
/// the mapper asks for them. Designs
/// that differ in their buffers share the mappings that both choose from. The memo forgets everything
/// when it is full, so its size is bounded.
public struct LayerMemo: Sendable {
  /// What decides a timing beside the layer.
  struct Design: Hashable, Sendable {
    let memory: MemoryModel
    let datapath: String
    let mapper: String
    let calibration: CalibrationSpec?
    let decoder: WeightDecoderSpec?
    /// The prices, where the mapper asks for them.
    let prices: Prices?
  }

  /// The prices of one design; those of another are never taken to be the same.
  struct Prices: Hashable, Sendable {
    let model: EnergyModel

    static func == (left: Prices, right: Prices) -> Bool { left.model === right.model }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(model)) }
  }

  /// What decides what a mapping of a layer takes.
  private struct Array: Hashable {
    let links: Links
    let datapath: String
    let calibration: CalibrationSpec?
    let decoder: WeightDecoderSpec?
  }

  /// What a design is asked.
  private struct Question: Hashable {
    let shape: Layer
    let placement: OperationPlacement
    let batch: Int
  }

  private struct Key: Hashable {
    let design: Int
    let question: Int
  }

  private let capacity: Int
  private var designs: [Design: (design: Int, array: Int)] = [:]
  private var arrays: [Array: Int] = [:]
  private var questions: [Question: Int] = [:]
  private var timings: [Key: LayerCostModel.Timing] = [:]
  private let mapped: MappingMemo
  /// Those of the last designs that were told, one for each place of a core.
  private var current = [(design: 0, array: 0)]
  /// The last number given; none is given twice, so what is left of a forgotten one is never found.
  private var number = 0

  /// A memo of up to `capacity` timings, each of a few hundred bytes, and as many of mappings; one of
  /// none remembers nothing.
  public init(capacity: Int = 32_768) {
    self.capacity = capacity
    mapped = MappingMemo(capacity: capacity)
  }

  /// Whether it remembers anything.
  var isEmpty: Bool { capacity == 0 }

  /// Takes what is asked next as questions to `asked`, by their places.
  mutating func enter(_ asked: [Design]) {
    guard capacity > 0 else { return }
    current = asked.map { number(of: $0) }
  }

  private mutating func number(of design: Design) -> (design: Int, array: Int) {
    if let known = designs[design] { return known }
    if designs.count >= capacity {
      designs.removeAll(keepingCapacity: true)
      arrays.removeAll(keepingCapacity: true)
    }
    let array = Array(
      links: design.memory.transfers, datapath: design.datapath,
      calibration: design.calibration, decoder: design.decoder)
    let made = (design: next(), array: arrays[array] ?? next())
    arrays[array] = made.array
    designs[design] = made
    return made
  }

  /// What the design at place `asked` takes for a layer.
  mutating func timing(
    of shape: Layer, placement: OperationPlacement, batch: Int, asked: Int = 0,
    _ make: (MappingMemo.Place?) -> LayerCostModel.Timing
  ) -> LayerCostModel.Timing {
    guard capacity > 0 else { return make(nil) }
    let question = number(of: Question(shape: shape, placement: placement, batch: batch))
    let current = current[asked]
    let key = Key(design: current.design, question: question)
    if let known = timings[key] { return known }
    let timing = make(MappingMemo.Place(memo: mapped, array: current.array, question: question))
    if timings.count >= capacity { timings.removeAll(keepingCapacity: true) }
    timings[key] = timing
    return timing
  }

  private mutating func number(of question: Question) -> Int {
    if let known = questions[question] { return known }
    if questions.count >= capacity { questions.removeAll(keepingCapacity: true) }
    let number = next()
    questions[question] = number
    return number
  }

  private mutating func next() -> Int {
    number += 1
    return number
  }
}
