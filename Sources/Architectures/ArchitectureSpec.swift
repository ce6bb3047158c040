public import Components
public import Units

/// An accelerator as its file describes it.
public struct ArchitectureSpec: Codable, Hashable, Sendable {
  /// The name, equal to the file's.
  public let name: String
  /// One sentence for `umemaki list`.
  public let summary: String
  /// Where the figures come from.
  public let source: String
  /// The clock of array and buffers.
  public internal(set) var frequency: Frequency
  /// Operand widths.
  public internal(set) var precision: PrecisionSpec
  /// The compute array.
  public internal(set) var datapath: Choice
  /// Buffers and links.
  public internal(set) var memory: MemorySpec
  /// Cycles that every layer costs before its first transfer, such as a driver call.
  public internal(set) var layerOverhead: Cycles
  /// The same for a depthwise layer, such as 0 where it is fused with its neighbour; as much as
  /// any other layer when left out.
  public internal(set) var depthwiseOverhead: Cycles?
  /// Power of what runs whether or not there is work, such as the clock network and control, for as
  /// long as an inference takes; none when left out.
  public internal(set) var idlePower: Milliwatts?
  /// Energy table and DRAM preset.
  public internal(set) var energy: EnergyChoiceSpec
  /// Name of a file in `arch/area`; the design has no area when left out.
  public internal(set) var area: String?
  /// How layers are cut for the buffers; by the datapath's own rule when left out.
  public internal(set) var mapping: MappingSpec?
  /// The unit for the work between matrix products, which is fused and free when left out.
  public internal(set) var vectorUnit: VectorUnitSpec?
  /// Where maps between layers are kept; all in DRAM when left out.
  public internal(set) var activations: ActivationsSpec?
  /// How many of these arrays with their buffers there are, and what joins them; one when left out.
  public internal(set) var cores: CoresSpec?
  /// What the device sustains of its data sheet, as measured; all of it when left out.
  public internal(set) var calibration: CalibrationSpec?
  /// What decodes weights that a codec stores; none when left out.
  public internal(set) var weightDecoder: WeightDecoderSpec?
  /// Values that no source gives; the model does not read it.
  public let assumed: [AssumedSpec]?

  /// The same architecture with other words for its array and its rule.
  public func replacing(datapath: Choice, mapping: Choice?) -> ArchitectureSpec {
    var spec = replacing(mapping: mapping.map { MappingSpec($0) })
    spec.datapath = datapath
    return spec
  }

  /// The same architecture with another mapping rule.
  public func replacing(mapping: MappingSpec?) -> ArchitectureSpec {
    var spec = self
    spec.mapping = mapping
    return spec
  }
}

/// Operand widths.
public struct PrecisionSpec: Codable, Hashable, Sendable {
  /// Bits of an input activation.
  public let input: Bits
  /// Bits of a weight.
  public let weight: Bits
  /// Bits of an output activation.
  public let output: Bits
  /// Bits of a partial sum.
  public let accumulator: Bits
}

/// Which tables price the counted actions.
public struct EnergyChoiceSpec: Codable, Hashable, Sendable {
  /// Name of a file in `arch/energy`.
  public let table: String
  /// Name of a file in `arch/energy/dram`.
  public let dram: String
}

/// The memory system.
public struct MemorySpec: Codable, Hashable, Sendable {
  /// The off-chip memory.
  public let dram: DRAMSpec
  /// The link of each operand to the memory outside of its buffer.
  public private(set) var transfers: TransfersSpec
  /// Memories between DRAM and the buffers, from DRAM inwards; none when left out.
  public let levels: [MemoryLevelSpec]
  /// On-chip buffers.
  public internal(set) var buffers: [BufferSpec]
  /// Holds weights across inferences; absent where the design has none.
  public let persistentBuffer: PersistentBufferSpec?
  /// Whether quantized weights are stored at their own width; false when left out.
  public let packsWeights: Bool

  enum CodingKeys: String, CodingKey {
    case dram, transfers, levels, buffers, persistentBuffer, packsWeights
  }

  /// Decodes the memory system, filling in the defaults named above.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    dram = try values.decode(DRAMSpec.self, forKey: .dram)
    transfers = try values.decode(TransfersSpec.self, forKey: .transfers)
    levels = try values.decodeIfPresent([MemoryLevelSpec].self, forKey: .levels) ?? []
    buffers = try values.decode([BufferSpec].self, forKey: .buffers)
    persistentBuffer = try values.decodeIfPresent(
      PersistentBufferSpec.self, forKey: .persistentBuffer)
    packsWeights = try values.decodeIfPresent(Bool.self, forKey: .packsWeights) ?? false
    transfers.input.fill(supply(source(of: .input, inside: nil)).bandwidth)
    transfers.weight.fill(supply(source(of: .weight, inside: nil)).bandwidth)
    transfers.output.fill(supply(source(of: .output, inside: nil)).bandwidth)
  }
}

/// The off-chip memory.
public struct DRAMSpec: Codable, Hashable, Sendable {
  /// What all links together may draw.
  public let bandwidth: Bandwidth
  /// Whether reads and writes have ports of their own or take turns on one.
  public let ports: Ports

  /// How reads and writes reach the memory.
  public enum Ports: String, Codable, CaseIterable, Sendable {
    /// Reads and writes proceed side by side.
    case separate
    /// One transfer at a time.
    case shared
  }
}

/// One link per operand.
public struct TransfersSpec: Codable, Hashable, Sendable {
  /// Input activations, from DRAM.
  public internal(set) var input: TransferSpec
  /// Weights, from DRAM.
  public internal(set) var weight: TransferSpec
  /// Output activations, to DRAM.
  public internal(set) var output: TransferSpec
}

/// The link of one operand.
public struct TransferSpec: Codable, Hashable, Sendable {
  /// Rate of the link; that of the memory outside when left out.
  public private(set) var bandwidth: Bandwidth
  /// What the transfer may overlap with.
  public let overlap: Overlap
  /// Channels are padded in DRAM to a multiple of this; 1 for a dense layout.
  public let channelAlignment: Int
  /// What the transfer of a map leaves out where windows are farther apart than they are wide.
  ///
  /// Rows when left out; only inputs have windows.
  public let gather: Gather
  /// How maps are coded on the link; as they are when left out.
  ///
  /// Weights are never coded.
  public let compression: CompressionSpec?

  enum CodingKeys: String, CodingKey {
    case bandwidth, overlap, channelAlignment, gather, compression
  }

  /// Whether the rate is still to be that of the memory outside, which the link does not know.
  private var isOpen = false

  /// Decodes the link, filling in the defaults named above but that of the rate.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let stated = try values.decodeIfPresent(Bandwidth.self, forKey: .bandwidth)
    bandwidth = stated ?? .unlimited
    isOpen = stated == nil
    overlap = try values.decode(Overlap.self, forKey: .overlap)
    channelAlignment = try values.decode(Int.self, forKey: .channelAlignment)
    gather = try values.decodeIfPresent(Gather.self, forKey: .gather) ?? .rows
    compression = try values.decodeIfPresent(CompressionSpec.self, forKey: .compression)
  }

  /// Takes the rate of the memory outside where none is stated.
  mutating func fill(_ supply: Bandwidth) {
    guard isOpen else { return }
    (bandwidth, isOpen) = (supply, false)
  }

  /// What the transfer of a map leaves out where a stride is beyond the kernel.
  public enum Gather: String, Codable, CaseIterable, Sendable {
    /// Nothing: every row from the first to the last one that a window touches is read, as a line
    /// buffer takes them in.
    case none
    /// Rows that no window touches; of the others every column is read.
    case rows
    /// Rows and columns that no window touches.
    case pixels
  }

  /// What a transfer may overlap with.
  public enum Overlap: String, Codable, CaseIterable, Sendable {
    /// Nothing: the array waits.
    case none
    /// The computation of the tile before (loads) or after (stores), in the other buffer half.
    case pingPong = "ping-pong"
    /// The computation of its own tile, element by element.
    case streaming
  }
}

/// An operand of a layer.
public enum Operand: String, Codable, CaseIterable, Sendable {
  /// Input activations.
  case input
  /// Weights.
  case weight
  /// Output activations and partial sums.
  case output
}

/// One on-chip buffer.
public struct BufferSpec: Codable, Hashable, Sendable {
  /// Name in reports.
  public let name: String
  /// The operands kept in it.
  public let holds: [Operand]
  /// Capacity, both halves together.
  public let size: Bytes
  /// Whether half of it is filled while the other half is used.
  public let pingPong: Bool
  /// Banks that input and output share, as many each as a layer needs; nil for equal shares.
  public let banks: Int?
}

/// The buffer that keeps a sub-graph's weights across inferences.
public struct PersistentBufferSpec: Codable, Hashable, Sendable {
  /// Capacity.
  public let size: Bytes
}
