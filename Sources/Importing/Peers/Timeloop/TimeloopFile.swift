internal import Inputs

/// A file of Timeloop's, with what it includes in its place and merged mappings written out.
///
/// Beside YAML's own `<<` Timeloop's front end knows `<<<`, which merges mappings within mappings, and
/// a line `{{include_text('FILE')}}` in front of everything. Source: the example designs of NVlabs'
/// timeloop and of timeloop-accelergy-exercises. Other templates are an error.
struct TimeloopFile {
  /// Most files that may stand in one another's place.
  private static let fileLimit = 64

  let path: String
  /// The tree of everything that the file says.
  let root: YAMLNode
  /// The file and those that it includes.
  let paths: [String]

  /// The problem that it describes, nil where there is none.
  var problem: YAMLNode? { root.value("problem") }

  /// Reads the file at `path`.
  init(path: String) throws(InputError) {
    self.path = path
    var lines = IncludedLines()
    try lines.add(path, from: nil)
    paths = lines.paths
    do throws(InputError) {
      root = Self.merged(try YAMLParser.parse(lines.text, file: path), lines)
    } catch {
      throw lines.placed(error)
    }
  }

  /// The tree with `<<<` written out and every place in the file that it stands in.
  private static func merged(_ node: YAMLNode, _ lines: IncludedLines) -> YAMLNode {
    var node = node
    node.location = lines.place(node.location)
    switch node.content {
    case .scalar: break
    case .sequence(let items): node.content = .sequence(items.map { merged($0, lines) })
    case .mapping(let entries):
      var result: [YAMLEntry] = []
      for entry in entries where entry.key != "<<<" {
        result.append(
          YAMLEntry(
            key: entry.key, keyLocation: lines.place(entry.keyLocation),
            value: merged(entry.value, lines)))
      }
      for entry in entries where entry.key == "<<<" {
        let value = merged(entry.value, lines)
        for base in value.items ?? [value] {
          result = deep(result, over: base.entries ?? [])
        }
      }
      node.content = .mapping(result)
    }
    return node
  }

  /// The entries of `base` with those of `own` in their place, mappings within mappings too.
  private static func deep(_ own: [YAMLEntry], over base: [YAMLEntry]) -> [YAMLEntry] {
    var result = base
    let places = Dictionary(base.enumerated().map { ($1.key, $0) }) { first, _ in first }
    for entry in own {
      guard let index = places[entry.key] else {
        result.append(entry)
        continue
      }
      var value = entry.value
      if let mine = value.entries, let others = result[index].value.entries {
        value.content = .mapping(deep(mine, over: others))
      }
      result[index] = YAMLEntry(
        key: entry.key, keyLocation: entry.keyLocation, value: value)
    }
    return result
  }

  /// The lines of a file and of those that it includes, each with where it stands.
  private struct IncludedLines {
    private(set) var text = ""
    private(set) var paths: [String] = []
    private var places: [(file: String, line: Int)] = []

    /// Adds the lines of a file; `place` is where it is included.
    mutating func add(_ path: String, from place: SourceLocation?) throws(InputError) {
      guard paths.count < fileLimit else {
        throw InputError(
          "more than \(fileLimit) files include one another",
          at: place ?? SourceLocation(file: path, line: 1, column: 1))
      }
      paths.append(path)
      let bytes: [UInt8]
      do throws(InputError) {
        bytes = try InputFile.read(path, limit: 16 << 20)
      } catch {
        guard let place else { throw error }
        throw InputError("\(path): \(error.message)", at: place)
      }
      guard bytes.count + text.utf8.count <= 16 << 20 else {
        throw InputError("larger than 16 MiB, too large for a YAML file", file: path)
      }
      if let fault = UTF8Check.firstFault(in: bytes, file: path) {
        throw InputError("not valid UTF-8", at: fault)
      }
      let marked = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
      let lines = String(decoding: marked, as: UTF8.self).split(
        omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      for (index, line) in lines.enumerated() {
        let code = Self.code(line)
        guard let start = code.firstRange(of: "{{") else {
          text += line + "\n"
          places.append((path, index + 1))
          continue
        }
        let column = code[..<start.lowerBound].count + 1
        let place = SourceLocation(file: path, line: index + 1, column: column)
        guard let included = Self.included(code) else {
          throw InputError(
            "a template of Timeloop's front end is not read, expected plain YAML or "
              + "`{{include_text('FILE')}}` on a line of its own", at: place)
        }
        try add(Self.path(included, beside: path), from: place)
      }
    }

    /// The line without a comment.
    private static func code(_ line: Substring) -> Substring {
      line.firstIndex(of: "#").map { line[..<$0] } ?? line
    }

    /// The file that a line includes.
    private static func included(_ line: Substring) -> String? {
      let words = line.filter { !$0.isWhitespace }
      for quote in ["'", "\""] {
        let (start, end) = ("{{include_text(\(quote)", "\(quote))}}")
        if words.hasPrefix(start), words.hasSuffix(end), words.count > start.count + end.count {
          return String(words.dropFirst(start.count).dropLast(end.count))
        }
      }
      return nil
    }

    private static func path(_ name: String, beside file: String) -> String {
      guard !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return name }
      return file[...slash] + name
    }

    /// Where a place of the whole text stands.
    func place(_ place: SourceLocation) -> SourceLocation {
      guard places.indices.contains(place.line - 1) else { return place }
      let (file, line) = places[place.line - 1]
      return SourceLocation(file: file, line: line, column: place.column)
    }

    /// An error of the whole text in the file that it stands in.
    func placed(_ error: InputError) -> InputError {
      guard let location = error.location else { return error }
      var error = error
      error.location = place(location)
      error.file = error.location?.file
      return error
    }
  }
}
