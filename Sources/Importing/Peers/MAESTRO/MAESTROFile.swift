internal import Inputs

/// A network of MAESTRO: layers with a type, strides and dimensions; dataflows are left out.
///
/// Source: `data/model` and `data/mapping` of maestro-project/maestro.
struct MAESTROFile {
  /// A number and where it stands.
  struct Number {
    let value: Int
    let place: SourceLocation
  }

  /// One layer.
  struct Layer {
    let name: String
    let place: SourceLocation
    var type: (word: String, place: SourceLocation)?
    var strides: [String: Number] = [:]
    var dimensions: [String: Number] = [:]
  }

  /// The layers in the order of the file.
  private(set) var layers: [Layer] = []
  /// Words of a network or a layer that say nothing about shapes.
  private(set) var leftOut: [String] = []
  private var known = Set<String>()

  private var tokens: [MAESTROToken]
  private var index = 0
  private var constants: [String: Int] = [:]
  private let file: String

  /// Reads a file; throws with line and column.
  init(path: String) throws(InputError) {
    let limit = 4 << 20
    let bytes = try InputFile.read(path, limit: limit)
    guard bytes.count <= limit else {
      throw InputError("larger than 4 MiB, too large for a network", file: path)
    }
    try self.init(bytes: bytes, file: path)
  }

  /// Reads a network from its bytes.
  init(bytes: [UInt8], file: String) throws(InputError) {
    if let fault = UTF8Check.firstFault(in: bytes, file: file) {
      throw InputError("not valid UTF-8", at: fault)
    }
    self.file = file
    tokens = try MAESTROToken.all(String(decoding: bytes, as: UTF8.self), file: file)
    guard !tokens.isEmpty else { throw InputError("is empty, expected a network", file: file) }
    try top()
  }

  // MARK: Grammar

  private var next: MAESTROToken? { index < tokens.count ? tokens[index] : nil }

  private func fault(_ expected: String) -> InputError {
    guard let next else {
      let last = tokens.last?.place ?? SourceLocation(file: file, line: 1, column: 1)
      return InputError("the file ends early, expected \(expected)", at: last)
    }
    return InputError("expected \(expected), found \(ONNXText.quoted(next.text))", at: next.place)
  }

  private mutating func take(_ text: String) -> Bool {
    guard next?.text == text else { return false }
    index += 1
    return true
  }

  private mutating func expect(_ text: String, _ what: String = "") throws(InputError) {
    guard take(text) else { throw fault("`\(text)`\(what)") }
  }

  private mutating func word(_ what: String) throws(InputError) -> MAESTROToken {
    guard let next, next.isWord else { throw fault(what) }
    index += 1
    return next
  }

  private mutating func top() throws(InputError) {
    while let next {
      switch next.text.lowercased() {
      case "constant":
        index += 1
        let name = try word("the name of a constant")
        _ = take(":")
        _ = take("=")
        constants[name.text] = try number("the constant \(name.text)").value
        _ = take(";")
      case "network":
        index += 1
        let name = try word("the name of the network")
        try expect("{", " behind `Network \(name.text)`")
        try network()
      case "layer":
        // Some files hold the layers alone.
        try layer()
      default:
        let name = try word("`Network NAME {`")
        guard self.next?.text == "{" else {
          throw fault("`{` behind \(ONNXText.quoted(name.text))")
        }
        leave(name.text)
        try skipBraces()
      }
    }
    guard !layers.isEmpty else { throw InputError("has no layers", file: file) }
  }

  private mutating func network() throws(InputError) {
    while !take("}") {
      guard let next else { throw fault("`}` behind the last layer") }
      if next.text.lowercased() == "layer" {
        try layer()
      } else {
        let key = try word("`Layer NAME {` or `}`")
        leave(key.text)
        try skipValue()
      }
    }
  }

  private mutating func layer() throws(InputError) {
    index += 1
    let name = try word("the name of the layer")
    try expect("{", " behind `Layer \(name.text)`")
    var layer = Layer(name: name.text, place: name.place)
    while !take("}") {
      guard next != nil else { throw fault("`}` behind layer \(ONNXText.quoted(name.text))") }
      let key = try word("a part of layer \(ONNXText.quoted(name.text)) or `}`")
      switch key.text.lowercased() {
      case "type":
        try expect(":")
        let type = try word("a type")
        layer.type = (type.text, type.place)
        _ = take(";")
      case "stride", "strides": layer.strides = try numbers("stride")
      case "dimensions", "dimension": layer.dimensions = try numbers("dimension")
      default:
        leave(key.text)
        try skipValue()
      }
    }
    layers.append(layer)
  }

  /// `{ K: 64, C: 3 }`, a colon before it or not.
  private mutating func numbers(_ what: String) throws(InputError) -> [String: Number] {
    _ = take(":")
    try expect("{")
    var result: [String: Number] = [:]
    while !take("}") {
      let key = try word("the name of a \(what) or `}`")
      try expect(":", " behind \(ONNXText.quoted(key.text))")
      guard result.updateValue(try number("\(what) \(key.text)"), forKey: key.text) == nil else {
        throw InputError("a second \(what) `\(key.text)`", at: key.place)
      }
      if !take(",") { _ = take(";") }
    }
    return result
  }

  private mutating func number(_ what: String) throws(InputError) -> Number {
    let token = try word("a number for \(what)")
    guard let value = Int(token.text) ?? constants[token.text] else {
      throw InputError(
        "expected a whole number or a constant for \(what), found \(ONNXText.quoted(token.text))",
        at: token.place)
    }
    guard (1...1 << 30).contains(value) else {
      throw InputError("expected 1 to \(1 << 30) for \(what), found \(value)", at: token.place)
    }
    return Number(value: value, place: token.place)
  }

  private mutating func leave(_ word: String) {
    if known.insert(word).inserted, leftOut.count < 16 { leftOut.append(word) }
  }

  /// What stands behind a key: braces, or a word behind a colon.
  private mutating func skipValue() throws(InputError) {
    _ = take(":")
    if next?.text == "{" {
      try skipBraces()
    } else {
      _ = try word("a value")
      _ = take(";")
      _ = take(",")
    }
  }

  private mutating func skipBraces() throws(InputError) {
    let start = next?.place ?? SourceLocation(file: file, line: 1, column: 1)
    var depth = 0
    repeat {
      guard let token = next else { throw InputError("this `{` is not closed", at: start) }
      if token.text == "{" { depth += 1 }
      if token.text == "}" { depth -= 1 }
      index += 1
    } while depth > 0
  }
}

/// A word or a sign.
struct MAESTROToken {
  let text: String
  let place: SourceLocation
  let isWord: Bool

  /// The tokens of a text without its comments.
  static func all(_ text: String, file: String) throws(InputError) -> [MAESTROToken] {
    var tokens: [MAESTROToken] = []
    var word = ""
    var wordPlace = SourceLocation(file: file, line: 1, column: 1)
    var place = wordPlace
    var comment: (isBlock: Bool, place: SourceLocation)?
    var previous: Character?
    func finish() {
      if !word.isEmpty { tokens.append(MAESTROToken(text: word, place: wordPlace, isWord: true)) }
      word = ""
    }
    for character in text {
      defer {
        previous = character
        if character.isNewline {
          place.line += 1
          place.column = 1
        } else {
          place.column += 1
        }
      }
      if let open = comment {
        if open.isBlock ? previous == "*" && character == "/" : character.isNewline {
          comment = nil
        }
        continue
      }
      if previous == "/", character == "/" || character == "*", word.hasSuffix("/") {
        word.removeLast()
        finish()
        comment = (character == "*", place)
        continue
      }
      if character.isWhitespace {
        finish()
      } else if "{}:,;()=".contains(character) {
        finish()
        tokens.append(MAESTROToken(text: String(character), place: place, isWord: false))
      } else {
        if word.isEmpty { wordPlace = place }
        word.append(character)
      }
    }
    finish()
    if let comment, comment.isBlock {
      throw InputError("this comment does not end", at: comment.place)
    }
    return tokens
  }
}
