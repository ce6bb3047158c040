public import Inputs

/// A network in SCALE-Sim's topology format: one layer per line of a CSV file.
///
/// Source: the `topologies` folder and the manual of SCALE-Sim 3. The first line names the columns,
/// which may stand in any order; a divider may end each line. Blank lines, lines with a name alone
/// and what follows a `#` at the beginning of a field are left out.
public struct TopologyFile: Sendable {
  /// What the columns are.
  public enum Form: Sendable {
    /// Map, filter, channels, filters and strides.
    case convolution
    /// `M x K` times `K x N`.
    case product
  }

  /// A number and where it stands.
  public struct Number: Sendable {
    /// The number, 0 or 1 to `largest`.
    public let value: Int
    /// Its place.
    public let place: SourceLocation
  }

  /// One layer.
  public struct Row: Sendable {
    /// The layer's name.
    public let name: String
    /// The line, with the column of its first field.
    public let place: SourceLocation
    /// The numbers by column; every column that the form needs has one.
    public let numbers: [TopologyColumn: Number]
    /// The share of weights that is kept, `N:M`, where the line has one.
    public let sparsity: (kept: Int, of: Int)?

    /// The number of a column, `fallback` where the line has none.
    public func value(_ column: TopologyColumn, default fallback: Int) -> Int {
      numbers[column]?.value ?? fallback
    }

    /// Where the number of a column stands, the line where it has none.
    public func place(of column: TopologyColumn) -> SourceLocation {
      numbers[column]?.place ?? place
    }
  }

  /// Largest number accepted, the largest extent of a layer.
  static let largest = 1 << 30
  /// Largest file read, in bytes.
  static let sizeLimit = 16 << 20

  /// What the columns are.
  public let form: Form
  /// The layers, in the order of the file; at least one.
  public let rows: [Row]
  /// What was left out or read in another way than it is headed, one line each.
  public let notes: [String]

  /// Reads a topology; throws an `InputError` that names line and column.
  public init(path: String) throws(InputError) {
    let bytes = try InputFile.read(path, limit: Self.sizeLimit)
    guard bytes.count <= Self.sizeLimit else {
      throw InputError("larger than 16 MiB, too large for a topology", file: path)
    }
    try self.init(bytes: bytes, file: path)
  }

  /// Reads a topology from its bytes.
  public init(bytes: [UInt8], file: String) throws(InputError) {
    if let place = UTF8Check.firstFault(in: bytes, file: file) {
      throw InputError("not valid UTF-8", at: place)
    }
    let marked = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    let text = String(decoding: marked, as: UTF8.self)
    let heads = TopologyLine.lines(text, file: file, divider: nil)
    guard !heads.isEmpty else {
      throw InputError("is empty, expected a SCALE-Sim topology", file: file)
    }
    let (header, place) = try Self.header(heads)
    let lines = TopologyLine.lines(text, file: file, divider: header.divider)
    var notes = header.notes
    var rows: [Row] = []
    for line in lines where line.place.line != place.line {
      if line.place.line > place.line, let row = try line.row(header) {
        rows.append(row)
        notes += Self.unnamed(line, header)
      } else {
        notes.append(
          "line \(line.place.line), \(ONNXText.quoted(line.fields[0].text)), has no numbers: "
            + "left out as a title")
      }
    }
    guard !rows.isEmpty else { throw InputError("has no layers", file: file) }
    form = header.form
    self.rows = rows
    self.notes = notes
  }

  /// Numbers under no heading.
  private static func unnamed(_ line: TopologyLine, _ header: TopologyHeader) -> [String] {
    let strides = line.fields.indices.filter { line.isStride($0, header) }.map {
      "line \(line.place.line): \(line.fields[$0].text) under `Sparsity` is read as the stride along the "
        + "columns, as SCALE-Sim does"
    }
    let lost = line.fields.indices.filter {
      header.unnamed.contains($0) && !line.fields[$0].text.isEmpty
    }.map { ONNXText.quoted(line.fields[$0].text) }
    guard !lost.isEmpty else { return strides }
    return strides + [
      "line \(line.place.line): \(lost.joined(separator: ", ")) left out: no heading says what it is"
    ]
  }

  /// The first line with more than one field, which has to name the columns.
  private static func header(
    _ lines: [TopologyLine]
  ) throws(InputError) -> (TopologyHeader, SourceLocation) {
    let line = lines.first { $0.fields.count > 1 } ?? lines[0]
    guard let header = try TopologyHeader(line) else {
      throw InputError(
        "expected the columns `Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, "
          + "Channels, Num Filter, Strides` or `Layer, M, N, K`", at: line.place)
    }
    return (header, line.place)
  }
}
