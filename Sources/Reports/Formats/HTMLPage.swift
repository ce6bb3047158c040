internal import Crypto
internal import Foundation
internal import Mustache

/// One page that needs nothing else: facts, headline, pictures, a table that sorts, warnings.
public enum HTMLPage: ReportFormat {
  /// `html`.
  public static let kind = "html"
  /// One sentence.
  public static let summary = "One page with pictures and a table that sorts; needs no network."
  /// The usual endings.
  public static let endings = [".html", ".htm"]

  /// The page.
  ///
  /// Its template is part of the program, so a template that cannot be read is our bug.
  public static func text(of report: Report) -> String { text(of: report, version: nil) }

  /// The page as it is served, which loads itself anew once its address has another entity tag.
  ///
  /// The tag is `version`, of letters, digits and hyphens; without one the page asks nobody.
  public static func text(of report: Report, version: String?) -> String {
    do {
      return try MustacheTemplate(string: HTMLTemplate.text).render(values(of: report, version))
    } catch {
      preconditionFailure("the template of HTML reports is wrong: \(error)")
    }
  }

  private static func values(of report: Report, _ version: String?) -> [String: Any] {
    let points = report.points
    let style = HTMLStyle.sheet + ChartStyle.sheet + ExplorerStyle.sheet
    let script =
      HTMLScript.text + (points == nil ? HTMLScript.linking : ExplorerScript.text)
      + (version == nil ? "" : HTMLScript.watch)
    let isText = texts(report.table)
    return [
      "title": Markup.printable(report.title),
      "policy": policy(style: style, script: script, isServed: version != nil),
      "style": style, "script": script,
      "isServed": version != nil, "version": version ?? "",
      "hasPoints": points != nil, "pointNote": points?.note ?? "",
      "points": points.map(data) ?? "",
      "facts": facts(report.facts),
      "provenance": provenance(report.provenance),
      "headline": report.headline.map {
        ["name": $0.name, "value": $0.value, "note": $0.note].mapValues(Markup.printable)
      },
      "hasCharts": !report.charts.isEmpty, "charts": report.charts.map(chart),
      "conclusions": facts(report.conclusions), "hasConclusions": !report.conclusions.isEmpty,
      "columns": columns(report.table),
      "rows": report.table.rows.map { cells($0, report.table, isText) },
      "hasRows": !report.table.rows.isEmpty,
      "total": report.table.total.map { cells($0, report.table, isText) } ?? [],
      "hasTotal": report.table.total != nil,
      "warnings": report.warnings.map { ["text": Markup.printable($0)] },
      "hasWarnings": !report.warnings.isEmpty,
      "warningCount":
        "\(report.warnings.count) warning\(report.warnings.count == 1 ? "" : "s")",
    ]
  }

  /// What the page may load and run: this style sheet and this script, by their digests.
  private static func policy(style: String, script: String, isServed: Bool) -> String {
    func digest(_ text: String) -> String {
      Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
    }
    return "default-src 'none'; style-src 'sha256-\(digest(style))'; "
      + "script-src 'sha256-\(digest(script))'; base-uri 'none'; form-action 'none'"
      + (isServed ? "; connect-src 'self'" : "")
  }

  /// The columns as JSON that markup cannot end.
  private static func data(_ points: PointTable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(points) else {
      preconditionFailure("points are texts and finite numbers")
    }
    return String(decoding: data, as: UTF8.self).replacing("<", with: "\\u003c")
  }

  /// Names and texts; a fact without a name goes on with the one before.
  private static func facts(_ facts: [(String, String)]) -> [[String: Any]] {
    var found: [(name: String, lines: [String])] = []
    for (name, text) in facts {
      let words = name.drop { $0 == " " }
      if words.isEmpty, !found.isEmpty {
        found[found.count - 1].lines.append(text)
      } else {
        found.append((String(words), [text]))
      }
    }
    return found.map { fact in
      [
        "name": Markup.printable(fact.name),
        "lines": fact.lines.map { ["text": Markup.printable($0)] },
      ]
    }
  }

  private static func provenance(_ document: JSONValue?) -> [String: Any] {
    func plain(_ key: String) -> String { Markup.printable(document?[key]?.plain ?? "") }
    return [
      "command": plain("command"), "version": plain("version"), "seed": plain("seed"),
      "hasSeed": document?["seed"]?.plain != nil,
      "inputs": (document?["inputs"]?.items ?? []).map {
        [
          "path": Markup.printable($0["path"]?.plain ?? ""), "digest": $0["sha256"]?.plain ?? "",
        ]
      },
    ]
  }

  private static func chart(_ chart: Chart) -> [String: Any] {
    [
      "title": Markup.printable(chart.title), "caption": Markup.printable(chart.caption),
      "name": Markup.printable(chart.name), "width": chart.width == .full ? "full" : "half",
      "isEmpty": chart.isEmpty, "sentence": chart.sentence,
      "drawing": chart.isEmpty ? "" : chart.inline,
    ]
  }

  private static func columns(_ table: Table) -> [[String: Any]] {
    let isText = texts(table)
    return zip(table.columns.compactMap(\.heading), isText).map { heading, isText in
      ["heading": Markup.printable(heading), "kind": isText ? "text" : "number"]
    }
  }

  /// Which visible columns hold nothing but texts.
  private static func texts(_ table: Table) -> [Bool] {
    let rows = table.rows.map(table.visible)
    return table.columns.compactMap(\.heading).indices.map { column in
      rows.allSatisfy { if case .text = $0[column] { true } else { false } }
    }
  }

  private static func cells(
    _ row: [Table.Cell], _ table: Table, _ isText: [Bool]
  ) -> [String: Any] {
    let cells = zip(table.visible(row), isText).map { cell, isText in
      [
        "text": Markup.printable(NumberText.text(of: cell)), "kind": isText ? "text" : "number",
        "key": key(cell, inText: isText),
      ]
    }
    return ["first": Array(cells.prefix(1)), "rest": Array(cells.dropFirst())]
  }

  /// What a cell sorts by; a text among numbers comes last.
  private static func key(_ cell: Table.Cell, inText: Bool) -> String {
    switch cell {
    case .text(let text): inText ? Markup.printable(text) : ""
    case .count(let value): "\(value)"
    case .quantity(let value, _), .share(let value), .ratio(let value):
      value.isFinite ? "\(value)" : ""
    case .none: ""
    }
  }
}
