/// Turns Swift names into the names used in files and back.
package enum SnakeCase {
  /// The file's name for a Swift name: `kernelsPerBlock` gives `kernels_per_block`.
  package static func name(of swift: String) -> String {
    // Swift names are ASCII here; most have no capital and stay as they are.
    let letters = Array(swift.utf8)
    let isUpper = { (letter: UInt8) in letter >= 65 && letter <= 90 }
    guard letters.contains(where: isUpper) else { return swift }
    var result: [UInt8] = []
    for (index, letter) in letters.enumerated() {
      if isUpper(letter), index > 0, letters[index - 1] != UInt8(ascii: "_") {
        let follows = !isUpper(letters[index - 1])
        let leads = index + 1 < letters.count && letters[index + 1] >= 97
        if follows || leads { result.append(UInt8(ascii: "_")) }
      }
      result.append(isUpper(letter) ? letter | 0x20 : letter)
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The name a key has in a file; keys of a type that takes any name are used unchanged.
  static func name<Key: CodingKey>(of key: Key) -> String {
    takesAnyName(Key.self) ? key.stringValue : name(of: key.stringValue)
  }

  /// Whether a key type has no fixed set of names, as a dictionary's.
  static func takesAnyName<Key: CodingKey>(_ type: Key.Type) -> Bool {
    Key(stringValue: "\u{1}no such key") != nil || Key(stringValue: "0") != nil
  }

  /// The key a name in a file stands for, if the key type has it.
  static func key<Key: CodingKey>(_ type: Key.Type, named name: String) -> Key? {
    if takesAnyName(type) { return Key(stringValue: name) }
    let parts = name.split(separator: "_").map(String.init)
    guard let first = parts.first, parts.count <= 8 else { return nil }
    var spellings = [name, first]
    if parts.count > 1 {
      spellings = [first]
      for part in parts.dropFirst() {
        let capital = part.prefix(1).uppercased() + part.dropFirst()
        spellings = spellings.flatMap { [$0 + capital, $0 + part.uppercased()] }
      }
      spellings.append(name)
    }
    for spelling in spellings {
      if let key = Key(stringValue: spelling), self.name(of: key.stringValue) == name { return key }
    }
    return nil
  }
}
