internal import Components
public import Units

/// Where maps between layers are kept.
///
/// Without the section every map is written to DRAM and read from there by each of its readers.
public struct ActivationsSpec: Codable, Hashable, Sendable {
  /// Which maps stay on chip.
  public enum Policy: String, Codable, CaseIterable, Sendable {
    /// None: each is written once and read once by each reader.
    case none
    /// Whole maps, in order of execution, as long as there is room.
    case resident
    /// Windows of rows, within groups of layers that run row by row.
    case fused
    /// Windows within groups, and whole maps between these.
    case both
  }

  /// The memory that maps are kept in.
  public enum Memory: String, Codable, CaseIterable, Sendable {
    /// One of their own, which the design has beside its buffers.
    case own
    /// A part of the persistent buffer, which then has less room for weights.
    case persistent
  }

  /// Which maps stay on chip.
  public let policy: Policy
  /// Room for maps; every policy but `none` needs it.
  public let capacity: Bytes?
  /// Room for the weights of a group of layers that run row by row; the buffer that holds weights when
  /// left out.
  public let weights: Bytes?
  /// The memory that maps are kept in; `own` when left out.
  public let memory: Memory?
  /// Operators of pooling and element-wise work that another device does: what they read is written to
  /// DRAM for it and what they write is read from there; none when left out.
  public let elsewhere: [OperatorName]?
}

extension ArchitectureSpec {
  /// Bytes of a memory that holds nothing but maps; zero where there is none.
  public var mapBuffer: Bytes {
    if let pipeline = cores?.pipeline { return pipeline.maps }
    guard let activations, activations.policy != .none, activations.memory != .persistent else {
      return .zero
    }
    return activations.capacity ?? .zero
  }

  /// How many such memories there are: one, or one of each core that hands rows to others.
  public var mapBuffers: Int { cores?.pipeline == nil ? 1 : cores?.total ?? 1 }

  /// The memory that keeps maps, nil where all go to DRAM.
  public var mapKeeper: ComponentID? {
    if cores?.pipeline != nil { return .mapBuffer }
    guard let activations, activations.policy != .none else { return nil }
    return activations.memory == .persistent ? .persistentBuffer : .mapBuffer
  }

  /// Bytes of the persistent buffer that maps take from weights.
  var mapsInPersistentBuffer: Bytes {
    guard let activations, activations.policy != .none, activations.memory == .persistent else {
      return .zero
    }
    return activations.capacity ?? .zero
  }

  /// Room for the weights of layers that run row by row.
  public var groupWeights: Bytes {
    activations?.weights ?? memory.weightBuffer
  }
}

extension MemorySpec {
  /// The weights' share of the buffer that holds them.
  fileprivate var weightBuffer: Bytes {
    buffers.reduce(.zero) {
      $1.holds.contains(.weight) ? $0 + Bytes($1.size.count / $1.holds.count) : $0
    }
  }
}

extension Architecture {
  /// The most that a memory for maps may have: more than any chip has (assumed).
  static let largestMapBuffer = Bytes(1 << 30)

  /// Checks that maps have the room that they are said to have.
  static func checkActivations(_ spec: ArchitectureSpec, _ reading: SpecReading) {
    guard let activations = spec.activations else { return }
    let persistent = spec.memory.persistentBuffer?.size ?? .zero
    if activations.policy == .none {
      for (key, value) in [("capacity", activations.capacity), ("weights", activations.weights)] {
        reading.expect(
          value == nil, "activations.\(key)", "`policy: none` keeps nothing on chip, leave out",
          restsOn: ["activations.policy"])
      }
      reading.expect(
        activations.memory == nil, "activations.memory",
        "`policy: none` keeps nothing on chip, leave out", restsOn: ["activations.policy"])
    } else if let capacity = activations.capacity {
      let isShared = activations.memory == .persistent
      let most = isShared ? persistent : largestMapBuffer
      reading.expect(
        !isShared || persistent > .zero, "activations.memory",
        "the design has no memory.persistent_buffer, expected `own`",
        restsOn: ["memory.persistent_buffer"])
      reading.expect(
        capacity > .zero && (capacity <= most || isShared && persistent == .zero),
        "activations.capacity",
        "expected 1 B to \(most), "
          + (isShared ? "all of memory.persistent_buffer, " : "") + "found \(capacity)",
        restsOn: ["memory.persistent_buffer"])
    } else {
      reading.expect(
        false, "activations",
        "missing key `capacity`: `policy: \(activations.policy.rawValue)` needs room for maps")
    }
    checkGroupWeights(activations, spec, reading)
    let names = activations.elsewhere ?? []
    for (index, name) in names.enumerated() {
      reading.expect(
        !names.prefix(index).contains { $0.word == name.word }, "activations.elsewhere[\(index)]",
        "`\(name.word)` a second time")
      reading.expect(
        !(spec.vectorUnit?.fused ?? []).contains { $0.word == name.word },
        "activations.elsewhere[\(index)]", "`\(name.word)` is in vector_unit.fused, too")
    }
    for (index, buffer) in spec.memory.buffers.enumerated() {
      reading.expect(
        buffer.name != ComponentID.mapBuffer.name, "memory.buffers[\(index)].name",
        "`\(buffer.name)` is a reserved name, that of the memory for maps in reports")
    }
  }

  private static func checkGroupWeights(
    _ activations: ActivationsSpec, _ spec: ArchitectureSpec, _ reading: SpecReading
  ) {
    guard let weights = activations.weights, activations.policy != .none else { return }
    reading.expect(
      activations.policy != .resident, "activations.weights",
      "only layers that run row by row need all their weights at once, leave out for "
        + "`policy: resident`", restsOn: ["activations.policy"])
    let most = spec.memory.weightBuffer + (spec.memory.persistentBuffer?.size ?? .zero)
    reading.expect(
      weights > .zero && weights <= most, "activations.weights",
      "expected 1 B to \(most), all that holds weights, found \(weights)",
      restsOn: ["memory.buffers", "memory.persistent_buffer"])
  }
}
