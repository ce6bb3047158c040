package import Components
internal import Inputs

/// What an entry of a list of layers says: the keys of every operator and those of its own.
struct LayerKeys<Spec: Decodable>: Decodable {
  let name: String?
  let `operator`: String?
  let from: OperandNames?
  let input: [Int]?
  let zeros: ZerosSpec?
  let parameters: Spec

  enum CodingKeys: String, CodingKey { case name, `operator`, from, input, zeros }

  init(from decoder: any Decoder) throws {
    parameters = try Spec(from: decoder)
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decodeIfPresent(String.self, forKey: .name)
    `operator` = try values.decodeIfPresent(String.self, forKey: .operator)
    from = try values.decodeIfPresent(OperandNames.self, forKey: .from)
    input = try values.decodeIfPresent([Int].self, forKey: .input)
    zeros = try values.decodeIfPresent(ZerosSpec.self, forKey: .zeros)
  }
}

/// One name or several.
struct OperandNames: Decodable, Hashable, Sendable {
  let names: [String]

  init(_ names: [String]) { self.names = names }

  init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if let list = try? single.decode([String].self) {
      names = list
    } else {
      names = [try single.decode(String.self)]
    }
  }
}

extension OperandNames: SchemaDescribed {
  package static var schemaNode: SchemaNode { .anyOf([.string, .array(.string)]) }
  package static var schemaExample: OperandNames { OperandNames([]) }
}

/// What was read of an entry of a list of layers; nothing is in it that was wrong.
struct LayerReading {
  /// Names of what it reads, nil where it reads what was written before it.
  private(set) var from: [String]?
  /// The map that it says it reads.
  private(set) var input: [Int]?
  /// The shares of zeros that it states, all of them in range.
  private(set) var zeros: ZerosSpec?
  /// The operator with its parameters, nil where something is wrong.
  private(set) var kind: (any OperationKind)?

  init() {}

  init<Kind: OperationKind>(
    _ type: Kind.Type, _ reading: SpecReading, _ entry: LayerNode, _ note: String
  ) {
    let read = reading.decode(
      LayerKeys<Kind.Spec>.self, from: entry.node, path: entry.path, note: note)
    guard let keys = read.value else { return }
    func isRight(_ key: String) -> Bool { !read.isBroken("\(entry.path).\(key)") }
    if isRight("from") { from = keys.from?.names }
    if isRight("input") { input = keys.input }
    if let stated = keys.zeros, isRight("zeros"), isRight("zeros.input"), isRight("zeros.output"),
      isRight("zeros.weight")
    {
      let check: Void? = entry.check(reading, note) { () throws(SpecError) in try stated.check() }
      if check != nil { zeros = stated }
    }
    guard read.isWhole else {
      // A number of directions shows even where other keys are wrong.
      if let windows = (keys.parameters as? any Windowed)?.windows, let input, input.count == 3,
        ["kernel", "stride", "dilation", "padding"].allSatisfy(isRight)
      {
        entry.check(reading, note) { () throws(SpecError) in try windows.checkDirections(2) }
      }
      return
    }
    kind = entry.check(reading, note) { () throws(SpecError) in try Kind(keys.parameters) }
  }
}

/// An entry of a list of layers, undecoded.
public struct LayerNode: Decodable, Hashable, Sendable {
  /// The entry as it stands in the file, or with the parameters of a block in their places.
  let node: YAMLNode
  /// Where it stands in the file.
  let path: String

  init(node: YAMLNode, path: String) {
    self.node = node
    self.path = path
  }

  /// Takes an entry as it is.
  public init(from decoder: any Decoder) throws {
    let raw = try RawNode(from: decoder)
    self.init(node: raw.node, path: raw.path)
  }

  /// The value of a key, nil where it is not given.
  func value(_ key: String) -> YAMLNode? {
    guard case .mapping(let entries) = node.content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// The text of a key, nil where it is not given or no single value.
  func text(_ key: String) -> String? {
    guard case .scalar(let scalar)? = value(key)?.content else { return nil }
    return scalar.text
  }

  /// Adds what is wrong with the value of `key`, or with the entry where it does not have it.
  func fault(_ reading: SpecReading, _ key: String, _ message: String) {
    let place = key.isEmpty || value(String(key.prefix { $0 != "[" && $0 != "." })) == nil
    reading.check([]) { () throws(SpecError) in
      throw SpecError(place ? path : "\(path).\(key)", message)
    }
  }

  /// What `body` gives; nil where it throws, which is added with `note` behind it.
  func check<T>(
    _ reading: SpecReading, _ note: String, operands: String = "from",
    _ body: () throws(SpecError) -> T
  ) -> T? {
    do throws(SpecError) {
      return try body()
    } catch {
      let key = error.path == "from" ? operands : error.path
      fault(reading, key, error.message + note)
      return nil
    }
  }
}

extension LayerNode: SchemaDescribed {
  package static var schemaNode: SchemaNode {
    .anyOf([SchemaNode(of: BlockUse.self)] + OperationKinds.registry.entries.map(\.schema))
  }
  package static var schemaExample: LayerNode {
    LayerNode(
      node: YAMLNode(
        content: .mapping([]), location: SourceLocation(file: "", line: 1, column: 1)), path: "")
  }
}
