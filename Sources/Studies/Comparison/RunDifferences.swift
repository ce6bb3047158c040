internal import Components
internal import Documents
internal import Inputs
internal import Reports

/// What several stored runs were asked and read that is not the same for all.
struct RunDifferences {
  /// A text for each run.
  struct Difference {
    let name: String
    let values: [String]
  }

  /// What stands where a run has no value.
  static let none = "-"

  private(set) var all: [Difference] = []

  init(_ runs: [(stored: StoredDocument, run: RunDocument)]) {
    add("architecture", runs.map(\.run.architecture))
    add("workload", runs.map(\.run.workload))
    add("sub-network", runs.map { $0.run.subnet ?? Self.none })
    add("batch", runs.map { "\($0.run.batch)" })
    add("persistent buffer", runs.map { Self.cached($0.run) })
    add("mapping rule", runs.map(\.run.mappingRule))
    add("energy table", runs.map(\.run.energyTable))
    add("DRAM preset", runs.map(\.run.dramPreset))
    add("host", runs.map { $0.run.host?.operations.joined(separator: ", ") ?? Self.none })
    add("weights", runs.map { Self.weights($0.run) })
    add("version", runs.map(\.stored.version))
    // A design's own file comes first.
    let designs = runs.map { $0.stored.inputs.first }
    add("file of the design", designs.map { $0?.path ?? Self.none })
    add("sha256 of that file", designs.map { $0.map { "\($0.digest.prefix(8))" } ?? Self.none })
    values(of: designs)
    for path in Self.shared(runs.map(\.stored.inputs)) {
      add(
        "sha256 of \(path)",
        runs.map { run in
          run.stored.inputs.first { $0.path == path }.map { "\($0.digest.prefix(8))" } ?? Self.none
        })
    }
  }

  private mutating func add(_ name: String, _ values: [String]) {
    if Set(values).count > 1 { all.append(Difference(name: name, values: values)) }
  }

  private static func cached(_ run: RunDocument) -> String {
    run.cached + (run.fill.map { ", by \($0)" } ?? "")
  }

  /// Schemes of a run's weights.
  private static func weights(_ run: RunDocument) -> String {
    var schemes: [String] = []
    for scheme in run.layers.compactMap({ $0.weights?.scheme }) where !schemes.contains(scheme) {
      schemes.append(scheme)
    }
    return schemes.isEmpty ? none : schemes.joined(separator: ", ")
  }

  /// Paths behind the design's that several runs read, in the order of the first that has them.
  private static func shared(_ inputs: [[Provenance.Input]]) -> [String] {
    var paths: [String] = []
    for list in inputs {
      for input in list.dropFirst() where !paths.contains(input.path) {
        let readers = inputs.count { $0.dropFirst().contains { $0.path == input.path } }
        if readers > 1 { paths.append(input.path) }
      }
    }
    return paths
  }

  /// Values of the designs' files, where all of them are here and say what they said then.
  private mutating func values(of designs: [Provenance.Input?]) {
    var files: [[(path: String, text: String)]] = []
    for design in designs {
      guard let design, !design.digest.isEmpty else { return }
      let now = Provenance.Input(fileAt: design.path)
      let isSame =
        now.digest == design.digest || now.content != nil && now.content == design.content
      guard isSame, let file = try? SpecFile(path: design.path) else { return }
      files.append(FileValues(file.node).all)
    }
    let tables = files.map { file in
      Dictionary(file.map { ($0.path, $0.text) }) { first, _ in first }
    }
    var known = Set<String>()
    for path in files.joined().map(\.path) where known.insert(path).inserted {
      add(path, tables.map { $0[path] ?? Self.none })
    }
  }
}

/// Every single value of a file that the model reads, by its path.
struct FileValues {
  private(set) var all: [(path: String, text: String)] = []

  /// Walks the tree of a file.
  init(_ node: YAMLNode) { walk(node, "") }

  private mutating func walk(_ node: YAMLNode, _ path: String) {
    switch node.content {
    case .mapping(let entries):
      for entry in entries where !ArchitectureScalars.words.contains(entry.key) {
        walk(entry.value, path.isEmpty ? entry.key : "\(path).\(entry.key)")
      }
    case .sequence(let items):
      for (index, item) in items.enumerated() {
        walk(
          item, "\(path)[\(ArchitectureScalars.name(of: item, among: items) ?? "\(index)")]")
      }
    case .scalar(let scalar): all.append((path, scalar.text))
    }
  }
}
