/// Finds the tensors in what a checkpoint's pickle spells, and what they are called.
///
/// Keys of mappings are joined with `/`, attributes of modules with `.`, so that a module has the names of
/// its state: `layer1.0.conv1.weight`, and a state within a mapping `state_dict/layer1.0.conv1.weight`.
struct CheckpointWalk {
  /// A tensor as the pickle describes it.
  struct Tensor {
    let name: String
    /// The key of its storage.
    let storage: String
    /// The format of one value, as safetensors names it.
    let type: String
    /// Values of the storage before its first one.
    let offset: Int
    let dimensions: [Int]
    let steps: [Int]

    /// Whether it has more elements than values lie between its first and its last one.
    var repeatsValues: Bool {
      var count = 1
      for extent in dimensions {
        let product = count.multipliedReportingOverflow(by: extent)
        if product.overflow { return true }
        count = product.partialValue
      }
      return last.map { count > $0 - offset + 1 } ?? true
    }

    /// The last value of the storage that it has, -1 for an empty tensor; nil where that overflows.
    var last: Int? {
      if dimensions.contains(0) { return -1 }
      var place = offset
      for (extent, step) in zip(dimensions, steps) {
        let reach = (extent - 1).multipliedReportingOverflow(by: step)
        let sum = place.addingReportingOverflow(reach.partialValue)
        guard !reach.overflow, !sum.overflow, sum.partialValue <= Int.max / 8 else { return nil }
        place = sum.partialValue
      }
      return place
    }
  }

  /// Most values visited: one may be named in many places.
  private static let mostVisits = 1 << 20
  /// Values within one another.
  private static let mostDepth = 64
  /// Parts of a module that its names leave out.
  private static let transparent: Set<String> = ["_modules", "_parameters", "_buffers"]

  /// The tensors in the order of the pickle.
  private(set) var tensors: [Tensor] = []
  /// The format of every storage.
  private(set) var storages: [String: String] = [:]

  private let pickle: Pickle
  private var visits = 0

  init(_ pickle: Pickle, file: String, path: String) throws(InputError) {
    self.pickle = pickle
    do throws(PickleFault) {
      try walk(pickle.root, "", depth: 0)
    } catch {
      throw InputError(error.message, file: file, path: path)
    }
  }

  private mutating func walk(_ place: Int, _ name: String, depth: Int) throws(PickleFault) {
    visits += 1
    guard visits <= Self.mostVisits else {
      throw PickleFault("names more than \(Self.mostVisits) values")
    }
    guard depth <= Self.mostDepth else {
      throw PickleFault("values deeper than \(Self.mostDepth) within one another")
    }
    switch pickle.values[place] {
    case .mapping(let mapping):
      for entry in mapping.entries {
        guard let key = key(entry.key) else { continue }
        try walk(entry.value, name.isEmpty ? key : "\(name)/\(key)", depth: depth + 1)
      }
    case .list(let list):
      for (index, item) in list.items.enumerated() {
        try walk(item, name.isEmpty ? "\(index)" : "\(name)/\(index)", depth: depth + 1)
      }
    case .call(let call):
      if try tensor(call, name, depth: depth) { return }
      guard let state = call.state, case .mapping(let mapping) = pickle.values[state] else {
        return
      }
      try attributes(mapping.entries, name, depth: depth)
    case .other, .truth, .integer, .text, .global, .persistent: break
    }
  }

  /// What a module holds: its parameters, and the modules within it.
  private mutating func attributes(
    _ entries: [(key: Int, value: Int)], _ name: String, depth: Int
  ) throws(PickleFault) {
    for entry in entries {
      guard let key = key(entry.key) else { continue }
      if Self.transparent.contains(key), case .mapping(let inner) = pickle.values[entry.value] {
        guard depth < Self.mostDepth else {
          throw PickleFault("values deeper than \(Self.mostDepth) within one another")
        }
        try attributes(inner.entries, name, depth: depth + 1)
      } else {
        try walk(entry.value, name.isEmpty ? key : "\(name).\(key)", depth: depth + 1)
      }
    }
  }

  private func key(_ place: Int) -> String? {
    switch pickle.values[place] {
    case .text(let text): text
    case .integer(let number): "\(number)"
    default: nil
    }
  }

  /// Takes a call that makes a tensor; false for another one.
  private mutating func tensor(
    _ call: Pickle.Call, _ name: String, depth: Int
  ) throws(PickleFault) -> Bool {
    guard case .global(let function) = pickle.values[call.function],
      case .list(let list) = pickle.values[call.arguments]
    else { return false }
    let arguments = list.items
    switch function {
    case "torch._tensor._rebuild_from_type_v2":
      // A function, a class, what the function is given, and what is set on the result.
      guard arguments.count >= 3, depth < Self.mostDepth else {
        throw PickleFault("`\(name)`: no tensor of a function and what it is given")
      }
      return try tensor(
        Pickle.Call(function: arguments[0], arguments: arguments[2]), name, depth: depth + 1)
    case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
      guard let data = arguments.first else { throw PickleFault("a parameter without values") }
      try walk(data, name, depth: depth + 1)
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2",
      "torch._utils._rebuild_tensor_v3":
      guard arguments.count >= 4, let storage = try storage(arguments[0]),
        case .integer(let offset) = pickle.values[arguments[1]], offset >= 0,
        let dimensions = numbers(arguments[2]), let steps = numbers(arguments[3]),
        dimensions.count == steps.count
      else { throw PickleFault("`\(name)`: no tensor of a storage, an offset, extents and steps") }
      var type = storage.type
      if function.hasSuffix("v3"), arguments.count >= 7,
        case .global(let word) = pickle.values[arguments[6]]
      {
        type = Self.formats[String(word.dropFirst("torch.".count))] ?? word
      }
      tensors.append(
        Tensor(
          name: name, storage: storage.key, type: type, offset: offset, dimensions: dimensions,
          steps: steps))
    default: return false
    }
    return true
  }

  /// The key and the format of what `('storage', class, key, device, size)` means.
  private mutating func storage(
    _ place: Int
  ) throws(PickleFault) -> (key: String, type: String)? {
    guard case .persistent(let description) = pickle.values[place],
      case .list(let list) = pickle.values[description], list.items.count >= 5,
      case .text("storage") = pickle.values[list.items[0]],
      case .global(let kind) = pickle.values[list.items[1]],
      case .text(let key) = pickle.values[list.items[2]]
    else { return nil }
    if list.items.count > 5 {
      guard case .other = pickle.values[list.items[5]] else {
        throw PickleFault("storage \(key): a part of another storage, which is not read")
      }
    }
    let word = kind.split(separator: ".").last.map(String.init) ?? kind
    let type = Self.classes[word] ?? word
    storages[key] = type
    return (key, type)
  }

  private func numbers(_ place: Int) -> [Int]? {
    guard case .list(let list) = pickle.values[place], list.items.count <= 64 else { return nil }
    var result: [Int] = []
    for item in list.items {
      guard case .integer(let number) = pickle.values[item], (0...Int.max >> 8).contains(number)
      else { return nil }
      result.append(number)
    }
    return result
  }

  /// Formats by the classes of storages.
  private static let classes = [
    "DoubleStorage": "F64", "FloatStorage": "F32", "HalfStorage": "F16", "BFloat16Storage": "BF16",
    "CharStorage": "I8", "ByteStorage": "U8", "ShortStorage": "I16", "IntStorage": "I32",
    "LongStorage": "I64", "BoolStorage": "BOOL",
  ]

  /// Formats by the words of PyTorch.
  private static let formats = [
    "float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "int8": "I8",
    "uint8": "U8", "int16": "I16", "int32": "I32", "int64": "I64", "bool": "BOOL", "uint16": "U16",
    "uint32": "U32", "uint64": "U64", "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2",
  ]
}
