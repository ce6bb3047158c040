/// The fields of the ONNX messages that are read: number, name and how each is written.
///
/// Source: `onnx/onnx.proto` of the ONNX project, IR version 10. Fields that are not listed are
/// skipped, as protocol buffers prescribe.
struct WireSchema: Sendable {
  /// How the values of a field are written.
  enum Kind: Sendable {
    /// One whole number, or several in one length-delimited run.
    case varint
    /// One number of 4 bytes, or several in one run.
    case fixed32
    /// One number of 8 bytes, or several in one run.
    case fixed64
    /// Any bytes.
    case bytes
    /// The values of a tensor as bytes.
    case values
    /// UTF-8 text.
    case text
    /// A message of its own.
    indirect case message(WireSchema)
    /// A graph within a graph.
    case graph
  }

  /// One field.
  struct Field: Sendable {
    let name: String
    let kind: Kind
    let isRepeated: Bool
  }

  let fields: [Int: Field]

  init(_ fields: [(Int, String, Kind)]) {
    self.fields = Dictionary(
      uniqueKeysWithValues: fields.map { number, name, kind in
        let isRepeated = name.hasSuffix("[]")
        let plain = isRepeated ? String(name.dropLast(2)) : name
        return (number, Field(name: plain, kind: kind, isRepeated: isRepeated))
      })
  }
}

extension WireSchema {
  /// Fields of a tensor that `WireCheck` writes in place of large raw values.
  ///
  /// The first of their bytes in the file, and how many there are. No file has these fields, for those that are not
  /// listed are left out.
  static let (rawOffset, rawCount) = (1000, 1001)

  static let model = WireSchema([
    (1, "ir_version", .varint), (2, "producer_name", .text), (3, "producer_version", .text),
    (7, "graph", .message(graph)), (8, "opset_import[]", .message(operatorSet)),
    (25, "functions[]", .message(function)),
  ])
  static let operatorSet = WireSchema([(1, "domain", .text), (2, "version", .varint)])
  static let function = WireSchema([
    (1, "name", .text), (4, "input[]", .text), (5, "output[]", .text),
    (7, "node[]", .message(node)), (10, "domain", .text),
    (11, "attribute_proto[]", .message(attribute)),
  ])
  static let graph = WireSchema([
    (1, "node[]", .message(node)), (2, "name", .text), (5, "initializer[]", .message(tensor)),
    (11, "input[]", .message(valueInfo)), (12, "output[]", .message(valueInfo)),
    (13, "value_info[]", .message(valueInfo)), (15, "sparse_initializer[]", .bytes),
  ])
  static let node = WireSchema([
    (1, "input[]", .text), (2, "output[]", .text), (3, "name", .text), (4, "op_type", .text),
    (5, "attribute[]", .message(attribute)), (7, "domain", .text),
  ])
  static let attribute = WireSchema([
    (1, "name", .text), (2, "f", .fixed32), (3, "i", .varint), (4, "s", .bytes),
    (5, "t", .message(tensor)), (6, "g", .graph), (7, "floats[]", .fixed32), (8, "ints[]", .varint),
    (20, "type", .varint), (21, "ref_attr_name", .text),
  ])
  static let tensor = WireSchema([
    (1, "dims[]", .varint), (2, "data_type", .varint), (4, "float_data[]", .fixed32),
    (5, "int32_data[]", .varint), (7, "int64_data[]", .varint), (8, "name", .text),
    (9, "raw_data", .values), (10, "double_data[]", .fixed64),
    (13, "external_data[]", .message(entry)), (14, "data_location", .varint),
  ])
  static let entry = WireSchema([(1, "key", .text), (2, "value", .text)])
  static let valueInfo = WireSchema([(1, "name", .text), (2, "type", .message(type))])
  static let type = WireSchema([(1, "tensor_type", .message(tensorType))])
  static let tensorType = WireSchema([(1, "elem_type", .varint), (2, "shape", .message(shape))])
  static let shape = WireSchema([(1, "dim[]", .message(dimension))])
  static let dimension = WireSchema([(1, "dim_value", .varint), (2, "dim_param", .text)])
}
