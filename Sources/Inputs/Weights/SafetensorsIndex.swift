/// Weights in several files of safetensors, which an index in JSON lists.
///
/// ```json
/// {"metadata": {"total_size": 96}, "weight_map": {"a.weight": "model-00001-of-00002.safetensors"}}
/// ```
///
/// Source: `save_pretrained` of huggingface/transformers and `split_torch_state_dict_into_shards` of
/// huggingface/huggingface_hub, which write `model.safetensors.index.json` beside the files.
struct SafetensorsIndex: TensorFile {
  static let word = "an index of safetensors files"
  /// Largest index accepted, in bytes.
  private static let sizeLimit = 64 << 20
  /// Most files accepted.
  private static let mostFiles = 4096

  let path: String
  let found: WeightContents
  private let shards: [String: Safetensors]
  /// The file of every tensor.
  private let places: [String: String]

  /// Whether a path names an index.
  static func isOne(_ path: String) -> Bool { path.hasSuffix(".safetensors.index.json") }

  /// The files that the index at `path` names, in the order of their names.
  static func files(at path: String) throws(InputError) -> [String] {
    try Listing(path: path).byFile.keys.sorted().map { beside(path, $0) }
  }

  /// Reads the index at `path` and the headers of all files that it names.
  init(path: String) throws(InputError) {
    self.path = path
    let listing = try Listing(path: path)
    var shards: [String: Safetensors] = [:]
    var contents = WeightContents()
    var places: [String: String] = [:]
    for (file, entries) in listing.byFile { for entry in entries { places[entry.tensor] = file } }
    for (name, entries) in listing.byFile.sorted(by: { $0.key < $1.key }) {
      let shard = try Safetensors(path: Self.beside(path, name))
      let part = try shard.contents()
      let all = part.tensors.map(\.dataset) + part.others + part.unsupported.map(\.dataset)
      if let other = all.first(where: { places[$0] != name }) {
        throw InputError(
          "\(name) holds a tensor `\(other)`, which the index "
            + (places[other].map { "places in \($0)" } ?? "does not list"), file: path,
          path: "weight_map")
      }
      let held = Set(all)
      if let entry = entries.first(where: { !held.contains($0.tensor) }) {
        throw InputError(
          "\(name) has no such tensor", at: listing.text.place(of: entry.node),
          path: "weight_map.\(entry.tensor)")
      }
      contents.tensors += part.tensors
      contents.others += part.others
      contents.unsupported += part.unsupported
      shards[name] = shard
    }
    contents.sort()
    found = contents
    self.shards = shards
    self.places = places
  }

  /// What an index says.
  private struct Listing {
    let text: JSONText
    /// The tensors of each file, in the order of the index.
    let byFile: [String: [(tensor: String, node: JSONNode)]]

    init(path: String) throws(InputError) {
      let bytes = try InputFile.read(path, limit: sizeLimit)
      guard bytes.count <= sizeLimit else {
        throw InputError("larger than 64 MiB, too large for an index", file: path)
      }
      text = try JSONText(bytes: bytes, file: path)
      guard case .mapping(let members)? = text.root["weight_map"]?.content, !members.isEmpty else {
        throw InputError(
          "expected a mapping `weight_map` from tensors to files of safetensors",
          at: text.place(of: text.root["weight_map"] ?? text.root))
      }
      var byFile: [String: [(tensor: String, node: JSONNode)]] = [:]
      for member in members {
        guard let file = member.value.text, file.hasSuffix(".safetensors"), !file.contains("/"),
          !file.utf8.contains(0)
        else {
          let what = member.value.text.map { "`\($0)`" } ?? member.value.word
          throw InputError(
            "expected the name of a file of safetensors beside the index, found \(what)",
            at: text.place(of: member.value), path: "weight_map.\(member.key)")
        }
        byFile[file, default: []].append((member.key, member.value))
      }
      guard byFile.count <= mostFiles else {
        throw InputError("names more than \(mostFiles) files", file: path, path: "weight_map")
      }
      self.byFile = byFile
    }
  }

  private static func beside(_ path: String, _ name: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return name }
    return path[...slash] + name
  }

  func open(_ tensor: TensorDescription) throws(InputError) -> any TensorBlocks {
    guard let place = places[tensor.dataset], let shard = shards[place] else {
      throw InputError("is not there", file: path, path: tensor.dataset)
    }
    return try shard.open(tensor)
  }
}
