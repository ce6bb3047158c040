/// A network in SCALE-Sim's topology format: one layer per line of a CSV file.
///
/// Source: the `topologies` folder and the manual of SCALE-Sim 3. The first line names the columns;
/// a comma may end each line; blank lines are left out.
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
    /// The number, 1 to `largest`.
    public let value: Int
    /// Its place.
    public let place: SourceLocation
  }

  /// One layer.
  public struct Row: Sendable {
    /// The layer's name.
    public let name: String
    /// The line, with the column of the name.
    public let place: SourceLocation
    /// The numbers, in the order of the form's columns; both strides where there is one.
    public let numbers: [Number]
    /// The share of weights that is kept, `N:M`, where the line has one.
    public let sparsity: (kept: Int, of: Int)?
  }

  /// Largest number accepted.
  static let largest = 1 << 24
  /// Largest file read, in bytes.
  static let sizeLimit = 16 << 20

  /// What the columns are.
  public let form: Form
  /// The layers, in the order of the file; at least one.
  public let rows: [Row]

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
    let lines = TopologyLine.lines(String(decoding: marked, as: UTF8.self), file: file)
    guard let header = lines.first else {
      throw InputError("is empty, expected a SCALE-Sim topology", file: file)
    }
    let form = try Self.form(header)
    var rows: [Row] = []
    for line in lines.dropFirst() { rows.append(try line.row(form)) }
    guard !rows.isEmpty else { throw InputError("has no layers", file: file) }
    self.form = form
    self.rows = rows
  }

  /// The form that the first line names.
  private static func form(_ header: TopologyLine) throws(InputError) -> Form {
    let names = header.fields.map { $0.text.lowercased() }
    if names.count >= 4, names[1] == "m", names[2] == "n", names[3] == "k" { return .product }
    if names.count >= 8, names[1].hasPrefix("ifmap"), names[2].hasPrefix("ifmap") {
      return .convolution
    }
    throw InputError(
      "expected the columns `Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, "
        + "Channels, Num Filter, Strides` or `Layer, M, N, K`", at: header.place)
  }
}
