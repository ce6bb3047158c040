internal import Foundation
package import Inputs

/// All of a report that pages, tables and pictures are made from: `page` of a stored document.
struct ReportPage: Codable {
  /// A fact above or below the table.
  struct Fact: Codable {
    let name: String
    let text: String
  }

  let title: String
  let facts: [Fact]
  let table: Table
  let conclusions: [Fact]
  let warnings: [String]
  let headline: [Report.Headline]
  let charts: [Chart]
  let trends: [Trends]
  /// Nil where there are none, and in documents of versions that had none.
  let points: PointTable?

  init(_ report: Report) {
    title = report.title
    facts = report.facts.map(Fact.init)
    table = report.table
    conclusions = report.conclusions.map(Fact.init)
    warnings = report.warnings
    headline = report.headline
    charts = report.charts
    trends = report.trends
    points = report.points
  }

  /// The report that the page is of, `document` being the figures beside it.
  func report(_ document: JSONValue) -> Report {
    let points = points
    return Report(
      title: title, facts: facts.map { ($0.name, $0.text) }, table: table,
      conclusions: conclusions.map { ($0.name, $0.text) }, warnings: warnings, document: document,
      headline: headline, charts: charts, trends: trends, points: { points })
  }

  // MARK: JSON

  /// The page as JSON, keys in snake case; numbers that are not finite are texts there.
  var json: JSONValue {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(self),
      let text = try? JSONText(bytes: Array(data), file: "")
    else { preconditionFailure("a page is made of texts and numbers") }
    return JSONValue(text.root)
  }

  /// Reads `page` of `text`; throws where a member is missing or no such thing.
  static func read(_ text: JSONText) throws(InputError) -> ReportPage {
    guard let node = text.root["page"] else {
      throw InputError("missing key `page`", file: text.file)
    }
    let check = PageCheck(text: text)
    try check.numbers(node, "page")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      let page = try decoder.decode(
        ReportPage.self, from: Data(JSONValue(node).text.utf8))
      try check.shape(page, node)
      return page
    } catch let error as DecodingError {
      throw located(error, in: node, of: text)
    } catch {
      throw error as? InputError
        ?? InputError("cannot be read", at: text.place(of: node), path: "page")
    }
  }

  /// What is wrong, at the place of the member that is, or that should hold it.
  private static func located(
    _ error: DecodingError, in page: JSONNode, of text: JSONText
  ) -> InputError {
    let (path, message): ([any CodingKey], String)
    switch error {
    case .keyNotFound(let key, let context):
      (path, message) = (
        context.codingPath, "missing key `\(SnakeCase.name(of: key.stringValue))`"
      )
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      (path, message) = (context.codingPath, "expected \(word(type))")
    case .dataCorrupted(let context): (path, message) = (context.codingPath, "is not a page's")
    @unknown default: (path, message) = ([], "is not a page's")
    }
    var node = page
    var name = "page"
    for key in path {
      if let index = key.intValue {
        name += "[\(index)]"
        if case .list(let items) = node.content, items.indices.contains(index) {
          node = items[index]
        }
      } else {
        let word = SnakeCase.name(of: key.stringValue)
        name += ".\(word)"
        node = node[word] ?? node
      }
    }
    return InputError(message, at: text.place(of: node), path: name)
  }

  private static func word(_ type: Any.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Int.Type: "a whole number"
    case is Double.Type: "a number"
    case is Bool.Type: "true or false"
    default: "\(type)".hasPrefix("Array") ? "a list" : "a mapping"
    }
  }
}

extension Report {
  /// The document with everything that pages, tables and pictures are made from as `page`: what a
  /// file holds, so that `report` needs nothing else.
  package var stored: JSONValue {
    guard case .object(var members) = document else { return document }
    members["page"] = ReportPage(self).json
    return .object(members)
  }

  /// The report that was stored as `text`, `document` being its figures; throws where it has no page, or
  /// a damaged one.
  package init(_ text: JSONText, document: JSONValue) throws(InputError) {
    self = try ReportPage.read(text).report(document)
  }
}

extension JSONValue {
  /// The value that was read; a number without point and exponent is a whole one where it fits.
  package init(_ node: JSONNode) {
    switch node.content {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .number(let text): self = Int(text).map { .integer($0) } ?? .number(Double(text) ?? .nan)
    case .text(let text): self = .string(text)
    case .list(let items): self = .array(items.map(JSONValue.init))
    case .mapping(let members):
      self = .object(
        Dictionary(members.map { ($0.key, JSONValue($0.value)) }) { first, _ in first })
    }
  }
}
