/// A part of a design that takes energy or moves data: what counts and prices are keyed by.
///
/// Buffers are told apart by what they hold, not by what a file calls them.
public enum ComponentID: Hashable, Sendable {
  /// The multipliers.
  case multiply
  /// The adders.
  case add
  /// The registers of the array.
  case register
  /// The buffer that holds an operand; one that holds several goes by the first of them that its file
  /// names, see `BufferSpec.component`.
  case buffer(of: Operand)
  /// A memory between DRAM and the buffers, by its place in the file's list.
  case level(Int)
  /// The buffer that keeps weights across inferences.
  case persistentBuffer
  /// The memory for maps between layers.
  case mapBuffer
  /// The datapath's own memory.
  case localBuffer
  /// The lanes of the vector unit.
  case vector
  /// The vector unit's memory.
  case vectorBuffer
  /// The network between cores.
  case network
  /// The off-chip memory as a level of traffic.
  case dram
  /// Reads from the off-chip memory.
  case dramRead
  /// Writes to the off-chip memory.
  case dramWrite
  /// The static power of all buffers.
  case leakage
  /// What runs whether or not there is work: clock network and control.
  case idle
  /// What decodes weights.
  case weightDecoder

  /// The place of the component in a list of all 22, from 0 on; levels, of which there are at most four,
  /// come last but for the decoder.
  package var place: Int {
    switch self {
    case .multiply: 0
    case .add: 1
    case .register: 2
    case .buffer(of: .input): 3
    case .buffer(of: .weight): 4
    case .buffer(of: .output): 5
    case .persistentBuffer: 6
    case .mapBuffer: 7
    case .localBuffer: 8
    case .vector: 9
    case .vectorBuffer: 10
    case .dram: 11
    case .dramRead: 12
    case .dramWrite: 13
    case .leakage: 14
    case .idle: 15
    case .network: 16
    case .level(let index): 17 + index
    case .weightDecoder: 21
    }
  }

  /// Whether two are the same; asked for every level of every layer's traffic.
  public static func == (left: ComponentID, right: ComponentID) -> Bool {
    left.place == right.place
  }

  /// Hashes the place.
  public func hash(into hasher: inout Hasher) { hasher.combine(place) }

  /// The components that are called the same in every design.
  public static let named: [ComponentID] = [
    .dram, .dramRead, .dramWrite, .persistentBuffer, .multiply, .add, .register, .leakage,
    .idle, .weightDecoder,
  ]

  /// What reports call it, unless an architecture file or a datapath has a name for it.
  public var name: String {
    switch self {
    case .multiply: "multiply"
    case .add: "add"
    case .register: "register"
    case .buffer(let operand): "\(operand.rawValue)_buffer"
    case .level(let index): "level_\(index + 1)"
    case .localBuffer: "local_buffer"
    case .vector: "vector"
    case .vectorBuffer: "vector_buffer"
    case .network: "network"
    case .persistentBuffer: "persistent_buffer"
    case .mapBuffer: "map_buffer"
    case .dram: "dram"
    case .dramRead: "dram_read"
    case .dramWrite: "dram_write"
    case .leakage: "leakage"
    case .idle: "idle"
    case .weightDecoder: "weight_decoder"
    }
  }
}

extension BufferSpec {
  /// The component that the buffer is; a checked buffer holds something.
  public var component: ComponentID { .buffer(of: holds.first ?? .input) }
}
