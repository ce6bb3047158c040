import Components
import Foundation
import Inputs
import Serving
import TestSupport
import Testing
import WeightAnalysis

@testable import Exploration

// Is every option described, once, truly, and on the page?
@Suite struct OptionsTests {
  @Test func everyOptionIsDescribed() {
    #expect(OptionsPage.undescribed == [])
  }

  /// What editors read: a text for every key of every schema, which names a default where the key may be left out.
  @Test(arguments: SchemaDocument.kinds)
  func everyKeyOfASchemaIsDescribed(kind: String) throws {
    let document = try JSONSerialization.jsonObject(with: Data(SchemaDocument.text(of: kind).utf8))
    var (keys, wrong) = (0, [String]())
    func walk(_ node: Any, _ place: String) {
      if let list = node as? [Any] { for item in list { walk(item, place) } }
      guard let node = node as? [String: Any] else { return }
      let required = node["required"] as? [String] ?? []
      for (name, value) in node["properties"] as? [String: Any] ?? [:] {
        keys += 1
        let text = (value as? [String: Any])?["description"] as? String ?? ""
        let hasDefault = text.contains(" Default: ")
        if text.isEmpty || text.contains("..") || hasDefault == required.contains(name) {
          wrong.append("\(place).\(name): \(text)")
        }
        walk(value, "\(place).\(name)")
      }
      for key in ["items", "anyOf", "additionalProperties"] {
        if let inner = node[key] { walk(inner, place) }
      }
    }
    walk(document, kind)
    #expect(wrong.sorted() == [])
    #expect(keys > 3)
  }

  @Test func thePageIsWhatTheProgramPrints() throws {
    let page = try String(
      contentsOf: Repository.root.appending(path: "Sources/umemaki/umemaki.docc/Options.md"),
      encoding: .utf8)
    #expect(page == OptionsPage.text, "sh scripts/schemas.sh")
  }

  @Test func schemasHoldTheNotes() {
    let text = SchemaDocument.text(of: "scenario")
    #expect(text.contains("Number of equal buckets of latency"))
    let sweep = SchemaDocument.text(of: "sweep")
    #expect(sweep.contains("How often two parents mix") && sweep.contains("Axes that advance"))
    #expect(SchemaDocument.text(of: "architecture").contains("Columns of a tile, 1 to 12"))
    #expect(SchemaDocument.text(of: "workload").contains("Width multiplier, 1.0 or 1.2"))
    #expect(SchemaDocument.text(of: "architecture").contains("Of `file`: The mapping file"))
  }

  /// A default that is one word or one amount is what decoding fills in.
  @Test func defaultsAreThoseThatAreFilledIn() throws {
    var checked = 0
    checked += try defaults(SchedulerPolicies.registry)
    checked += try defaults(CachingPolicies.registry)
    checked += try defaults(ArrivalProcesses.registry)
    checked += try defaults(SearchMethods.registry)
    checked += try defaults(Quantizers.registry)
    #expect(checked >= 40)
  }

  private func defaults<Member>(_ registry: Registry<Member>) throws -> Int {
    var checked = 0
    for entry in registry.entries {
      guard case .object(let properties) = entry.schema else { continue }
      let given = properties.filter(\.isRequired).map { "\($0.name): \(Self.example($0.node))" }
      let choice = try StrictDecoder().decode(
        Choice.self, from: YAMLParser.parse("{\(given.joined(separator: ", "))}", file: ""))
      let resolved = try registry.resolved(choice)
      for property in properties where !property.isRequired {
        let note = try #require(property.note)
        let stated = try #require(
          note.defaultValue, "\(entry.kind).\(property.name) may be left out: say what is taken")
        let filled = resolved.text(of: property.name)
        // No time is no time in any unit.
        let isZero = stated.hasPrefix("0 ") && filled?.hasPrefix("0 ") == true
        let isAmount = stated.contains(/^[0-9.]+ [a-zA-Z]+$/)
        let isValue = !isZero && (isAmount || !stated.contains(" "))
        if let filled {
          #expect(
            isValue ? filled == stated : !stated.isEmpty,
            "\(entry.kind).\(property.name): \(filled)")
        }
        checked += 1
      }
      for property in properties where property.isRequired {
        #expect(property.note?.defaultValue == nil, "\(entry.kind).\(property.name) must be given")
      }
    }
    return checked
  }

  /// A right value.
  private static func example(_ node: SchemaNode) -> String {
    switch node {
    case .string: "some"
    case .integer: "4"
    case .number: "0.5"
    case .boolean: "true"
    case .words(let words): words[0]
    case .quantity(_, _, let example): example
    case .array(let element): "[\(Self.example(element))]"
    default: "{}"
    }
  }
}
