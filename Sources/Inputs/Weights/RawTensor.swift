import Glibc

/// A tensor whose values lie in a file as they are, little end first.
struct RawTensor: TensorBlocks {
  /// Most bytes read at once for a box whose values do not lie beside one another.
  private static let spanLimit = 1 << 30

  /// The file.
  let path: String
  /// What messages and workloads call it.
  let name: String
  /// The format of one value, as safetensors names it.
  let type: String
  /// The byte where the first value begins.
  let start: Int
  /// The extents.
  let dimensions: [Int]
  /// Values from one element of a dimension to the next.
  let steps: [Int]

  /// A tensor whose last dimension lies closest together, or as `steps` say.
  ///
  /// The caller has checked that all of its values lie in the file and that sums do not overflow.
  init(
    path: String, name: String, type: String, start: Int, dimensions: [Int], steps: [Int]? = nil
  ) {
    self.path = path
    self.name = name
    self.type = type
    self.start = start
    self.dimensions = dimensions
    var dense = [Int](repeating: 1, count: dimensions.count)
    for index in dimensions.indices.dropLast().reversed() {
      // A tensor without elements may have extents whose product does not fit.
      dense[index] = dense[index + 1] &* dimensions[index + 1]
    }
    self.steps = steps ?? dense
  }

  /// The bytes of one value by the name of its format, nil for one that is not known.
  static func width(_ type: String) -> Int? {
    switch type {
    case "F64", "I64", "U64": 8
    case "F32", "I32", "U32": 4
    case "F16", "BF16", "I16", "U16": 2
    case "I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2": 1
    default: nil
    }
  }

  /// The format of values that can be weights, nil for others.
  var elementType: ElementType? {
    switch type {
    case "F64": .float64
    case "F32": .float32
    case "F16": .float16
    case "BF16": .bfloat16
    case "I8": .int8
    default: nil
    }
  }

  func close() {}

  /// Reads the bytes from the first to the last value of the box and picks those of the box.
  func block(start: [Int], extents: [Int]) throws(InputError) -> [Float] {
    let first = zip(start, steps).reduce(0) { $0 + $1.0 * $1.1 }
    let last = zip(zip(start, extents), steps).reduce(0) { $0 + ($1.0.0 + $1.0.1 - 1) * $1.1 }
    let width = Self.width(type) ?? 1
    guard (last - first + 1) * width <= Self.spanLimit else {
      throw InputError(
        "a part of it lies within more than 1 GiB of other values", file: path, path: name)
    }
    let bytes = try Self.bytes(
      path, at: self.start + first * width, count: (last - first + 1) * width)
    var values: [Float] = []
    values.reserveCapacity(extents.reduce(1, *))
    let inner = extents.last ?? 1
    let step = steps.last ?? 1
    let rows = extents.dropLast().reduce(1, *)
    var counters = [Int](repeating: 0, count: max(0, extents.count - 1))
    bytes.withUnsafeBytes { raw in
      for _ in 0..<rows {
        let place = zip(counters, steps).reduce(0) { $0 + $1.0 * $1.1 }
        for index in 0..<inner { values.append(Self.value(raw, place + index * step, type)) }
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
      return Float(half: UInt16(littleEndian: bits))
    case "BF16":
      let bits = raw.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
      return Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
    default: return Float(Int8(bitPattern: raw[index]))
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

extension WeightContents {
  /// Nothing yet.
  init() { self.init(tensors: [], others: [], unsupported: [], isSynthetic: false) }

  /// Lists a tensor as what it can be used as; true where it can be read as a kernel.
  mutating func add(_ tensor: RawTensor, layout: WeightLayout?) -> Bool {
    let rank = tensor.dimensions.count
    guard rank >= 2 else {
      others.append(tensor.name)
      return false
    }
    guard rank == 2 || rank == 4 else {
      return refuse(tensor, "has rank \(rank), expected 2 or 4")
    }
    guard let type = tensor.elementType else {
      return refuse(tensor, "holds \(tensor.type), expected F16, BF16, F32, F64 or I8")
    }
    guard !tensor.dimensions.contains(0) else {
      return refuse(tensor, "has a dimension of 0")
    }
    tensors.append(
      TensorDescription(
        dataset: tensor.name, dimensions: tensor.dimensions, elementType: type, layout: layout))
    return true
  }

  private mutating func refuse(_ tensor: RawTensor, _ reason: String) -> Bool {
    unsupported.append(UnsupportedDataset(dataset: tensor.name, reason: reason))
    return false
  }

  /// Puts everything in the order of names.
  mutating func sort() {
    tensors.sort { $0.dataset < $1.dataset }
    others.sort()
    unsupported.sort { $0.dataset < $1.dataset }
  }
}
