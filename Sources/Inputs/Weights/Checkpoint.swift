/// The tensors of a checkpoint of PyTorch, `torch.save` or `torch.jit.save`.
///
/// An archive holds a pickle that says what the tensors are called and where their values lie, and each
/// storage as a member. Nothing of the pickle is run: calls that make a tensor of a storage are read, all
/// others are left as they are.
///
/// Source: `torch/serialization.py`, `torch/_utils.py` (`_rebuild_tensor_v2`, `_rebuild_parameter`) and
/// `caffe2/serialize/inline_container.cc` of pytorch/pytorch.
struct Checkpoint: TensorFile {
  static let word = "a checkpoint of PyTorch"
  /// Largest pickle accepted, in bytes; those of models have less than a tenth of it.
  static let pickleLimit = 4 << 20

  let path: String
  let found: WeightContents
  private let tensors: [String: RawTensor]

  /// What an archive with a checkpoint in it is called inside; nil where there is none.
  static func prefix(of archive: ZIPArchive) -> String? {
    let pickles = archive.names.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
    return pickles.min { ($0.utf8.count, $0) < ($1.utf8.count, $1) }.map {
      String($0.dropLast("data.pkl".count))
    }
  }

  /// Reads the checkpoint in an archive whose members begin with `prefix`.
  init(_ archive: ZIPArchive, prefix: String) throws(InputError) {
    path = archive.path
    let member = prefix + "data.pkl"
    let place = try archive.data(member)
    guard place.size <= Self.pickleLimit else {
      throw InputError(
        "larger than \(Self.pickleLimit >> 20) MiB, too large for the names of weights",
        file: archive.path, path: member)
    }
    if archive.holds(prefix + "byteorder") {
      let order = try archive.data(prefix + "byteorder")
      let word = try RawTensor.bytes(archive.path, at: order.offset, count: min(order.size, 16))
      guard word.elementsEqual("little".utf8) else { throw Self.bigEndian(archive.path) }
    }
    let bytes = try RawTensor.bytes(archive.path, at: place.offset, count: place.size)
    let pickle = try Pickle(bytes, file: archive.path, path: member)
    let walk = try CheckpointWalk(pickle, file: archive.path, path: member)
    var storages: [String: (offset: Int, size: Int)] = [:]
    for tensor in walk.tensors where storages[tensor.storage] == nil {
      storages[tensor.storage] = try archive.data("\(prefix)data/\(tensor.storage)")
    }
    (found, tensors) = try Self.contents(walk.tensors, storages, archive.path)
  }

  /// Reads a checkpoint of the form before PyTorch 1.6: pickles, and behind them the storages.
  init(legacyAt path: String) throws(InputError) {
    self.path = path
    let size = try InputFile.check(path)
    let bytes = try InputFile.read(path, limit: Self.pickleLimit)
    func pickle(at offset: Int) throws(InputError) -> Pickle {
      try Pickle(bytes, at: offset, file: path, path: "")
    }
    let version = try pickle(at: try pickle(at: 0).end)
    let system = try pickle(at: version.end)
    if case .mapping(let mapping) = system.values[system.root] {
      for entry in mapping.entries {
        if case .text("little_endian") = system.values[entry.key],
          case .truth(false) = system.values[entry.value]
        {
          throw Self.bigEndian(path)
        }
      }
    }
    let content = try pickle(at: system.end)
    let walk = try CheckpointWalk(content, file: path, path: "")
    let keys = try pickle(at: content.end)
    let storages = try Self.legacyStorages(keys, walk, path, size)
    (found, tensors) = try Self.contents(walk.tensors, storages, path)
  }

  /// Whether a file begins as a checkpoint before PyTorch 1.6 does: with a pickle of a number.
  static func isLegacy(_ lead: [UInt8]) -> Bool {
    lead.starts(with: [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8])
  }

  private static func bigEndian(_ path: String) -> InputError {
    InputError("its values have their high byte first, which is not read", file: path)
  }

  /// Where the storages lie: in the order of their keys, each behind the number of its values.
  private static func legacyStorages(
    _ keys: Pickle, _ walk: CheckpointWalk, _ path: String, _ size: Int
  ) throws(InputError) -> [String: (offset: Int, size: Int)] {
    guard case .list(let list) = keys.values[keys.root] else {
      throw InputError("its storages are not listed", file: path)
    }
    var result: [String: (offset: Int, size: Int)] = [:]
    var offset = keys.end
    for item in list.items {
      guard case .text(let key) = keys.values[item], let type = walk.storages[key],
        let width = RawTensor.width(type)
      else {
        throw InputError("a storage that no tensor with a known format reads", file: path)
      }
      guard offset + 8 <= size else {
        throw InputError("ends early, the file is cut short", file: path)
      }
      let lead = try RawTensor.bytes(path, at: offset, count: 8)
      let count = lead.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard count <= UInt64((size - offset - 8) / width) else {
        throw InputError("ends early, the file is cut short", file: path, path: "storage \(key)")
      }
      result[key] = (offset + 8, Int(count) * width)
      offset += 8 + Int(count) * width
    }
    return result
  }

  /// Tensors whose values lie within their storages.
  private static func contents(
    _ found: [CheckpointWalk.Tensor], _ storages: [String: (offset: Int, size: Int)],
    _ path: String
  ) throws(InputError) -> (WeightContents, [String: RawTensor]) {
    var contents = WeightContents()
    var tensors: [String: RawTensor] = [:]
    var names: Set<String> = []
    for tensor in found {
      guard names.insert(tensor.name).inserted else {
        throw InputError("a second tensor of this name", file: path, path: tensor.name)
      }
      guard let width = RawTensor.width(tensor.type), let storage = storages[tensor.storage] else {
        contents.unsupported.append(
          UnsupportedDataset(
            dataset: tensor.name,
            reason: "holds \(tensor.type), expected F16, BF16, F32, F64 or I8"))
        continue
      }
      guard let last = tensor.last, last < storage.size / width else {
        throw InputError("its values lie beyond its storage", file: path, path: tensor.name)
      }
      guard tensor.dimensions.contains(0) || !tensor.repeatsValues else {
        contents.unsupported.append(
          UnsupportedDataset(
            dataset: tensor.name,
            reason: "has more elements than values, `contiguous()` copies them"))
        continue
      }
      let raw = RawTensor(
        path: path, name: tensor.name, type: tensor.type,
        start: storage.offset + tensor.offset * width, dimensions: tensor.dimensions,
        steps: tensor.steps)
      if contents.add(raw, layout: .oihw) { tensors[tensor.name] = raw }
    }
    guard !found.isEmpty else {
      throw InputError("is a checkpoint of PyTorch without tensors", file: path)
    }
    contents.sort()
    return (contents, tensors)
  }

  func open(_ tensor: TensorDescription) throws(InputError) -> any TensorBlocks {
    guard let found = tensors[tensor.dataset] else {
      throw InputError("is not there", file: path, path: tensor.dataset)
    }
    return found
  }
}
