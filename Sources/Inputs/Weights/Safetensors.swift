/// A file of safetensors: a length, a header in JSON, and the values one tensor behind the other.
///
/// Source: the format's description in the repository huggingface/safetensors.
struct Safetensors: TensorFile {
  static let word = "a safetensors file"
  /// Longest header accepted, in bytes; the format allows 100 MB, models have less than a tenth of this.
  private static let headerLimit = 16 << 20

  let path: String
  let found: WeightContents
  private let tensors: [String: RawTensor]

  /// Reads the header of the file at `path`; throws where it does not fit the file.
  init(path: String) throws(InputError) {
    self.path = path
    let size = try InputFile.check(path)
    let lead = try InputFile.read(path, limit: 7)
    guard lead.count >= 8 else { throw InputError("is too short for safetensors", file: path) }
    let length = lead.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(Self.headerLimit), length <= UInt64(max(0, size - 8)) else {
      throw InputError(
        "its first 8 bytes announce a header of \(length) bytes, the file has \(size): it is no "
          + "safetensors file, or cut short; at most 16 MiB of header are read", file: path)
    }
    let bytes = try RawTensor.bytes(path, at: 8, count: Int(length))
    let header = try JSONText(bytes: bytes, file: path)
    guard case .mapping(let members) = header.root.content else {
      throw InputError("its header is no mapping", file: path)
    }
    let start = 8 + Int(length)
    let isTorch = header.root["__metadata__"]?["format"]?.text == "pt"
    var contents = WeightContents()
    var tensors: [String: RawTensor] = [:]
    for (name, node) in members where name != "__metadata__" {
      let tensor = try Self.tensor(node, name, start: start, size: size, path)
      if contents.add(tensor, layout: isTorch ? .oihw : nil) { tensors[name] = tensor }
    }
    contents.sort()
    found = contents
    self.tensors = tensors
  }

  private static func tensor(
    _ node: JSONNode, _ name: String, start: Int, size: Int, _ path: String
  ) throws(InputError) -> RawTensor {
    func fault(_ message: String) -> InputError { InputError(message, file: path, path: name) }
    func numbers(_ key: String) throws(InputError) -> [Int] {
      guard case .list(let items)? = node[key]?.content else {
        throw fault("has no list `\(key)`")
      }
      var result: [Int] = []
      for item in items {
        guard case .number(let text) = item.content, let value = Int(text), value >= 0 else {
          throw fault("`\(key)`: expected whole numbers, found \(item.word)")
        }
        result.append(value)
      }
      return result
    }
    guard let type = node["dtype"]?.text, let width = RawTensor.width(type) else {
      throw fault("has no known `dtype`")
    }
    let dimensions = try numbers("shape")
    let offsets = try numbers("data_offsets")
    var bytes = width
    for dimension in dimensions {
      let next = bytes.multipliedReportingOverflow(by: dimension)
      guard !next.overflow else { throw fault("the dimensions overflow") }
      bytes = next.partialValue
    }
    guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] - offsets[0] == bytes else {
      throw fault("its values take \(bytes) bytes, `data_offsets` give it others")
    }
    guard offsets[1] <= size - start else {
      throw fault("its values lie beyond the end of the file, which is cut short")
    }
    return RawTensor(
      path: path, name: name, type: type, start: start + offsets[0], dimensions: dimensions)
  }

  func open(_ tensor: TensorDescription) throws(InputError) -> any TensorBlocks {
    guard let found = tensors[tensor.dataset] else {
      throw InputError("is not there", file: path, path: tensor.dataset)
    }
    return found
  }
}
