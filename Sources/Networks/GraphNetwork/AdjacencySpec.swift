public import Components
internal import Inputs

/// Where the edges of a graph come from, and how they are stored.
public struct AdjacencySpec: Codable, Hashable, Sendable {
  /// What an array is told of the zeros of the matrix.
  public enum Form: String, Codable, CaseIterable, Sendable {
    /// Rows hold the nodes that they gather from, and nothing else is stored, read or multiplied.
    case sparse
    /// A full matrix, zeros included, as any array can multiply by it.
    case dense
  }

  /// An HDF5 file with compressed rows.
  public let file: String?
  /// The dataset of where rows begin.
  public let rowPointers: String?
  /// The dataset of the entries' nodes.
  public let columns: String?
  /// Nodes of a generated graph.
  public let nodes: Int?
  /// Pairs of a generated graph.
  public let edges: Int?
  /// How unequal the degrees of a generated graph are.
  public let skew: Double?
  /// Which of the graphs that could be generated it is.
  public let seed: Int?
  /// Whether every node gathers from itself too.
  public let selfLoops: Bool?
  /// What an array is told of the zeros.
  public let form: Form?
  /// Bits of a coefficient.
  public let valueBits: Int?
  /// Bits of the number of a node.
  public let indexBits: Int?
  /// Bits of where a row begins.
  public let pointerBits: Int?

  /// The same with defaults filled in.
  var filled: AdjacencySpec { AdjacencySpec(filling: self) }

  private init(filling spec: AdjacencySpec) {
    file = spec.file
    rowPointers = spec.file == nil ? nil : spec.rowPointers ?? "indptr"
    columns = spec.file == nil ? nil : spec.columns ?? "indices"
    nodes = spec.nodes
    edges = spec.edges
    skew = spec.file == nil ? spec.skew ?? 0 : nil
    seed = spec.file == nil ? spec.seed ?? 0 : nil
    selfLoops = spec.selfLoops ?? true
    let form = spec.form ?? .sparse
    self.form = form
    valueBits = form == .sparse ? spec.valueBits ?? 8 : nil
    indexBits = form == .sparse ? spec.indexBits ?? 32 : nil
    pointerBits = form == .sparse ? spec.pointerBits ?? 32 : nil
  }

  /// Reads or generates the graph; a file is looked for in `folder`.
  func adjacency(in folder: String) throws(SpecError) -> Adjacency {
    try checkKeys()
    let graph: Adjacency
    if let file {
      graph = try read(PathText.path(file, in: folder))
    } else {
      graph = try Adjacency.generated(
        nodes: nodes ?? 0, edges: edges ?? 0, skew: skew ?? 0, seed: seed ?? 0)
    }
    return selfLoops ?? true ? graph.withSelfLoops() : graph
  }

  /// How the rows are stored; nil for a full matrix.
  func gathered(_ adjacency: Adjacency) -> GatheredRows? {
    let own = filled
    guard let value = own.valueBits, let index = own.indexBits, let pointer = own.pointerBits else {
      return nil
    }
    return GatheredRows(adjacency, bitsPerEntry: value + index, bitsPerRow: pointer)
  }

  private func checkKeys() throws(SpecError) {
    let generated: [(String, Bool)] = [
      ("nodes", nodes != nil), ("edges", edges != nil), ("skew", skew != nil),
      ("seed", seed != nil),
    ]
    let read = [("row_pointers", rowPointers != nil), ("columns", columns != nil)]
    if file != nil {
      for (key, isThere) in generated where isThere {
        throw SpecError(key, "belongs to a generated graph, leave it out beside `file`")
      }
    } else {
      for (key, isThere) in read where isThere {
        throw SpecError(key, "names a dataset, but there is no `file`")
      }
      guard nodes != nil, edges != nil else {
        throw SpecError("", "expected `file`, or `nodes` and `edges` of a generated graph")
      }
    }
    for (key, bits, least) in [
      ("value_bits", valueBits, 0), ("index_bits", indexBits, 1), ("pointer_bits", pointerBits, 1),
    ] {
      guard let bits else { continue }
      guard form != .dense else {
        throw SpecError(
          key, "a dense matrix is stored as the architecture stores inputs, leave it out")
      }
      guard (least...64).contains(bits) else {
        throw SpecError(key, "expected \(least) to 64, found \(bits)")
      }
    }
  }

  private func read(_ path: String) throws(SpecError) -> Adjacency {
    do throws(InputError) {
      let file = try ArrayFile(path: path)
      let pointers = try Self.numbers(rowPointers ?? "indptr", "row_pointers", in: file)
      let sources = try Self.numbers(columns ?? "indices", "columns", in: file)
      do throws(SpecError) {
        return try Adjacency(nodes: pointers.count - 1, pointers: pointers, sources: sources)
      } catch {
        let dataset = error.path == "columns" ? columns ?? "indices" : rowPointers ?? "indptr"
        throw InputError("\(path): `\(dataset)`: \(error.message)", file: nil, path: error.path)
      }
    } catch {
      let key = ["row_pointers", "columns"].contains(error.path) ? error.path : "file"
      throw SpecError(isGiven(key) ? key : "file", key == "file" ? "\(error)" : error.message)
    }
  }

  private func isGiven(_ key: String) -> Bool {
    key == "row_pointers" ? rowPointers != nil : key != "columns" || columns != nil
  }

  /// The whole numbers of a dataset of one axis.
  private static func numbers(
    _ dataset: String, _ key: String, in file: ArrayFile
  ) throws(InputError) -> [Int] {
    func wrong(_ message: String) -> InputError {
      InputError("\(file.path): \(message)", file: nil, path: key)
    }
    guard let array = try file.array(dataset) else {
      let names = file.names.prefix(8).joined(separator: ", ")
      throw wrong("no dataset `\(dataset)`" + (names.isEmpty ? "" : ", it has \(names)"))
    }
    guard array.dimensions.count == 1 else {
      throw wrong("`\(dataset)` has \(array.dimensions.count) axes, expected one")
    }
    guard case .int64(let values) = array.values else {
      throw wrong("`\(dataset)` has no whole numbers")
    }
    return values
  }
}

extension AdjacencySpec: DescribedKeys {
  /// What each key does.
  public static let notes: [KeyNote] = [
    KeyNote(
      "file",
      "An HDF5 file with the compressed rows (CSR) of the graph, from the workload's folder",
      default: "none, the graph is generated"),
    KeyNote(
      "row_pointers", "The dataset of where each row's entries begin, and where the last one's end",
      default: "indptr", source: "the names of scipy.sparse"),
    KeyNote("columns", "The dataset of the node of each entry", default: "indices"),
    KeyNote("nodes", "Nodes of a generated graph", default: "those of the file"),
    KeyNote(
      "edges", "Pairs of nodes of a generated graph, two entries each", default: "of the file"),
    KeyNote(
      "skew",
      "How unequal the degrees of a generated graph are: the chance of node i falls as (i+1)^-skew",
      default: "0", source: "Chung and Lu (2002)"),
    KeyNote("seed", "Which graph is generated", default: "0"),
    KeyNote("self_loops", "Whether every node gathers from itself too", default: "true"),
    KeyNote(
      "form",
      "`sparse`: rows of entries, for arrays that leave out zeros; `dense`: a full matrix, zeros included",
      default: "sparse"),
    KeyNote("value_bits", "Bits of a coefficient; 0 where all are alike", default: "8, assumed"),
    KeyNote("index_bits", "Bits of the number of a node", default: "32, assumed"),
    KeyNote("pointer_bits", "Bits of where a row begins", default: "32, assumed"),
  ]
}
