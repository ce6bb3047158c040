internal import Documents
internal import Inputs
internal import Reports

/// The figures of a stored document of any kind under names that are the same in every document of that
/// kind: what `compare` sets side by side.
struct StoredFigures {
  /// One figure.
  struct Figure {
    let name: String
    let cell: Table.Cell
    let value: Double
  }

  /// Members that say where the others come from, or what they vary by.
  private static let left: Set<String> = [
    "schema", "provenance", "page", "seeds", "spread", "paired", "warnings", "moves",
  ]
  /// Members that tell the items of a list apart, the first that an item has; some belong together.
  private static let identities = [
    ["name", "quantity"], ["subnet", "subgraph", "batch"], ["name"], ["dataset"], ["folder"],
    ["quantity"], ["objective"], ["axis", "value"], ["axis"], ["point"], ["message"],
  ]

  /// In the order of names, those of lists in the order of the document.
  private(set) var all: [Figure] = []

  init(_ document: JSONValue) { walk(document, [], isSeconds: false) }

  private mutating func walk(_ value: JSONValue, _ path: [String], isSeconds: Bool) {
    switch value {
    case .object(let members):
      for (key, value) in members.sorted(by: { $0.key < $1.key }) where !Self.left.contains(key) {
        walk(value, path + [key], isSeconds: isSeconds || key.hasSuffix("_s"))
      }
    case .array(let items):
      // Of items that nothing tells apart, the best designs of several environments among them, the
      // second is `(2)`.
      var times: [String: Int] = [:]
      for (index, item) in items.enumerated() {
        let identity = Self.identity(of: item) ?? "\(index)"
        times[identity, default: 0] += 1
        let mark = times[identity].flatMap { $0 > 1 ? " (\($0))" : nil } ?? ""
        let last = path.last.map { "\($0)[\(identity)\(mark)]" }
        walk(item, path.dropLast() + [last ?? "\(index)"], isSeconds: isSeconds)
      }
    case .integer(let count):
      add(path, isSeconds ? .quantity(Double(count), unit: "s") : .count(count), Double(count))
    case .number(let number):
      let unit = isSeconds ? "s" : Self.unit(of: path.last ?? "")
      add(path, unit.map { .quantity(number, unit: $0) } ?? .ratio(number), number)
    case .null, .bool, .string: break
    }
  }

  private mutating func add(_ path: [String], _ cell: Table.Cell, _ value: Double) {
    all.append(Figure(name: path.joined(separator: "."), cell: cell, value: value))
  }

  private static func identity(of item: JSONValue) -> String? {
    guard case .object(let members) = item else { return nil }
    for keys in identities {
      let words = keys.compactMap { key -> String? in
        switch members[key] {
        case .string(let text)?: text
        case .integer(let number)?: "\(number)"
        default: nil
        }
      }
      if words.count == keys.count { return words.joined(separator: " ") }
    }
    return nil
  }

  private static func unit(of name: String) -> String? {
    if name.contains("energy_j") { return "J" }
    if name.hasSuffix("_hz") { return "Hz" }
    return name.contains("bytes") ? "B" : nil
  }
}
