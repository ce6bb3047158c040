internal import Inputs

extension Report {
  /// The same for a terminal or a document of lines: every text stays on its line and in its cell,
  /// whatever names hold.
  var visible: Report {
    func shown(_ facts: [(String, String)]) -> [(String, String)] {
      facts.map { (VisibleText.line($0.0), VisibleText.line($0.1)) }
    }
    return Report(
      title: VisibleText.line(title), facts: shown(facts), table: table.visible,
      conclusions: shown(conclusions), warnings: warnings.map(VisibleText.line),
      later: later, origin: origin, headline: headline, pictures: pictures,
      trends: trends.map { group in
        Trends(
          VisibleText.line(group.title),
          group.lines.map {
            .init(
              VisibleText.line($0.name), $0.values, low: $0.low, high: $0.high,
              note: VisibleText.line($0.note))
          })
      }, explored: explored)
  }
}

extension Table {
  fileprivate var visible: Table {
    func shown(_ cell: Cell) -> Cell {
      if case .text(let text) = cell { .text(VisibleText.line(text)) } else { cell }
    }
    return Table(
      columns: columns.map {
        Column($0.heading.map(VisibleText.line), $0.name, hasBars: $0.hasBars)
      },
      rows: rows.map { $0.map(shown) }, total: total.map { $0.map(shown) },
      details: details.map { $0.map(shown) })
  }
}
