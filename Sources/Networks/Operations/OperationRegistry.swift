public import Components
internal import Inputs

/// A list of operators; `adding` makes one with operators of one's own.
public struct OperationRegistry: Sendable {
  /// One operator of the list.
  public struct Entry: Sendable {
    /// The word in files.
    public let kind: String
    /// One sentence.
    public let summary: String
    /// How many maps it reads.
    public let operands: ClosedRange<Int>
    /// Whether a file has to name it.
    public let needsName: Bool
    /// Whether the array carries it out.
    public let runsOnArray: Bool
    /// The keys of its entries in a list of layers, worked out when asked for: no network needs them.
    public var schema: SchemaNode { makeSchema() }
    private let makeSchema: @Sendable () -> SchemaNode
    /// Reads an entry of a list of layers.
    let read: @Sendable (SpecReading, LayerNode, String) -> LayerReading

    /// An entry for `type`.
    public init<Kind: OperationKind>(_ type: Kind.Type) {
      kind = Kind.kind
      summary = Kind.summary
      operands = Kind.operands
      needsName = Kind.needsName
      runsOnArray = Kind.runsOnArray
      makeSchema = { Self.schema(of: type) }
      read = { reading, entry, note in LayerReading(type, reading, entry, note) }
    }

    private static func schema<Kind: OperationKind>(of type: Kind.Type) -> SchemaNode {
      guard case .object(let properties) = SchemaNode(of: LayerKeys<Kind.Spec>.self) else {
        return .object([])
      }
      return .object(
        properties.map { property in
          switch property.name {
          case "operator":
            SchemaProperty(
              name: property.name, node: .words([Kind.kind]), isRequired: true,
              note: KeyNote("operator", Kind.summary))
          case "name":
            SchemaProperty(
              name: property.name, node: .string, isRequired: Kind.needsName,
              note: property.note.map {
                KeyNote("name", $0.text, default: Kind.needsName ? nil : $0.defaultValue)
              })
          default: property
          }
        })
    }
  }

  /// The operators in list order.
  public let entries: [Entry]

  /// Makes a registry.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// The same list with operators of one's own behind, which workload files then name like any other.
  ///
  /// - Precondition: no operator of the list has the word of a new one.
  public func adding(_ more: Entry...) -> OperationRegistry {
    let all = entries + more
    precondition(Set(all.map(\.kind)).count == all.count, "an operator is in the list already")
    return OperationRegistry(all)
  }

  /// The operator of a word, nil where there is none.
  public func entry(_ kind: String) -> Entry? { entries.first { $0.kind == kind } }

  /// What is wrong with a word that is none of the operators', as an enumeration's message says it.
  func unknown(_ kind: String) -> String {
    let kinds = entries.map(\.kind)
    if let near = nearestName(to: kind, among: kinds) {
      return "unknown value `\(kind)`, did you mean `\(near)`?"
    }
    return "expected one of \(kinds.joined(separator: ", ")), found `\(kind)`"
  }
}
