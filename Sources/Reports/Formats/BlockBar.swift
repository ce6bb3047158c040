/// Bars of block characters or number signs, for terminals.
enum BlockBar {
  private static let width = 8
  private static let eighths = [
    "", "\u{258F}", "\u{258E}", "\u{258D}", "\u{258C}", "\u{258B}", "\u{258A}", "\u{2589}",
  ]

  /// A bar of `share` of `width` characters, to an eighth of one where there are blocks; more than
  /// nothing is seen.
  static func text(_ share: Double, width: Int, hasBlocks: Bool = true) -> String {
    guard share > 0, share.isFinite else { return "" }
    guard hasBlocks else {
      let count = max(1, Int((min(share, 1) * Double(width)).rounded()))
      return String(repeating: "#", count: count)
    }
    let steps = max(1, Int((min(share, 1) * Double(width * 8)).rounded()))
    return String(repeating: "\u{2588}", count: steps / 8) + eighths[steps % 8]
  }

  /// `table` with a column of bars behind each column that has them; the largest value fills it.
  static func added(to table: Table, hasBlocks: Bool) -> Table {
    let marked = table.columns.indices.filter { table.columns[$0].hasBars }
    let largest = marked.map { column in
      table.rows.map { value($0[column]) }.max() ?? 0
    }
    func spread<Item>(_ items: [Item], _ extra: (Int, Int) -> Item) -> [Item] {
      items.indices.flatMap { index -> [Item] in
        guard let position = marked.firstIndex(of: index) else { return [items[index]] }
        return [items[index], extra(index, position)]
      }
    }
    return Table(
      columns: spread(table.columns) { _, _ in Table.Column("", nil) },
      rows: table.rows.map { row in
        spread(row) { index, position in
          let most = largest[position]
          return .text(
            most > 0 ? text(value(row[index]) / most, width: width, hasBlocks: hasBlocks) : "")
        }
      }, total: table.total.map { spread($0) { _, _ in .text("") } })
  }

  private static func value(_ cell: Table.Cell) -> Double {
    switch cell {
    case .count(let value): Double(value)
    case .quantity(let value, _), .share(let value), .ratio(let value): value
    case .text, .none: 0
    }
  }
}
