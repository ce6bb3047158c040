internal import Documents
public import Inputs
public import Reports

/// Two stored documents of one kind side by side, figure by figure.
public struct DocumentComparison: Sendable {
  private let left: StoredDocument
  private let right: StoredDocument
  /// The figures of both, as they were written.
  private let figures: [JSONValue]

  /// Reads two documents.
  ///
  /// - Throws: `InputError` where one is missing, damaged, or of another kind than the first.
  public init(_ first: String, _ second: String) throws(InputError) {
    left = try StoredDocument(first)
    right = try StoredDocument(second)
    guard left.schema == right.schema else {
      throw InputError(
        "expected \(left.schema), as \(first) is, found \(right.schema)", file: second,
        path: "schema")
    }
    figures = [try left.value().json, try right.value().json]
  }

  /// Whether `path` holds a document of another kind than a run.
  public static func isForeign(_ path: String) -> Bool {
    guard let document = try? StoredDocument(path) else { return false }
    return document.schema != RunDocument.schema
  }

  /// The figures that both have, with the second over the first.
  public func report(command: String) -> Report {
    let own = StoredFigures(figures[0]).all
    let other = Dictionary(StoredFigures(figures[1]).all.map { ($0.name, $0) }) { first, _ in
      first
    }
    let shared = own.compactMap { figure in other[figure.name].map { (figure, $0) } }
    let rows: [[Table.Cell]] = shared.map { first, second in
      [
        .text(first.name), first.cell, second.cell,
        first.value != 0 ? .ratio(second.value / first.value) : .none,
      ]
    }
    let differing = shared.filter { $0.0.value != $0.1.value }
    let alone = own.count + other.count - 2 * shared.count
    let warnings =
      alone == 0 ? [] : ["\(NumberText.count(alone)) figures are in one of the documents only"]
    return Report(
      title: "\(left.path)  against  \(right.path)",
      facts: [
        ("kind", left.schema), ("first", left.command), ("second", right.command),
        (
          "figures",
          "\(NumberText.count(differing.count)) of \(NumberText.count(rows.count)) differ"
        ),
      ],
      table: Table(
        columns: [
          .init("quantity", "quantity"), .init("first", "first"), .init("second", "second"),
          .init("second / first", "ratio"),
        ], rows: rows, total: nil),
      conclusions: [], warnings: warnings,
      document: ComparisonDocument(
        first: left.path, second: right.path, rows: rows.map(QuantityRow.init),
        warnings: warnings,
        provenance: Provenance(filesAt: [left, right].map(\.path), command: command)
      ).json)
  }
}
