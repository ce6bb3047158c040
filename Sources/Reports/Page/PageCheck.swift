internal import Inputs

/// What a stored page may hold, so that no file makes a picture crash or leave its folder.
struct PageCheck {
  /// Figures outside of these are no quantity of a design; pictures compute with what is inside.
  private static let amounts = 1e-200...1e18

  let text: JSONText

  /// Throws where a number of `node`, which stands at `path`, is no figure.
  func numbers(_ node: JSONNode, _ path: String) throws(InputError) {
    switch node.content {
    case .number(let word):
      guard let value = Double(word), value == 0 || Self.amounts.contains(abs(value)) else {
        throw InputError(
          "number \(word) is out of range", at: text.place(of: node), path: path)
      }
      if path.hasSuffix(".base"), value != 2, value != 10 {
        throw InputError("expected 2 or 10, found \(word)", at: text.place(of: node), path: path)
      }
    case .list(let items):
      for (index, item) in items.enumerated() { try numbers(item, "\(path)[\(index)]") }
    case .mapping(let members):
      for member in members { try numbers(member.value, "\(path).\(member.key)") }
    case .null, .bool, .text: break
    }
  }

  /// Throws unless every row has a cell for each column, and every picture a name that a file of a
  /// folder can have and no other picture has.
  func shape(_ page: ReportPage, _ node: JSONNode) throws(InputError) {
    let table = page.table
    let rows = table.rows + table.details + (table.total.map { [$0] } ?? [])
    guard rows.allSatisfy({ $0.count == table.columns.count }) else {
      throw InputError(
        "expected as many cells in every row as there are columns",
        at: text.place(of: node["table"] ?? node), path: "page.table")
    }
    if let fault = page.points?.fault {
      throw InputError(
        fault.message, at: text.place(of: node["points"] ?? node),
        path: "page.points.\(fault.member)")
    }
    var names = Set<String>()
    for (index, chart) in page.charts.enumerated() {
      let isName =
        !chart.name.isEmpty && !chart.name.hasPrefix(".")
        && !chart.name.unicodeScalars.contains { $0 == "/" || $0.value < 0x20 }
      guard isName, names.insert(chart.name).inserted else {
        throw InputError(
          "`\(chart.name)` cannot be the name of one file",
          at: text.place(of: node["charts"] ?? node), path: "page.charts[\(index)].name")
      }
    }
  }
}
