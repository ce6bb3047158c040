public import Inputs
public import Reports

/// A report's table as HDF5: one dataset per column, all of them along the axis `row`.
public enum ReportArrays {
  /// Writes the columns that programs read, each with its `units`, and the title as an attribute.
  ///
  /// A number that is missing is not a number; a text that is missing is empty.
  /// - Throws: `InputError` when the file cannot be created.
  public static func write(_ report: Report, to path: String) throws(InputError) {
    let writer = try ArrayFileWriter.create(path)
    try writer.setAttribute("title", report.title)
    try writer.setAttribute("version", umemakiVersion)
    let rows = report.table.rows + report.table.details
    for (index, column) in report.table.columns.enumerated() {
      guard let name = column.name else { continue }
      let (values, units) = array(rows.map { $0[index] })
      try writer.write(
        StoredArray(
          name, dimensions: [values.count], axes: ["row"], units: units, values: values))
    }
    try writer.finish()
  }

  /// The values of a column in the narrowest type that holds all of them, and their unit.
  private static func array(_ cells: [Table.Cell]) -> (StoredArray.Values, units: String?) {
    var texts: [String] = []
    var numbers: [Double] = []
    var counts: [Int] = []
    var units: String?
    for cell in cells {
      switch cell {
      case .text(let text): texts.append(text)
      case .count(let value):
        counts.append(value)
        numbers.append(Double(value))
        units = units ?? "1"
      case .quantity(let value, let unit):
        numbers.append(value)
        units = unit.isEmpty ? "1" : unit
      case .share(let value), .ratio(let value):
        numbers.append(value)
        units = units ?? "1"
      case .none:
        texts.append("")
        numbers.append(.nan)
      }
    }
    if counts.count == cells.count { return (.int64(counts), units) }
    if numbers.count == cells.count, units != nil { return (.float64(numbers), units) }
    guard texts.count == cells.count else {
      // Texts and numbers in one column: as a reader sees them.
      return (.text(cells.map(NumberText.text(of:))), nil)
    }
    return (.text(texts), nil)
  }
}
