internal import CHDF5

/// Walks a file along its hard links and lists its datasets.
struct HDF5Scan {
  /// How deep groups may be nested.
  private static let depthLimit = 64

  private let file: String
  private var rootLayout: WeightLayout?
  private var visited: Set<UInt64> = []
  private var tensors: [TensorDescription] = []
  private var others: [String] = []
  private var unsupported: [UnsupportedDataset] = []
  private var isSynthetic = false

  init(file: String) { self.file = file }

  /// What was found.
  var contents: WeightContents {
    WeightContents(
      tensors: tensors, others: others, unsupported: unsupported, isSynthetic: isSynthetic)
  }

  /// Lists what the open file holds.
  mutating func run(_ id: hid_t) throws(InputError) {
    guard let root = HDF5Handle(H5Gopen2(id, "/", shim_H5P_DEFAULT())) else {
      throw InputError("the root group cannot be read", file: file)
    }
    let attributes = HDF5Attribute(object: root.id, file: file, path: "")
    rootLayout = try layout(attributes)
    isSynthetic = try attributes.flag("synthetic")
    try walk(root.id, prefix: "", isKeras: false, depth: 0)
    tensors.sort { $0.dataset < $1.dataset }
    others.sort()
    unsupported.sort { $0.dataset < $1.dataset }
  }

  private mutating func walk(
    _ group: hid_t, prefix: String, isKeras: Bool, depth: Int
  ) throws(InputError) {
    guard visited.insert(shim_object_address(group)).inserted else { return }
    if depth > Self.depthLimit {
      throw InputError("groups are nested deeper than 64 levels", file: file, path: prefix)
    }
    let attributes = HDF5Attribute(object: group, file: file, path: prefix)
    let isKeras = isKeras || attributes.has("keras_version") || attributes.has("backend")
    // Keras 3 names the groups of layers by their classes, and says the layer's name beside.
    let isVariables = prefix == "vars" || prefix.hasSuffix("/vars")
    let layer = isVariables ? (try? attributes.text("name")) ?? nil : nil
    for name in try HDF5Reading.linkNames(group, prefix, file: file) {
      let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
      switch shim_link_kind(group, name) {
      case 0: break
      case 1:
        unsupported.append(UnsupportedDataset(dataset: path, reason: "is a soft link"))
        continue
      case 2:
        unsupported.append(UnsupportedDataset(dataset: path, reason: "is an external link"))
        continue
      default: throw damaged(path)
      }
      guard let object = HDF5Handle(H5Oopen(group, name, shim_H5P_DEFAULT())) else {
        throw damaged(path)
      }
      switch H5Iget_type(object.id) {
      case H5I_GROUP: try walk(object.id, prefix: path, isKeras: isKeras, depth: depth + 1)
      case H5I_DATASET:
        try dataset(object.id, path: path, isKeras: isKeras, layer: name == "0" ? layer : nil)
      default: break
      }
    }
  }

  private mutating func dataset(
    _ id: hid_t, path: String, isKeras: Bool, layer: String?
  ) throws(InputError) {
    let dataset = HDF5Dataset(id: id, fileSize: try InputFile.check(file))
    guard let extents = dataset.extents() else { throw damaged(path) }
    if extents.count < 2 {
      others.append(path)
      return
    }
    var bytes = 8
    for extent in extents where extent > 0 {
      let (product, isOver) = bytes.multipliedReportingOverflow(by: Int(clamping: extent))
      if isOver { throw InputError("the dimensions overflow", file: file, path: path) }
      bytes = product
    }
    let (type, name) = dataset.format()
    if let reason = refusal(dataset, extents, type, name) {
      unsupported.append(UnsupportedDataset(dataset: path, reason: reason))
      return
    }
    if let reason = HDF5Filter.missing(of: dataset) {
      unsupported.append(
        UnsupportedDataset(dataset: path, reason: reason, lacksFilter: true))
      return
    }
    guard let type, !dataset.isCutShort(count: extents.reduce(1, *)) else { throw damaged(path) }
    let attributes = HDF5Attribute(object: id, file: file, path: path)
    tensors.append(
      TensorDescription(
        dataset: path, dimensions: extents.map { Int($0) }, elementType: type,
        layout: try layout(attributes) ?? rootLayout ?? (isKeras ? .hwio : nil),
        scheme: try scheme(attributes), scale: try attributes.numbers("scale"),
        threshold: try attributes.numbers("threshold"), layer: layer,
        codebook: try codebook(attributes)))
  }

  private func refusal(
    _ dataset: HDF5Dataset, _ extents: [UInt64], _ type: ElementType?, _ name: String
  ) -> String? {
    if extents.count != 2 && extents.count != 4 {
      return "has rank \(extents.count), expected 2 or 4"
    }
    if type == nil { return "holds \(name), expected float16, float32, float64 or int8" }
    if extents.contains(0) { return "has a dimension of 0" }
    return dataset.isElsewhere() ? "keeps its values in another file" : nil
  }

  private func layout(_ attributes: HDF5Attribute) throws(InputError) -> WeightLayout? {
    guard let text = try attributes.text("layout") else { return nil }
    if let layout = WeightLayout(rawValue: text) { return layout }
    throw InputError(
      "attribute `layout` is `\(text)`, expected OIHW or HWIO", file: file,
      path: attributes.path)
  }

  /// The scheme, which no writer leaves empty; the library gives that for a text it cannot find.
  private func scheme(_ attributes: HDF5Attribute) throws(InputError) -> String? {
    let text = try attributes.text("scheme")
    guard text?.isEmpty != true else {
      throw InputError(
        "attribute `scheme` is empty, the file is damaged", file: file, path: attributes.path)
    }
    return text
  }

  /// What goes with the scheme of a codebook.
  private func codebook(
    _ attributes: HDF5Attribute
  ) throws(InputError) -> CodebookDescription? {
    guard try attributes.text("scheme") == CodebookDescription.scheme else { return nil }
    func refuse(_ name: String, _ expected: String) -> InputError {
      InputError(
        "attribute `\(name)` of a tensor of scheme codebook: expected \(expected)", file: file,
        path: attributes.path)
    }
    let scope = try attributes.text("scope")
    guard scope == "layer" || scope == "filter" else { throw refuse("scope", "layer or filter") }
    let pruned = try attributes.numbers("pruned")
    guard let pruned, pruned.count == 1, pruned[0] >= 0 else {
      throw refuse("pruned", "the number of pruned weights")
    }
    let escapes = try attributes.numbers("escapes_from")
    guard escapes.map({ $0.count == 1 && $0[0] > 0 && $0[0].isFinite }) ?? true else {
      throw refuse("escapes_from", "a magnitude above 0")
    }
    return CodebookDescription(
      isPerFilter: scope == "filter", hasPruned: try attributes.flag("has_pruned"),
      escapesFrom: escapes?[0])
  }

  private func damaged(_ path: String) -> InputError {
    InputError("cannot be read, the file is damaged", file: file, path: path)
  }
}
