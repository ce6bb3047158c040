internal import Inputs

/// Turns problems of Timeloop into layers: one file is one layer, a folder is a network.
///
/// Source: `problem-shapes` and the example designs of NVlabs' timeloop, versions 0.1 to 0.4.
enum TimeloopImport {
  /// Keys of an instance that say the same as others, or nothing about a layer.
  private static let redundant: Set<String> = ["H", "W", "Hpad", "Wpad"]

  /// The network of a folder, a problem per file, and the files that were read.
  static func network(ofFolder path: String) throws(InputError) -> (PeerNetwork, [String]) {
    let paths = try InputFolder.files(path, endings: [".yaml", ".yml"])
    guard !paths.isEmpty else {
      throw InputError("holds no .yaml files, expected a folder of Timeloop problems", file: path)
    }
    var files: [TimeloopFile] = []
    var others: [String] = []
    for path in paths {
      let file = try TimeloopFile(path: path)
      if file.problem == nil { others.append(path) } else { files.append(file) }
    }
    guard !files.isEmpty else {
      throw InputError("none of its \(paths.count) files has a `problem`", file: path)
    }
    var network = try network(of: files)
    for path in others {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      network.note("\(ONNXText.quoted(name)) has no `problem`: left out")
    }
    return (network, files.flatMap(\.paths))
  }

  /// The network of some files.
  static func network(of files: [TimeloopFile]) throws(InputError) -> PeerNetwork {
    var network = PeerNetwork(format: "Timeloop")
    for file in files {
      guard let problem = file.problem else { continue }
      let name = InputFolder.stem(file.path)
      guard let items = problem.items else {
        try add(problem, named: name, to: &network)
        continue
      }
      for item in items {
        let own = item.value("shape")?.value("name")?.scalar ?? item.value("name")?.scalar
        try add(item, named: own ?? name, to: &network)
      }
    }
    return network
  }

  private static func add(
    _ problem: YAMLNode, named name: String, to network: inout PeerNetwork
  ) throws(InputError) {
    guard problem.entries != nil else {
      throw InputError(
        "expected a mapping, found \(problem.word)", at: problem.location, path: "problem")
    }
    let shape = try TimeloopShape(problem.value("shape"), problem: problem)
    let instance = problem.value("instance") ?? problem
    guard let entries = instance.entries else {
      throw InputError(
        "expected a mapping, found \(instance.word)", at: instance.location,
        path: "problem.instance")
    }
    var values = try Values(entries, shape, isFlat: problem.value("instance") == nil)
    let place = instance.location
    for note in values.notes { network.note("\(ONNXText.quoted(name)): \(note)") }
    let work = try contraction(shape, &values, place)
    if work.isGuessed {
      network.note(
        "\(ONNXText.quoted(name)): no operand is called weights: "
          + "\(ONNXText.quoted(work.contraction.weights.name)) is read as them")
    }
    let densities = try Densities(instance.value("densities") ?? problem.value("densities"), shape)
    let found: PeerLayer
    do throws(Contraction.Fault) {
      found = try work.contraction.layer(named: name, at: place)
    } catch {
      network.refuse(
        "problem", error.message, at: "\(place) (\(ONNXText.quoted(name)))",
        macs: work.contraction.macs)
      return
    }
    var layer = found
    layer.weightZeros = densities.zeros[work.contraction.weights.name]
    layer.inputZeros = densities.zeros[work.contraction.input.name]
    if layer.weightZeros != nil || layer.inputZeros != nil {
      network.note(
        "\(ONNXText.quoted(name)): densities are stated as shares of zeros; a design that counts "
          + "values needs weights, which `make-weights --distribution ternary` draws by them")
    }
    try network.add(layer)
  }

  /// The numbers of an instance.
  private struct Values {
    private(set) var sizes: [String: Int] = [:]
    private(set) var coefficients: [String: Int] = [:]
    private(set) var notes: [String] = []

    init(
      _ entries: [YAMLEntry], _ shape: TimeloopShape, isFlat: Bool
    ) throws(InputError) {
      // The built-in shapes call output channels K, problems of later versions M.
      let names = shape.coefficients.map(\.name)
      var redundant: [String] = []
      let others: Set<String> = ["densities", "shape", "version", "name", "instance"]
      for entry in entries where !others.contains(entry.key) {
        let path = isFlat ? "problem.\(entry.key)" : "problem.instance.\(entry.key)"
        if shape.dimensions.contains(entry.key) {
          sizes[entry.key] = try entry.value.number(path)
        } else if names.contains(entry.key) {
          coefficients[entry.key] = try entry.value.number(path)
        } else if let near = names.first(where: { $0.lowercased() == entry.key.lowercased() }) {
          coefficients[near] = try entry.value.number(path)
          notes.append("`\(entry.key)` is read as `\(near)`")
        } else if entry.key == "M", shape.dimensions.contains("K"), !shape.dimensions.contains("M"),
          !entries.contains(where: { $0.key == "K" })
        {
          sizes["K"] = try entry.value.number(path)
        } else if TimeloopImport.redundant.contains(entry.key)
          || (entry.key == "G" && entry.value.scalar == "1") || entry.key == "commonDensity"
        {
          if entry.key != "G" { redundant.append(entry.key) }
        } else {
          let near = nearestName(to: entry.key, among: shape.dimensions + names)
          throw InputError(
            "`\(entry.key)` is no dimension and no coefficient of the shape"
              + (near.map { ", did you mean `\($0)`?" }
                ?? ", expected \((shape.dimensions + names).joined(separator: ", "))"),
            at: entry.keyLocation, path: isFlat ? "problem" : "problem.instance")
        }
      }
      if !redundant.isEmpty {
        notes.append(
          "\(redundant.map { "`\($0)`" }.joined(separator: ", ")) left out: no dimension of the "
            + "shape, maps have the size that windows read")
      }
    }

    func size(_ dimension: String, at place: SourceLocation) throws(InputError) -> Int {
      guard let size = sizes[dimension] else {
        throw InputError(
          "no size for dimension `\(dimension)`", at: place, path: "problem.instance")
      }
      return size
    }
  }

  private static func contraction(
    _ shape: TimeloopShape, _ values: inout Values, _ place: SourceLocation
  ) throws(InputError) -> (contraction: Contraction, isGuessed: Bool) {
    var sizes: [String: Int] = [:]
    for dimension in shape.dimensions { sizes[dimension] = try values.size(dimension, at: place) }
    let written = shape.spaces.filter(\.isWritten)
    let read = shape.spaces.filter { !$0.isWritten }
    guard let output = written.first, written.count == 1, read.count == 2 else {
      throw InputError(
        "expected one operand with `read_write: true` and two others, found \(written.count) and "
          + "\(read.count)",
        at: shape.spaces.first.flatMap { $0.place.file.isEmpty ? nil : $0.place } ?? place,
        path: "problem.shape.data_spaces")
    }
    let isWeight = { (space: TimeloopShape.Space) in
      ["weight", "filter", "kernel"].contains { space.name.lowercased().contains($0) }
        || space.name == "W"
    }
    // The operand without sums in its indices; of two such ones the first, as in A x B = Z.
    let named = read.firstIndex(where: isWeight)
    let plain = read.firstIndex { $0.axes.allSatisfy { $0.count == 1 } }
    let index = named ?? plain ?? 0
    func operand(_ space: TimeloopShape.Space) throws(InputError) -> Contraction.Operand {
      var axes: [[Contraction.Term]] = []
      for axis in space.axes {
        var terms: [Contraction.Term] = []
        for term in axis {
          terms.append(
            Contraction.Term(
              dimension: term.dimension,
              factor: try factor(term.factor, shape, values, space)))
        }
        axes.append(terms)
      }
      return Contraction.Operand(name: space.name, axes: axes)
    }
    return (
      Contraction(
        sizes: sizes, order: shape.dimensions, weights: try operand(read[index]),
        input: try operand(read[1 - index]), output: try operand(output)), named == nil
    )
  }

  private static func factor(
    _ name: String?, _ shape: TimeloopShape, _ values: Values, _ space: TimeloopShape.Space
  ) throws(InputError) -> Int {
    guard let name else { return 1 }
    if let number = Int(name), number >= 1, number <= 1 << 30 { return number }
    let known = shape.coefficients.first { $0.name == name }
    guard let known, let value = values.coefficients[name] ?? known.fallback else {
      throw InputError(
        known == nil
          ? "`\(name)` in the projection of \(space.name) is no coefficient of the shape"
          : "no value for coefficient `\(name)`", at: space.place,
        path: "problem.shape.data_spaces")
    }
    return value
  }

  /// Shares of zeros by the names of operands.
  private struct Densities {
    private(set) var zeros: [String: Double] = [:]

    init(_ node: YAMLNode?, _ shape: TimeloopShape) throws(InputError) {
      guard let node else { return }
      let path = "problem.instance.densities"
      guard let entries = node.entries else {
        throw InputError("expected a mapping, found \(node.word)", at: node.location, path: path)
      }
      for entry in entries {
        guard shape.spaces.contains(where: { $0.name == entry.key }) else {
          throw InputError(
            "`\(entry.key)` is no operand of the shape, expected one of "
              + shape.spaces.map(\.name).joined(separator: ", "), at: entry.keyLocation, path: path)
        }
        let value = entry.value.value("density", "commonDensity") ?? entry.value
        guard let text = value.scalar, let density = Double(text), (0...1).contains(density) else {
          throw InputError(
            "expected a density from 0 to 1, found \(value.word)", at: value.location,
            path: "\(path).\(entry.key)")
        }
        if density < 1 { zeros[entry.key] = 1 - density }
      }
    }
  }
}
