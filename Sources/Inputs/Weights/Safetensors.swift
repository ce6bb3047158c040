import Glibc

/// A file of safetensors: a length, a header in JSON, and the values one tensor behind the other.
///
/// Source: the format's description in the repository huggingface/safetensors.
struct Safetensors: HDF5Source {
  /// Longest header accepted, in bytes; the format allows 100 MB, models have less than a tenth of this.
  private static let headerLimit = 16 << 20
  /// Most bytes read at once for a box whose values do not lie beside one another.
  private static let spanLimit = 1 << 30

  /// Where a tensor's values lie.
  private struct Extent {
    let type: String
    let start: Int
    let dimensions: [Int]
  }

  private let path: String
  private let found: WeightContents
  private let extents: [String: Extent]

  /// The bytes of one value by the name of its format.
  private static func width(_ type: String) -> Int? {
    switch type {
    case "F64", "I64", "U64": 8
    case "F32", "I32", "U32": 4
    case "F16", "BF16", "I16", "U16": 2
    case "I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2": 1
    default: nil
    }
  }

  private static func elementType(_ type: String) -> ElementType? {
    switch type {
    case "F64": .float64
    case "F32": .float32
    case "F16": .float16
    case "BF16": .bfloat16
    case "I8": .int8
    default: nil
    }
  }

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
    let bytes = try Self.bytes(path, at: 8, count: Int(length))
    let header = try JSONText(bytes: bytes, file: path)
    guard case .mapping(let members) = header.root.content else {
      throw InputError("its header is no mapping", file: path)
    }
    let start = 8 + Int(length)
    let isTorch = header.root["__metadata__"]?["format"]?.text == "pt"
    var contents = WeightContents(tensors: [], others: [], unsupported: [], isSynthetic: false)
    var extents: [String: Extent] = [:]
    for (name, node) in members where name != "__metadata__" {
      let extent = try Self.extent(node, name, start: start, size: size, path)
      guard extent.dimensions.count >= 2 else {
        contents.others.append(name)
        continue
      }
      let rank = extent.dimensions.count
      guard rank == 2 || rank == 4 else {
        contents.unsupported.append(
          UnsupportedDataset(dataset: name, reason: "has rank \(rank), expected 2 or 4"))
        continue
      }
      guard let type = Self.elementType(extent.type) else {
        contents.unsupported.append(
          UnsupportedDataset(
            dataset: name,
            reason: "holds \(extent.type), expected F16, BF16, F32, F64 or I8"))
        continue
      }
      guard !extent.dimensions.contains(0) else {
        contents.unsupported.append(
          UnsupportedDataset(dataset: name, reason: "has a dimension of 0"))
        continue
      }
      extents[name] = extent
      contents.tensors.append(
        TensorDescription(
          dataset: name, dimensions: extent.dimensions, elementType: type,
          layout: isTorch ? .oihw : nil))
    }
    contents.tensors.sort { $0.dataset < $1.dataset }
    contents.others.sort()
    contents.unsupported.sort { $0.dataset < $1.dataset }
    found = contents
    self.extents = extents
  }

  private static func extent(
    _ node: JSONNode, _ name: String, start: Int, size: Int, _ path: String
  ) throws(InputError) -> Extent {
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
    guard let type = node["dtype"]?.text, let width = width(type) else {
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
    return Extent(type: type, start: start + offsets[0], dimensions: dimensions)
  }

  // MARK: Questions

  func contents() throws(InputError) -> WeightContents { found }

  func names() throws(InputError) -> [String] { throw noTable }

  func attribute(_ name: String) throws(InputError) -> String? { throw noTable }

  func array(_ name: String) throws(InputError) -> StoredArray { throw noTable }

  private var noTable: InputError {
    InputError("is a safetensors file, expected HDF5", file: path)
  }

  func open(_ tensor: TensorDescription) throws(InputError) -> any TensorBlocks {
    guard let extent = extents[tensor.dataset] else {
      throw InputError("is not there", file: path, path: tensor.dataset)
    }
    return Blocks(path: path, name: tensor.dataset, extent: extent)
  }

  /// A tensor of the file.
  private struct Blocks: TensorBlocks {
    let path: String
    let name: String
    let extent: Extent

    func close() {}

    /// Reads the bytes from the first to the last value of the box and picks those of the box.
    func block(start: [Int], extents: [Int]) throws(InputError) -> [Float] {
      let dimensions = extent.dimensions
      var steps = [Int](repeating: 1, count: dimensions.count)
      for index in dimensions.indices.dropLast().reversed() {
        steps[index] = steps[index + 1] * dimensions[index + 1]
      }
      let first = zip(start, steps).reduce(0) { $0 + $1.0 * $1.1 }
      let last = zip(zip(start, extents), steps).reduce(0) { $0 + ($1.0.0 + $1.0.1 - 1) * $1.1 }
      let width = Safetensors.width(extent.type) ?? 1
      guard (last - first + 1) * width <= Safetensors.spanLimit else {
        throw InputError(
          "a part of it lies within more than 1 GiB of other values", file: path, path: name)
      }
      let bytes = try Safetensors.bytes(
        path, at: extent.start + first * width, count: (last - first + 1) * width)
      var values: [Float] = []
      values.reserveCapacity(extents.reduce(1, *))
      let inner = extents.last ?? 1
      let rows = extents.dropLast().reduce(1, *)
      var counters = [Int](repeating: 0, count: max(0, extents.count - 1))
      bytes.withUnsafeBytes { raw in
        for _ in 0..<rows {
          let place = zip(counters, steps).reduce(0) { $0 + $1.0 * $1.1 }
          for index in 0..<inner { values.append(Self.value(raw, place + index, extent.type)) }
          for index in counters.indices.reversed() {
            counters[index] += 1
            if counters[index] < extents[index] { break }
            counters[index] = 0
          }
        }
      }
      return values
    }

    private static func value(
      _ raw: UnsafeRawBufferPointer, _ index: Int, _ type: String
    ) -> Float {
      switch type {
      case "F64":
        let bits = raw.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
        return Float(Double(bitPattern: UInt64(littleEndian: bits)))
      case "F32":
        let bits = raw.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
        return Float(bitPattern: UInt32(littleEndian: bits))
      case "F16":
        let bits = raw.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
        return half(UInt16(littleEndian: bits))
      case "BF16":
        let bits = raw.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
        return Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
      default: return Float(Int8(bitPattern: raw[index]))
      }
    }

    /// An IEEE half as a single.
    private static func half(_ bits: UInt16) -> Float {
      let sign: Float = bits >> 15 == 1 ? -1 : 1
      let exponent = Int(bits >> 10 & 0x1F)
      let mantissa = Float(bits & 0x3FF)
      switch exponent {
      case 0: return sign * mantissa * 0x1p-24
      case 31: return mantissa == 0 ? sign * .infinity : .nan
      default:
        return sign
          * Float(sign: .plus, exponent: exponent - 15, significand: 1 + mantissa / 1024)
      }
    }
  }

  /// Some bytes of a file.
  static func bytes(_ path: String, at offset: Int, count: Int) throws(InputError) -> [UInt8] {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw InputFile.failure(path, errno) }
    defer { Glibc.close(descriptor) }
    var done = 0
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while done < count, let base = buffer.baseAddress {
        let read = pread(descriptor, base + done, count - done, off_t(offset + done))
        if read < 0, errno == EINTR { continue }
        if read < 0 { code = errno }
        guard read > 0 else { break }
        done += read
      }
      initialized = done
    }
    if code != 0 { throw InputFile.failure(path, code) }
    guard done == count else {
      throw InputError("ends early, the file is cut short", file: path)
    }
    return bytes
  }
}
