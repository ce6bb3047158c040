internal import Inputs

extension YAMLNode {
  /// The entries, nil where the value is no mapping.
  var entries: [YAMLEntry]? {
    if case .mapping(let entries) = content { return entries }
    return nil
  }

  /// The items, nil where the value is no list.
  var items: [YAMLNode]? {
    if case .sequence(let items) = content { return items }
    return nil
  }

  /// The text of a single value.
  var scalar: String? {
    if case .scalar(let scalar) = content { return scalar.text }
    return nil
  }

  /// The value of the first of `keys` that a mapping has.
  func value(_ keys: String...) -> YAMLNode? {
    for key in keys {
      if let entry = entries?.first(where: { $0.key == key }) { return entry.value }
    }
    return nil
  }

  /// What a message calls the value.
  var word: String {
    switch content {
    case .scalar(let scalar): scalar.text.isEmpty ? "nothing" : ONNXText.quoted(scalar.text)
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// A whole number from `least` to the largest extent of a layer.
  func number(_ what: String, from least: Int = 1) throws(InputError) -> Int {
    let largest = 1 << 30
    guard let scalar, let value = Int(scalar), (least...largest).contains(value) else {
      throw InputError(
        "expected a whole number from \(least) to \(largest), found \(word)", at: location,
        path: what)
    }
    return value
  }

  /// The texts of a list.
  func texts(_ what: String) throws(InputError) -> [String] {
    guard let items else {
      throw InputError("expected a list, found \(word)", at: location, path: what)
    }
    var texts: [String] = []
    for item in items {
      guard let text = item.scalar, !text.isEmpty else {
        throw InputError("expected a word, found \(item.word)", at: item.location, path: what)
      }
      texts.append(text)
    }
    return texts
  }
}
