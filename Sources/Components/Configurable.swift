public import Inputs

/// A component that a specification can choose by `kind`.
public protocol Configurable: Sendable {
  /// What a file may say about the component.
  associatedtype Spec: Codable & Sendable & Hashable
  /// The name in files, in kebab-case.
  static var kind: String { get }
  /// One sentence, for `umemaki list`.
  static var summary: String { get }
  /// Makes the component; throws `SpecError` when the values make no sense together.
  init(_ spec: Spec) throws(SpecError)
}

/// Values that are each well formed but make no sense together.
public struct SpecError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The dotted path of the offending key, from the specification that was decoded.
  public let path: String
  /// What is wrong and what would be right.
  public let message: String
  /// Makes an error about the key at `path`.
  public init(_ path: String, _ message: String) {
    self.path = path
    self.message = message
  }
  /// `path: message`.
  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// A `kind:` and the parameters beside it, undecoded until a registry that knows the kinds asks.
public struct Choice: Codable, Hashable, Sendable {
  /// The kind the file names.
  public let kind: String
  /// The mapping without its `kind`.
  public let parameters: YAMLNode
  /// Where the mapping stands in its file.
  public let path: String

  /// A choice of `kind` with no parameters and no place.
  public init(kind: String) {
    self.kind = kind
    parameters = YAMLNode(
      content: .mapping([]), location: SourceLocation(file: "", line: 1, column: 1))
    path = ""
  }

  /// The same choice with the text of one parameter replaced; nil where it is not given.
  public func replacing(_ key: String, with text: String) -> Choice? {
    guard case .mapping(var entries) = parameters.content,
      let index = entries.firstIndex(where: { $0.key == key })
    else { return nil }
    entries[index].value = YAMLNode(
      content: .scalar(YAMLScalar(text: text, isPlain: true)),
      location: entries[index].value.location)
    return Choice(
      kind: kind,
      parameters: YAMLNode(content: .mapping(entries), location: parameters.location), path: path)
  }

  /// The same choice with one parameter set, whether it is given or not.
  public func setting(_ key: String, to text: String) -> Choice {
    if let replaced = replacing(key, with: text) { return replaced }
    guard case .mapping(let entries) = parameters.content else { return self }
    let place = parameters.location
    let value = YAMLNode(
      content: .scalar(YAMLScalar(text: text, isPlain: true)), location: place)
    return Choice(
      kind: kind,
      parameters: YAMLNode(
        content: .mapping(entries + [YAMLEntry(key: key, keyLocation: place, value: value)]),
        location: place), path: path)
  }

  /// The text of a parameter that is a single value; nil where it is not given.
  public func text(of key: String) -> String? {
    guard case .mapping(let entries) = parameters.content,
      let entry = entries.first(where: { $0.key == key }),
      case .scalar(let scalar) = entry.value.content
    else { return nil }
    return scalar.text
  }

  /// The mapping of a file again, its kind first and called `key`.
  package func node(naming key: String = "kind") -> YAMLNode {
    let place = parameters.location
    let kind = YAMLNode(
      content: .scalar(YAMLScalar(text: kind, isPlain: false)), location: place)
    guard case .mapping(let entries) = parameters.content else { return parameters }
    return YAMLNode(
      content: .mapping([YAMLEntry(key: key, keyLocation: place, value: kind)] + entries),
      location: place)
  }

  /// A choice of `kind` with parameters that stand at `path`.
  package init(kind: String, parameters: YAMLNode, path: String) {
    self.kind = kind
    self.parameters = parameters
    self.path = path
  }

  /// Takes the mapping apart into its kind and its parameters.
  public init(from decoder: any Decoder) throws {
    let raw = try RawNode(from: decoder)
    guard case .mapping(let entries) = raw.node.content else {
      throw SpecError("", "expected a mapping with a `kind`")
    }
    guard let entry = entries.first(where: { $0.key == "kind" }),
      case .scalar(let scalar) = entry.value.content
    else {
      throw SpecError("", "missing key `kind`")
    }
    kind = scalar.text
    parameters = YAMLNode(
      content: .mapping(entries.filter { $0.key != "kind" }), location: raw.node.location)
    path = raw.path
  }

  /// Writes the kind and the parameters as they are.
  public func encode(to encoder: any Encoder) throws {
    try RawNode(node: node(), path: path).encode(to: encoder)
  }
}

/// A list of the members of one family of components; `adding` makes one with members of one's own.
public struct Registry<Member: Sendable>: Sendable {
  /// One entry of the list.
  public struct Entry: Sendable {
    /// The name in files.
    public let kind: String
    /// One sentence.
    public let summary: String
    /// The keys beside `kind`: worked out where they are asked for, which most runs of the program never do.
    public var schema: SchemaNode { makeSchema() }
    private let makeSchema: @Sendable () -> SchemaNode
    /// The component.
    public let type: any Configurable.Type
    /// Decodes the parameters and makes the member.
    let make: @Sendable (Choice) throws(InputError) -> Resolved

    fileprivate init(
      kind: String, summary: String, type: any Configurable.Type,
      schema: @escaping @Sendable () -> SchemaNode,
      make: @escaping @Sendable (Choice) throws(InputError) -> Resolved
    ) {
      self.kind = kind
      self.summary = summary
      self.type = type
      makeSchema = schema
      self.make = make
    }
  }

  /// A member and the text of its specification with every default filled in.
  public struct Resolved: Sendable {
    /// The member.
    public var member: Member
    /// The kind.
    public let kind: String
    /// The specification as YAML.
    public let specification: String

    /// Kind and specification as YAML.
    public var text: String { "kind: \(kind)\n" + parameters }

    /// The specification as the lines of a mapping, none where it is empty.
    public var parameters: String { specification.hasPrefix("{") ? "" : specification }
  }

  /// What the family is called in messages.
  public let family: String
  /// The members in list order.
  public let entries: [Entry]

  /// Makes a registry.
  public init(_ family: String, _ entries: [Entry]) {
    self.family = family
    self.entries = entries
  }

  /// The same list with members of one's own behind, which files then name like any other.
  ///
  /// - Precondition: no member of the list has the kind of a new one.
  public func adding(_ more: Entry...) -> Registry {
    let all = entries + more
    precondition(
      Set(all.map(\.kind)).count == all.count, "a kind of \(family) is in the list already")
    return Registry(family, all)
  }

  /// Makes the member that `choice` names.
  public func make(_ choice: Choice) throws(InputError) -> Resolved {
    guard let entry = entries.first(where: { $0.kind == choice.kind }) else {
      let kinds = entries.map(\.kind)
      let near = nearestName(to: choice.kind, among: kinds).map { ", did you mean `\($0)`?" }
      throw InputError(
        location: choice.parameters.location, path: "\(choice.path).kind",
        message: "unknown \(family) `\(choice.kind)`"
          + (near ?? ", expected one of \(kinds.joined(separator: ", "))"))
    }
    do {
      return try entry.make(choice)
    } catch {
      throw naming(error, of: choice)
    }
  }

  /// The same error; a key that belongs to other members of the list is said to.
  private func naming(_ error: InputError, of choice: Choice) -> InputError {
    var named = error
    named.others = error.others.map { naming($0, of: choice) }
    guard error.kind == .unknownKey, error.path == choice.path,
      case .mapping(let given) = choice.parameters.content,
      let key = given.first(where: { $0.keyLocation == error.location })?.key
    else { return named }
    let owners = entries.filter { $0.kind != choice.kind && $0.has(key) }.map(\.kind)
    if !owners.isEmpty {
      named.message += " (`\(key)` is a key of \(owners.joined(separator: ", ")))"
    }
    return named
  }

  /// The same choice with every default filled in.
  public func resolved(_ choice: Choice) throws(InputError) -> Choice {
    let made = try make(choice)
    guard !made.parameters.isEmpty else { return Choice(kind: made.kind) }
    return Choice(
      kind: made.kind, parameters: try YAMLParser.parse(made.parameters, file: ""),
      path: choice.path)
  }
}

extension Registry.Entry {
  /// An entry for `type`, whose values are turned into members by `wrap`.
  public init<Component: Configurable>(
    _ type: Component.Type, _ wrap: @escaping @Sendable (Component) -> Member
  ) {
    self.init(
      kind: Component.kind, summary: Component.summary, type: type,
      schema: { Self.schema(Component.self) }
    ) { choice throws(InputError) in
      let spec = try StrictDecoder(placeholders: SchemaProbe.self).decode(
        Component.Spec.self, from: choice.parameters, path: choice.path)
      do {
        let component = try Component(spec)
        return Registry.Resolved(
          member: wrap(component), kind: Component.kind,
          specification: (try? YAMLEncoder().encode(spec)) ?? "")
      } catch let error as SpecError {
        throw SpecFile.located(error, in: choice.parameters, under: choice.path)
      } catch {
        throw InputError(
          location: choice.parameters.location, path: choice.path, message: "\(error)")
      }
    }
  }

  /// Whether its parameters may have a key called `key`.
  fileprivate func has(_ key: String) -> Bool {
    guard case .object(let properties) = schema else { return false }
    return properties.contains { $0.name == key }
  }

  private static func schema<Component: Configurable>(_ type: Component.Type) -> SchemaNode {
    let head = SchemaProperty(
      name: "kind", node: .words([Component.kind]), isRequired: true,
      note: KeyNote("kind", Component.summary))
    guard case .object(let properties) = SchemaNode(of: Component.Spec.self) else {
      return .object([head])
    }
    return .object([head] + properties)
  }
}
