/// Which axes of a sweep change no figure at all.
///
/// Two designs that differ in one axis and in nothing else say whether that axis matters. Of a large
/// sweep only a part of such families is looked at, chosen by their content, so that the memory is
/// bounded and the answer does not depend on the order of the points.
struct AxisEffects: Sendable {
  /// An axis all of whose compared designs have equal figures.
  struct Idle: Hashable, Sendable {
    /// Position of the axis.
    let axis: Int
    /// Designs that were compared with another one.
    let compared: Int
  }

  /// Families of an axis that are looked at.
  private static let families = 20_000

  private struct Family {
    var figures: UInt64
    var members = 1
  }

  /// Families of each axis by what its members share; nil once the axis has changed a figure.
  private var axes: [[UInt64: Family]?]
  private let step: UInt64

  /// Looks at `axes` axes of a sweep with `points` points.
  init(axes: Int, points: Int) {
    self.axes = Array(repeating: [:], count: axes)
    step = UInt64(max(1, points / Self.families))
  }

  /// Takes a point that ran; one that did not says nothing about figures.
  mutating func add(_ texts: [String], _ outcome: PointOutcome) {
    guard !outcome.metrics.isEmpty, axes.contains(where: { $0 != nil }) else { return }
    let parts = texts.enumerated().map { Self.hash($0.element, seed: UInt64($0.offset) + 1) }
    let sum = parts.reduce(0, &+)
    var figures = UInt64(outcome.status.rawValue)
    for value in outcome.metrics { figures = Self.mixed(figures ^ value.bitPattern) }
    for axis in axes.indices {
      let shared = Self.mixed(sum &- parts[axis])
      guard shared.isMultiple(of: step), let known = axes[axis]?[shared] else {
        if shared.isMultiple(of: step) { axes[axis]?[shared] = Family(figures: figures) }
        continue
      }
      guard known.figures == figures else {
        axes[axis] = nil
        continue
      }
      axes[axis]?[shared]?.members += 1
    }
  }

  /// The axes without an effect; none of those that no two designs differ in alone.
  var idle: [Idle] {
    axes.indices.compactMap { axis in
      guard let families = axes[axis] else { return nil }
      let compared = families.values.reduce(0) { $0 + ($1.members > 1 ? $1.members : 0) }
      return compared > 0 ? Idle(axis: axis, compared: compared) : nil
    }
  }

  /// FNV-1a, which is the same in every process.
  private static func hash(_ text: String, seed: UInt64) -> UInt64 {
    mixed(
      text.utf8.reduce(0xcbf2_9ce4_8422_2325 ^ seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
  }

  /// The finalizer of MurmurHash3, so that every bit depends on every other one.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var value = value
    value = (value ^ (value >> 33)) &* 0xff51_afd7_ed55_8ccd
    value = (value ^ (value >> 33)) &* 0xc4ce_b9fe_1a85_ec53
    return value ^ (value >> 33)
  }
}
