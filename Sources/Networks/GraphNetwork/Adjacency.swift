public import Components

/// Which nodes of a graph each node gathers from: the sparse rows of a square matrix, compressed (CSR).
///
/// A class without a variable: layers, loop nests and their parts hand it on, and it is large.
public final class Adjacency: Hashable, Sendable {
  /// Most nodes, so that a dense matrix of them has at most 2^40 elements.
  public static let mostNodes = 1 << 20
  /// Most entries; memory, not a limit of the model.
  public static let mostEntries = 1 << 26

  /// Nodes that are gathered from: the columns.
  public let columns: Int
  /// Where each row's entries begin, and behind the last one where they end.
  public let pointers: [Int32]
  /// The node of each entry, row after row.
  public let sources: [Int32]
  private let fingerprint: Int

  /// Takes compressed rows as a file has them.
  ///
  /// - Parameters:
  ///   - nodes: Nodes, both rows and columns.
  ///   - pointers: Where rows begin; one more than there are nodes, from 0, never falling, to the
  ///     number of entries.
  ///   - sources: The node of each entry, 0 to `nodes` - 1, no node twice in a row.
  /// - Throws: `SpecError` with the path `row_pointers` or `columns` about the first that is wrong.
  public convenience init(
    nodes: Int, pointers: [Int], sources: [Int]
  ) throws(SpecError) {
    func wrong(_ key: String, _ message: String) -> SpecError { SpecError(key, message) }
    guard (1...Self.mostNodes).contains(nodes) else {
      throw wrong(
        "row_pointers", "expected 2 to \(Self.mostNodes + 1) pointers, found \(pointers.count)")
    }
    guard sources.count <= Self.mostEntries else {
      throw wrong("columns", "expected at most \(Self.mostEntries) entries, found \(sources.count)")
    }
    guard pointers.count == nodes + 1 else {
      throw wrong(
        "row_pointers", "expected \(nodes + 1), one more than nodes, found \(pointers.count)")
    }
    guard pointers[0] == 0 else {
      throw wrong("row_pointers", "the first must be 0, found \(pointers[0])")
    }
    for node in 0..<nodes where pointers[node + 1] < pointers[node] {
      throw wrong(
        "row_pointers",
        "must not fall, but row \(node) begins at \(pointers[node]) and ends at \(pointers[node + 1])"
      )
    }
    guard pointers[nodes] == sources.count else {
      throw wrong(
        "row_pointers",
        "the last must be the \(sources.count) entries of `columns`, found \(pointers[nodes])")
    }
    var last = [Int](repeating: -1, count: nodes)
    for node in 0..<nodes {
      for entry in pointers[node]..<pointers[node + 1] {
        let source = sources[entry]
        guard (0..<nodes).contains(source) else {
          throw wrong(
            "columns", "entry \(entry) is node \(source), expected 0 to \(nodes - 1)")
        }
        guard last[source] != node else {
          throw wrong("columns", "row \(node) has node \(source) twice")
        }
        last[source] = node
      }
    }
    self.init(
      columns: nodes, checked: pointers.map(Int32.init), sources.map(Int32.init))
  }

  init(columns: Int, checked pointers: [Int32], _ sources: [Int32]) {
    self.columns = columns
    self.pointers = pointers
    self.sources = sources
    var hasher = Hasher()
    hasher.combine(columns)
    hasher.combine(pointers)
    hasher.combine(sources)
    fingerprint = hasher.finalize()
  }

  /// Rows: the nodes that gather.
  public var rows: Int { pointers.count - 1 }
  /// Entries of all rows, e.
  public var entries: Int { sources.count }
  /// Entries of one row: its degree.
  public func degree(_ row: Int) -> Int { Int(pointers[row + 1] - pointers[row]) }
  /// Entries of several rows.
  public func entries(of rows: Range<Int>) -> Int {
    Int(pointers[rows.upperBound] - pointers[rows.lowerBound])
  }
  /// The nodes that a row gathers from.
  public func sources(of row: Int) -> ArraySlice<Int32> {
    sources[Int(pointers[row])..<Int(pointers[row + 1])]
  }
  /// The largest degree.
  public var largestDegree: Int { (0..<rows).reduce(0) { max($0, degree($1)) } }

  /// Some rows by themselves, which still gather from all nodes.
  public func part(_ rows: Range<Int>) -> Adjacency {
    let first = pointers[rows.lowerBound]
    return Adjacency(
      columns: columns, checked: pointers[rows.lowerBound...rows.upperBound].map { $0 - first },
      Array(sources[Int(first)..<Int(pointers[rows.upperBound])]))
  }

  /// The same with an entry of each node for itself.
  func withSelfLoops() -> Adjacency {
    var (pointers, sources): ([Int32], [Int32]) = ([0], [])
    sources.reserveCapacity(entries + rows)
    for row in 0..<rows {
      let own = self.sources(of: row)
      sources += own
      if !own.contains(Int32(row)) { sources.append(Int32(row)) }
      pointers.append(Int32(sources.count))
    }
    return Adjacency(columns: columns, checked: pointers, sources)
  }

  /// Whether the rows are the same.
  public static func == (left: Adjacency, right: Adjacency) -> Bool {
    left === right
      || left.fingerprint == right.fingerprint && left.columns == right.columns
        && left.pointers == right.pointers && left.sources == right.sources
  }

  /// Hashes what was worked out when it was made.
  public func hash(into hasher: inout Hasher) { hasher.combine(fingerprint) }
}

/// Kernels of a layer that are the sparse rows of an adjacency: a node's result is the sum of the rows of
/// features that it gathers, each times a coefficient.
public struct GatheredRows: Hashable, Sendable {
  /// Which rows are gathered.
  public let adjacency: Adjacency
  /// Bits of an entry: a coefficient and the index of a node.
  public let bitsPerEntry: Int
  /// Bits beside the entries of each row: its pointer.
  public let bitsPerRow: Int

  /// Makes rows that are stored so.
  public init(_ adjacency: Adjacency, bitsPerEntry: Int, bitsPerRow: Int) {
    self.adjacency = adjacency
    self.bitsPerEntry = bitsPerEntry
    self.bitsPerRow = bitsPerRow
  }

  /// Bits of all of it; the pointer behind the last row is not counted.
  public var bits: Int { adjacency.entries * bitsPerEntry + adjacency.rows * bitsPerRow }

  /// Some rows by themselves.
  public func part(_ rows: Range<Int>) -> GatheredRows {
    GatheredRows(adjacency.part(rows), bitsPerEntry: bitsPerEntry, bitsPerRow: bitsPerRow)
  }
}
