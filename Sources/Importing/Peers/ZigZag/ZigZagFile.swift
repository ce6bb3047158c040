internal import Inputs

/// A workload of ZigZag: a list of layers, or a mapping from their numbers to them.
///
/// Source: `inputs/workload` of KULeuven-MICAS/zigzag; version 3 writes `loop_dims` and `loop_sizes`,
/// earlier ones `loop_dim_size`, in Python a literal `workload = {...}`.
struct ZigZagFile {
  /// One layer with what it is called.
  struct Entry {
    let id: String
    let node: YAMLNode
  }

  /// The layers in the order of the file.
  let entries: [Entry]

  /// Whether a tree is a workload of ZigZag.
  static func isOne(_ root: YAMLNode) -> Bool {
    layers(root).contains { $0.value("equation") != nil || $0.value("loop_dims") != nil }
  }

  private static func layers(_ root: YAMLNode) -> [YAMLNode] {
    root.items ?? (root.entries ?? []).map(\.value)
  }

  /// The layers of a tree that came from `file`.
  init(_ root: YAMLNode, file: String) throws(InputError) {
    if let items = root.items {
      entries = items.enumerated().map { index, node in
        Entry(id: node.value("id")?.scalar ?? "\(index)", node: node)
      }
    } else {
      entries = (root.entries ?? []).map { Entry(id: $0.key, node: $0.value) }
    }
    guard entries.count <= 1 << 20 else {
      throw InputError("more than 2^20 layers", file: file)
    }
  }

  /// The layers of a Python file that holds nothing but a literal, `workload = {...}`.
  ///
  /// Nothing in it is run: the literal is read as the YAML that it nearly is.
  init(literalAt path: String) throws(InputError) {
    let bytes = try InputFile.read(path, limit: 16 << 20)
    guard bytes.count <= 16 << 20 else {
      throw InputError("larger than 16 MiB, too large for a workload", file: path)
    }
    if let fault = UTF8Check.firstFault(in: bytes, file: path) {
      throw InputError("not valid UTF-8", at: fault)
    }
    var text = ""
    var quote: Character?
    var isComment = false
    for character in String(decoding: bytes, as: UTF8.self) {
      if character.isNewline { isComment = false }
      if isComment { continue }
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "'" || character == "\"" {
        quote = character
      } else if character == "#" {
        isComment = true
        continue
      } else if character == "(" || character == ")" {
        text.append(character == "(" ? "[" : "]")
        continue
      }
      text.append(character)
    }
    // A blank for each character of the name keeps the columns.
    guard let equals = text.firstIndex(of: "="),
      text[..<equals].allSatisfy({ $0.isLetter || $0 == "_" || $0.isWhitespace }),
      text[..<equals].split(whereSeparator: \.isWhitespace).count == 1,
      text[text.index(after: equals)...].first(where: { !$0.isWhitespace }) == "{"
    else {
      throw InputError(
        "expected nothing but a literal `workload = {...}`; a Python program is not run", file: path
      )
    }
    let head = text[...equals].map { $0.isNewline ? $0 : " " }
    // Python writes `'B':1`, YAML wants a blank behind the colon.
    let body = text[text.index(after: equals)...].replacing("\t", with: " ")
    let root = try YAMLParser.parse(String(head) + body, file: path)
    guard Self.isOne(root) else {
      throw InputError("none of its layers has an `equation`", file: path)
    }
    try self.init(root, file: path)
  }
}
