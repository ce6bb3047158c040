public import Architectures
public import Units

/// Bytes of one operand through one memory level.
public struct LevelTraffic: Hashable, Sendable {
  /// The level.
  public let level: ComponentID
  /// What reports call it.
  public let name: String
  /// The operand.
  public let operand: Operand
  /// Bytes read from the level.
  public let read: Bytes
  /// Bytes written to the level.
  public let write: Bytes
}

/// Bits that one layer moves to and from DRAM.
public struct DRAMTraffic: Hashable, Sendable {
  /// What is moved.
  public enum Kind: Int, TallyKey {
    /// Input activations read, in the code of the link.
    case inputRead
    /// Weights read.
    case weightRead
    /// Outputs written, in the code of the link.
    case outputWrite
    /// Weights taken from the persistent buffer instead.
    case weightFromPersistent
    /// The same input activations as they are on chip.
    case inputDecoded
    /// The same outputs as they are on chip.
    case outputUncoded
    /// Of what passes links to levels, what results are added to.
    case termRead
  }

  private var counts = Tally<Kind, 7>()

  /// Makes a ledger in which nothing has moved.
  public init() {}

  /// The bits of one kind.
  public subscript(kind: Kind) -> Bits {
    get { Bits(counts[kind]) }
    set { counts[kind] = newValue.count }
  }

  /// All bits that pass the link to DRAM.
  public var moved: Bits { self[.inputRead] + self[.weightRead] + self[.outputWrite] }

  /// Adds `other`, `times` over.
  mutating func add(_ other: DRAMTraffic, times: Int) { counts.add(other.counts, times: times) }
}

/// Bits of maps that one layer moves on chip.
struct MapTraffic: Hashable, Sendable {
  /// What is moved.
  enum Kind: Int, TallyKey {
    /// Input read from the memory that keeps maps.
    case inputHeld
    /// Input written to its buffer, where that is not what is read from DRAM.
    case inputFilled
    /// Terms of sums that come from DRAM or from the memory that keeps maps.
    case terms
    /// Those of the memory that keeps maps.
    case termsHeld
    /// Results that stay.
    case kept
  }

  private var counts = Tally<Kind, 5>()

  /// The bits of one kind.
  subscript(kind: Kind) -> Bits {
    get { Bits(counts[kind]) }
    set { counts[kind] = newValue.count }
  }

  /// Adds `other`, `times` over.
  mutating func add(_ other: MapTraffic, times: Int) { counts.add(other.counts, times: times) }
}
