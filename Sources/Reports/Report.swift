/// What a command has to say, independent of the format it is written in.
public struct Report: Sendable {
  /// The first line.
  public let title: String
  /// Facts above the table, each a name and a text.
  public let facts: [(String, String)]
  /// The main table, for people and as CSV.
  public let table: Table
  /// Facts below the table.
  public let conclusions: [(String, String)]
  /// Things a reader should know before trusting the figures.
  public let warnings: [String]
  /// The whole document for programs.
  public var document: JSONValue { later.value }
  /// The document, made when a format asks for it.
  let later: Later<JSONValue>
  /// Where the document's figures come from, known without it; nil where the document says it.
  let origin: Provenance?
  /// Where the figures come from.
  var provenance: JSONValue? { origin?.document ?? document["provenance"] }
  /// The few figures that matter most.
  public let headline: [Headline]
  /// Pictures.
  public var charts: [Chart] { pictures.value }
  /// The pictures, made when a format asks for them.
  let pictures: Later<[Chart]>
  /// Series that a terminal shows.
  public let trends: [Trends]
  /// The points that readers of a page explore; nil where there are none.
  public var points: PointTable? { explored.value }
  /// The points, made when a format asks for them.
  let explored: Later<PointTable?>

  /// Makes a report.
  public init(
    title: String, facts: [(String, String)], table: Table, conclusions: [(String, String)],
    warnings: [String], document: JSONValue, headline: [Headline] = [], charts: [Chart] = [],
    trends: [Trends] = [], points: @escaping @Sendable () -> PointTable? = { nil }
  ) {
    self.init(
      title: title, facts: facts, table: table, conclusions: conclusions, warnings: warnings,
      later: Later { document }, headline: headline, pictures: Later { charts }, trends: trends,
      explored: Later(points))
  }

  /// Makes a report whose document and pictures are made when a format asks for them.
  init(
    title: String, facts: [(String, String)], table: Table, conclusions: [(String, String)],
    warnings: [String], later: Later<JSONValue>, origin: Provenance? = nil,
    headline: [Headline], pictures: Later<[Chart]>, trends: [Trends],
    explored: Later<PointTable?> = Later { nil }
  ) {
    self.title = title
    self.facts = facts
    self.table = table
    self.conclusions = conclusions
    self.warnings = warnings
    self.later = later
    self.origin = origin
    self.headline = headline
    self.pictures = pictures
    self.trends = trends
    self.explored = explored
  }

  /// A figure that a reader wants first.
  public struct Headline: Codable, Hashable, Sendable {
    /// What it is.
    public let name: String
    /// The figure with its unit.
    public let value: String
    /// What puts it into perspective, empty for nothing.
    public let note: String
    /// Makes a headline.
    public init(_ name: String, _ value: String, note: String = "") {
      self.name = name
      self.value = value
      self.note = note
    }
  }
}

/// Rows of typed cells.
public struct Table: Codable, Sendable {
  /// A column's heading for people and name for programs; one of them may have no use for it.
  public struct Column: Codable, Sendable {
    /// Heading in tables, nil for a column that only programs see.
    public let heading: String?
    /// Name in CSV, with its SI unit, nil for a column that only people see.
    public let name: String?
    /// Whether a terminal shows the column's values as bars too.
    public let hasBars: Bool
    /// Makes a column.
    public init(_ heading: String?, _ name: String?, hasBars: Bool = false) {
      self.heading = heading
      self.name = name
      self.hasBars = hasBars
    }
  }

  /// One value.
  public enum Cell: Sendable, Hashable {
    /// A text, aligned left.
    case text(String)
    /// A whole number with thousands separators for people.
    case count(Int)
    /// A number in an SI unit, with a prefix for people.
    case quantity(Double, unit: String)
    /// A share, in per cent for people and 0...1 for programs.
    case share(Double)
    /// A ratio.
    case ratio(Double)
    /// Nothing.
    case none
  }

  /// The columns.
  public let columns: [Column]
  /// The rows.
  public let rows: [[Cell]]
  /// A last row set apart, for people only.
  public let total: [Cell]?
  /// Rows after the others that only programs read, such as one for every seed.
  public let details: [[Cell]]

  /// The cells of `row` that people see.
  func visible(_ row: [Cell]) -> [Cell] {
    zip(columns, row).compactMap { $0.heading == nil ? nil : $1 }
  }

  /// The cells of `row` that programs read.
  func exported(_ row: [Cell]) -> [Cell] {
    zip(columns, row).compactMap { $0.name == nil ? nil : $1 }
  }

  /// Makes a table.
  public init(columns: [Column], rows: [[Cell]], total: [Cell]?, details: [[Cell]] = []) {
    self.columns = columns
    self.rows = rows
    self.total = total
    self.details = details
  }
}
