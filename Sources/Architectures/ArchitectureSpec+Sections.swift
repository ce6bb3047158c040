public import Components
public import Inputs
public import Units

/// One top-level key of an architecture file, decoded.
public enum ArchitectureSection: Sendable {
  /// `frequency`.
  case frequency(Frequency)
  /// `precision`.
  case precision(PrecisionSpec)
  /// `datapath`.
  case datapath(Choice)
  /// `memory`.
  case memory(MemorySpec)
  /// `layer_overhead`.
  case layerOverhead(Cycles)
  /// `depthwise_overhead`.
  case depthwiseOverhead(Cycles)
  /// `idle_power`.
  case idlePower(Milliwatts)
  /// `energy`.
  case energy(EnergyChoiceSpec)
  /// `area`.
  case area(String)
  /// `mapping`.
  case mapping(MappingSpec)
  /// `vector_unit`.
  case vectorUnit(VectorUnitSpec)
  /// `activations`.
  case activations(ActivationsSpec)
  /// `cores`.
  case cores(CoresSpec)
  /// `calibration`.
  case calibration(CalibrationSpec)
  /// `weight_decoder`.
  case weightDecoder(WeightDecoderSpec)

  /// Decodes the section called `key` of `file`; nil for a key that is not one of these.
  public init?(_ key: String, of file: SpecFile) throws(InputError) {
    guard let node = file.entry(key) else { return nil }
    let decoder = StrictDecoder()
    switch key {
    case "frequency": self = .frequency(try decoder.decode(Frequency.self, from: node, path: key))
    case "precision":
      self = .precision(try decoder.decode(PrecisionSpec.self, from: node, path: key))
    case "datapath": self = .datapath(try decoder.decode(Choice.self, from: node, path: key))
    case "memory": self = .memory(try decoder.decode(MemorySpec.self, from: node, path: key))
    case "layer_overhead":
      self = .layerOverhead(try decoder.decode(Cycles.self, from: node, path: key))
    case "depthwise_overhead":
      self = .depthwiseOverhead(try decoder.decode(Cycles.self, from: node, path: key))
    case "idle_power":
      self = .idlePower(try decoder.decode(Milliwatts.self, from: node, path: key))
    case "energy":
      self = .energy(try decoder.decode(EnergyChoiceSpec.self, from: node, path: key))
    case "area": self = .area(try decoder.decode(String.self, from: node, path: key))
    case "mapping":
      self = .mapping(try decoder.decode(MappingSpec.self, from: node, path: key))
    case "vector_unit":
      self = .vectorUnit(try decoder.decode(VectorUnitSpec.self, from: node, path: key))
    case "activations":
      self = .activations(try decoder.decode(ActivationsSpec.self, from: node, path: key))
    case "cores": self = .cores(try decoder.decode(CoresSpec.self, from: node, path: key))
    case "calibration":
      self = .calibration(try decoder.decode(CalibrationSpec.self, from: node, path: key))
    case "weight_decoder":
      self = .weightDecoder(try decoder.decode(WeightDecoderSpec.self, from: node, path: key))
    default: return nil
    }
  }
}

extension Architecture {
  /// The architecture of the file that `edited` gives, which differs from `file`, this one's, in
  /// `sections` only.
  ///
  /// Gives what `init(_:)` gives for the whole file, without decoding the other sections again; the
  /// file is asked for only where something is wrong, for its place.
  public func replacing(
    _ sections: [ArchitectureSection], of file: SpecFile,
    edited: () throws(InputError) -> SpecFile
  ) throws(InputError) -> Architecture {
    var spec = spec
    for section in sections {
      switch section {
      case .frequency(let value): spec.frequency = value
      case .precision(let value): spec.precision = value
      case .datapath(let value): spec.datapath = value
      case .memory(let value): spec.memory = value
      case .layerOverhead(let value): spec.layerOverhead = value
      case .depthwiseOverhead(let value): spec.depthwiseOverhead = value
      case .idlePower(let value): spec.idlePower = value
      case .energy(let value): spec.energy = value
      case .area(let value): spec.area = value
      case .mapping(let value): spec.mapping = value
      case .vectorUnit(let value): spec.vectorUnit = value
      case .activations(let value): spec.activations = value
      case .cores(let value): spec.cores = value
      case .calibration(let value): spec.calibration = value
      case .weightDecoder(let value): spec.weightDecoder = value
      }
    }
    return try Architecture(spec, of: file, edited: edited)
  }
}
