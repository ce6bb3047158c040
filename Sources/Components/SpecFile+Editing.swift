public import Inputs

extension SpecFile {
  /// The file with the value at a dotted path replaced, or added where only its last key is missing.
  ///
  /// A step into a list is an index, `buffers[1]`, or the `name` of an entry, `buffers[weight_buffer]`.
  /// Throws when the path leads nowhere.
  public func replacing(_ path: String, with value: YAMLNode) throws(SpecError) -> SpecFile {
    let steps = Self.steps(of: path)
    guard !steps.isEmpty else { throw SpecError("", "the path is empty") }
    var file = SpecFile(
      path: self.path, node: try Self.replaced(steps[...], in: node, with: value, walked: ""))
    file.isEdited = true
    return file
  }

  /// The value at a dotted path whose steps into lists are indices or names, as in
  /// `replacing(_:with:)`; throws when the path leads nowhere.
  public func value(at path: String) throws(SpecError) -> YAMLNode {
    let steps = Self.steps(of: path)
    guard !steps.isEmpty else { throw SpecError("", "the path is empty") }
    var found = node
    var walked = ""
    for step in steps {
      switch found.content {
      case .mapping(let entries):
        guard let entry = entries.first(where: { $0.key == step }) else {
          throw Self.missing(step, among: entries.map(\.key), under: walked)
        }
        found = entry.value
        walked += walked.isEmpty ? "\(step)" : ".\(step)"
      case .sequence(let items):
        guard let index = Self.index(of: step, in: items) else {
          throw Self.missing(
            step, among: items.compactMap(\.name), under: walked, count: items.count)
        }
        found = items[index]
        walked += "[\(step)]"
      case .scalar:
        throw SpecError("", "`\(walked)` is a single value, it has no `\(step)`")
      }
    }
    return found
  }

  /// The entry of a list that a step of a path names, by index or by its `name`.
  private static func index(of step: Substring, in items: [YAMLNode]) -> Int? {
    let index = Int(step) ?? items.firstIndex { $0.name == String(step) }
    return index.flatMap { items.indices.contains($0) ? $0 : nil }
  }

  /// The keys, indices and names that a dotted path is made of; a name in brackets may have dots.
  private static func steps(of path: String) -> [Substring] {
    var steps: [Substring] = []
    var rest = path[...]
    while !rest.isEmpty {
      if rest.first == "[", let end = rest.firstIndex(of: "]") {
        steps.append(rest[rest.index(after: rest.startIndex)..<end])
        rest = rest[rest.index(after: end)...]
      } else if rest.first == "." || rest.first == "]" || rest.first == "[" {
        rest = rest.dropFirst()
      } else {
        let step = rest.prefix { $0 != "." && $0 != "[" && $0 != "]" }
        steps.append(step)
        rest = rest.dropFirst(step.count)
      }
    }
    return steps.filter { !$0.isEmpty }
  }

  /// Where the entry at `place` names `text` in its `path` or `paths`, or nil.
  public func place(of text: String, under place: String) -> String? {
    if scalar(at: "\(place).path") == text { return "\(place).path" }
    var index = 0
    while let found = scalar(at: "\(place).paths[\(index)]") {
      if found == text { return "\(place).paths[\(index)]" }
      index += 1
    }
    return nil
  }

  private static func replaced(
    _ steps: ArraySlice<Substring>, in node: YAMLNode, with value: YAMLNode, walked: String
  ) throws(SpecError) -> YAMLNode {
    guard let step = steps.first else { return value }
    let rest = steps.dropFirst()
    var result = node
    switch node.content {
    case .mapping(var entries):
      let path = walked.isEmpty ? String(step) : "\(walked).\(step)"
      if let index = entries.firstIndex(where: { $0.key == step }) {
        entries[index].value = try replaced(
          rest, in: entries[index].value, with: value, walked: path)
      } else if rest.isEmpty {
        entries.append(
          YAMLEntry(key: String(step), keyLocation: value.location, value: value))
      } else {
        throw missing(step, among: entries.map(\.key), under: walked)
      }
      result.content = .mapping(entries)
    case .sequence(var items):
      guard let index = Self.index(of: step, in: items) else {
        throw missing(step, among: items.compactMap(\.name), under: walked, count: items.count)
      }
      items[index] = try replaced(
        rest, in: items[index], with: value, walked: "\(walked)[\(step)]")
      result.content = .sequence(items)
    case .scalar:
      throw SpecError("", "`\(walked)` is a single value, it has no `\(step)`")
    }
    return result
  }

  private static func missing(
    _ step: Substring, among names: [String], under walked: String, count: Int? = nil
  ) -> SpecError {
    let near =
      Int(step) == nil
      ? nearestName(to: String(step), among: names).map { ", did you mean `\($0)`?" } : nil
    let known =
      names.isEmpty
      ? (count.map { ", expected an index below \($0)" } ?? "")
      : ", expected one of \(names.joined(separator: ", "))"
    return SpecError("", "no `\(step)`\(walked.isEmpty ? "" : " in `\(walked)`")\(near ?? known)")
  }
}

extension YAMLNode {
  /// The text of the `name` beside other keys, where there is one.
  fileprivate var name: String? {
    guard case .mapping(let entries) = content,
      let entry = entries.first(where: { $0.key == "name" }),
      case .scalar(let scalar) = entry.value.content
    else { return nil }
    return scalar.text
  }

  /// The value on one line, as it could stand in a file.
  public var flowText: String {
    switch content {
    case .scalar(let scalar): scalar.text
    case .sequence(let items): "[" + items.map(\.flowText).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \($0.value.flowText)" }.joined(separator: ", ") + "}"
    }
  }

  /// A plain scalar without a place of its own.
  public init(text: String, at location: SourceLocation) {
    self.init(content: .scalar(YAMLScalar(text: text, isPlain: true)), location: location)
  }
}
