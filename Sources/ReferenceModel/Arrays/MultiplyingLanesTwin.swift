internal import CostModel

/// The lanes of a sparse-repetition array that multiply, for weights of full precision and for
/// filters that do not see the same activations.
///
/// Groups of pixels follow one another. In each the products of all kernels are spread over the
/// lanes, tap by tap; an activation is read when its first product is formed and stays in a
/// register until its last, a weight is read once for all pixels of the group. Sums leave for the
/// output buffer with the group's last product.
struct MultiplyingLanesTwin: ArrayTwin {
  /// One product of every pixel of the group.
  private struct Product: Hashable {
    let kernel: Int
    let channel: Int
    let tap: Int
  }

  private let lanes: Int
  private let pixelsPerGroup: Int
  private let problem: Problem
  private var tile: TileWork?
  private var products: [Product] = []
  private var groups: [Range<Int>] = []
  private var group = 0
  /// Products formed in the group.
  private var formed = 0
  /// The activations of the channel and tap that are in use.
  private var registers: (channel: Int, tap: Int, values: [Int32])?
  private var sums: [Int: [Int32]] = [:]

  init(_ spec: SparseRepetitionArray.Spec, _ problem: Problem) {
    lanes = spec.patternAdders + spec.mergeAdders
    pixelsPerGroup = spec.pixels
    self.problem = problem
  }

  func sideBySide(of problem: Problem) -> Int {
    problem.isDepthwise ? problem.kernels : problem.channels
  }

  var acceptsTile: Bool { tile == nil }
  var isEmpty: Bool { tile == nil }

  mutating func start(_ tile: TileWork, on chip: inout OnChip) {
    if chip.traffic.work == nil { chip.traffic.work = ReferenceWork() }
    self.tile = tile
    groups = ranges(tile.pixels, pixelsPerGroup)
    products = (0..<problem.taps).flatMap { tap -> [Product] in
      guard !problem.isDepthwise else {
        return tile.kernels.map { Product(kernel: $0, channel: $0, tap: tap) }
      }
      return tile.channels.flatMap { channel in
        tile.kernels.map { Product(kernel: $0, channel: channel, tap: tap) }
      }
    }
    group = 0
    beginGroup()
  }

  private mutating func beginGroup() {
    formed = 0
    registers = nil
    sums = [:]
  }

  /// Every lane forms a product for each pixel; a lane whose activation is not there stalls those
  /// behind it.
  mutating func step(_ chip: inout OnChip) {
    guard let tile else { return }
    let end = min(formed + lanes, products.count)
    guard hasArrived(tile, formed..<end, &chip) else { return }
    for product in products[formed..<end] { form(product, tile, &chip) }
    formed = end
    guard formed == products.count else { return }
    for kernel in tile.kernels {
      for (pixel, sum) in zip(groups[group], sums[kernel] ?? []) {
        chip.accumulate(
          tile, pixel: pixel, kernel: kernel, sum, isFirst: tile.isFirstChannels,
          isLast: tile.isLastChannels)
      }
    }
    group += 1
    if group < groups.count { beginGroup() } else { self.tile = nil }
  }

  private func hasArrived(_ tile: TileWork, _ range: Range<Int>, _ chip: inout OnChip) -> Bool {
    for product in products[range] where !isHeld(product) {
      guard activations(tile, product, &chip) != nil else { return false }
    }
    return true
  }

  private func isHeld(_ product: Product) -> Bool {
    registers.map { $0.channel == product.channel && $0.tap == product.tap } ?? false
  }

  private func activations(
    _ tile: TileWork, _ product: Product, _ chip: inout OnChip
  ) -> [Int32]? {
    let (y, x) = product.tap.quotientAndRemainder(dividingBy: problem.kernelColumns)
    var values: [Int32] = []
    for pixel in groups[group] {
      guard let value = chip.input(tile, pixel: pixel, channel: product.channel, y: y, x: x) else {
        return nil
      }
      values.append(Int32(value))
    }
    return values
  }

  private mutating func form(_ product: Product, _ tile: TileWork, _ chip: inout OnChip) {
    if !isHeld(product), let values = activations(tile, product, &chip) {
      registers = (product.channel, product.tap, values)
      chip.traffic.inputReads += values.count
    }
    guard let registers else { return }
    let weight = Int32(
      chip.weight(
        tile, kernel: product.kernel, channel: problem.isDepthwise ? 0 : product.channel,
        tap: product.tap))
    chip.traffic.weightReads += 1
    let count = registers.values.count
    let before = sums[product.kernel] ?? Array(repeating: 0, count: count)
    sums[product.kernel] = zip(before, registers.values).map { $0 + $1 * weight }
    // Each multiplication takes an activation and a weight from their registers.
    chip.traffic.work?.registerAccesses += 2 * count
    chip.traffic.work?.multiplications += count
    chip.traffic.work?.additions += count
    chip.traffic.work?.laneOperations += count
  }
}
